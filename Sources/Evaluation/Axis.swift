import Glibc

/// One axis of a plot: what its ends are, where its ticks are and what they say.
package struct Axis {
    package struct Tick: Equatable {
        /// Place along the axis, 0 at its lower end, 1 at its upper.
        var position: Double
        var label: String
        /// A second line, under the label.
        var detail = ""
        /// Left out where the frame is narrow.
        var isMinor = false
        /// The detail is left out where the frame is narrow: the next tick has one too.
        var isCrowded = false

        package init(
            position: Double, label: String, detail: String = "", isMinor: Bool = false,
            isCrowded: Bool = false
        ) {
            self.position = position
            self.label = label
            self.detail = detail
            self.isMinor = isMinor
            self.isCrowded = isCrowded
        }
    }

    let lower: Double
    let upper: Double
    private let isLogarithmic: Bool
    /// What the axis measures, with its unit.
    let title: String
    private(set) var ticks: [Tick] = []

    /// A linear axis around the finite ones of `values`, with ticks at multiples of 1, 2 or 5.
    /// margin: room at both ends, as a share of the range.
    package init(title: String, over values: some Sequence<Double>, margin: Double = 0) {
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite {
            (low, high) = (min(low, value), max(high, value))
        }
        if low > high { (low, high) = (0, 1) }
        if low == high {
            let room = low == 0 ? 1 : abs(low) * 0.1
            (low, high) = (low - room, high + room)
        }
        // Halves first: the range of two huge numbers may not be finite.
        let room = margin * (high / 2 - low / 2) * 2
        self.title = title
        lower = low - room
        upper = high + room
        isLogarithmic = false
        addLinearTicks()
    }

    /// A logarithmic axis from `lower` to `upper`, both above 0, with ticks at 1, 2 and 5.
    package init(title: String, logarithmicFrom lower: Double, to upper: Double) {
        precondition(0 < lower && lower < upper)
        self.title = title
        self.lower = lower
        self.upper = upper
        isLogarithmic = true
        let decades = Int(floor(log10(lower)))...Int(ceil(log10(upper)))
        let mantissas = decades.count > 4 ? [1.0] : [1.0, 2, 5]
        for decade in decades {
            for mantissa in mantissas {
                let power = pow(10, Double(abs(decade)))
                let value = decade < 0 ? mantissa / power : mantissa * power
                guard (lower...upper).contains(value) else { continue }
                ticks.append(
                    Tick(position: position(value), label: NumberText.shortest(value)))
            }
        }
    }

    /// An axis with ticks that the caller has thought out.
    package init(title: String, from lower: Double, to upper: Double, ticks: [Tick]) {
        self.title = title
        self.lower = lower
        self.upper = upper
        isLogarithmic = false
        self.ticks = ticks
    }

    /// Of more than four, every other tick minor, but none at which the detail changes.
    static func ranked(_ ticks: [Tick]) -> [Tick] {
        var ranked = ticks
        for index in ranked.indices { ranked[index].isMinor = ticks.count > 4 }
        let changes = ranked.indices.filter { $0 > 0 && !ranked[$0].detail.isEmpty }
        for index in changes + stride(from: 0, to: ranked.count, by: 2) {
            let isBeside = [index - 1, index + 1].contains { near in
                ranked.indices.contains(near) && !ranked[near].isMinor
            }
            if !isBeside { ranked[index].isMinor = false }
        }
        for index in ranked.indices.dropLast() {
            ranked[index].isCrowded = !ranked[index + 1].detail.isEmpty
        }
        return ranked
    }

    /// 0 at the lower end, 1 at the upper; outside of that outside of the axis.
    func position(_ value: Double) -> Double {
        if isLogarithmic {
            let value = max(value, lower / 100)
            return log(value / lower) / log(upper / lower)
        }
        return (value / 2 - lower / 2) / (upper / 2 - lower / 2)
    }

    private mutating func addLinearTicks() {
        let step = Self.niceStep(range: upper - lower, atMost: 6)
        guard step > 0, step.isFinite else { return }
        var decimals = 0
        var power = 1.0
        while decimals < 12, abs((step * power).rounded() - step * power) > 1e-6 {
            power *= 10
            decimals += 1
        }
        let scale = max(abs(lower), abs(upper))
        var index = (lower / step).rounded(.up)
        while index * step <= upper, ticks.count < 12 {
            let value = index * step
            let label: String
            if scale >= 1e6 || step < 1e-6 {
                label = Self.compact(value, step: step, scale: scale)
            } else if decimals == 0 {
                label = NumberText.grouped(Int(value.rounded()))
            } else {
                label = NumberText.fixed(value, decimals: decimals)
            }
            ticks.append(Tick(position: position(value), label: label))
            index += 1
        }
    }

    /// The smallest of 1, 2, 5 times a power of ten that cuts `range` into at most this many steps.
    static func niceStep(range: Double, atMost count: Int) -> Double {
        let rough = range / Double(count)
        guard rough > 0, rough.isFinite else { return 0 }
        let power = pow(10, floor(log10(rough)))
        for mantissa in [1.0, 2, 5] where mantissa * power >= rough { return mantissa * power }
        return 10 * power
    }

    /// `2M`, `1.5G`, `3e-7`; all labels of an axis in the unit of its largest value.
    private static func compact(_ value: Double, step: Double, scale: Double) -> String {
        if value == 0 { return "0" }
        for (unit, letter) in [(1e9, "G"), (1e6, "M")] where step >= unit / 1000 {
            guard scale >= unit, scale < 1000 * unit else { continue }
            let decimals = step >= unit ? 0 : step >= unit / 10 ? 1 : step >= unit / 100 ? 2 : 3
            return NumberText.fixed(value / unit, decimals: decimals) + letter
        }
        return NumberText.significant(value, digits: 3)
    }
}
