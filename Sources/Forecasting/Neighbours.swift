/// What the channels of one stream show each other at its newest step, two numbers each:
///
///     (x − m)/q   and   d_t/q,   cut at ±6
///
/// (RECIPE.md, C2, "multivariate", without the difference before, which added nothing). A channel
/// looks at those of its neighbours: all other channels, or the nearest in their order where there
/// are very many.
package struct Neighbours: Sendable {
    /// Numbers that one channel shows.
    package static let shown = 2
    /// The most neighbours of a channel: what it looks at costs the square of their number.
    package static let most = 32
    private static let largest = 6.0
    /// (x − m)/q times this is about (x − m)/s of a series that wanders, which is what a net takes.
    private static let levelShare = 0.2

    /// [channels, shown].
    private var values: [Double] = []
    /// Whose neighbours are asked for: an index of a channel.
    var own = 0

    package init() {}

    /// The neighbours of each of so many channels.
    package static func count(channels: Int) -> Int { min(max(channels - 1, 0), most) }

    /// Makes room for so many channels, which show nothing yet.
    mutating func start(channels: Int) {
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(0, count: channels * Self.shown))
    }

    /// What a channel shows that has had a value.
    mutating func show(_ channel: Int, _ history: borrowing History, scaler: Scaler) {
        let start = channel * Self.shown
        let level = (history[back: 0] - scaler.mean) / scaler.step
        values[start] = level.clamped(to: Self.largest)
        values[start + 1] = (history.difference(back: 0) / scaler.step).clamped(to: Self.largest)
    }

    /// What the neighbours show, for least squares: into `inputs` from the index `start` on.
    func fill(_ inputs: inout [Double], from start: Int) {
        var next = start
        for channel in window where channel != own {
            inputs[next] = values[channel * Self.shown]
            inputs[next + 1] = values[channel * Self.shown + 1]
            next += Self.shown
        }
    }

    /// The same for a net.
    func fill(_ inputs: inout [Float], from start: Int) {
        var next = start
        for channel in window where channel != own {
            inputs[next] = Float(Self.levelShare * values[channel * Self.shown])
            let change = values[channel * Self.shown + 1]
            inputs[next + 1] = Float(change.clamped(to: RecurrentExpert.largestInput))
            next += Self.shown
        }
    }

    /// The channel itself and its neighbours.
    private var window: Range<Int> {
        let count = values.count / Self.shown
        let length = Self.count(channels: count) + 1
        let start = min(max(own - length / 2, 0), count - length)
        return start..<start + length
    }
}
