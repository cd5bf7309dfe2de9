import Forecasting

/// What a net would have seen at each of the N steps of a series, and what came: recorded while the
/// code that the daemon runs followed the series without a net.
struct Recording {
    static let inputCount = NetInputs.count
    /// [N, I].
    private(set) var inputs: [Float] = []
    /// [N]: the forecast of `full`, which the net's output is added to.
    private(set) var bases: [Float] = []
    /// [N]: the scaled difference that came; 0 where it is not known.
    private(set) var targets: [Float] = []
    /// [N]: what an error costs; 0 without a target.
    private(set) var weights: [Float] = []

    /// Steps at the beginning that do not tell how hard a series is.
    private static let unsettled = 30
    /// Keep an easy series from counting for more than many others.
    private static let (smallestError, largestWeight): (Float, Float) = (0.02, 50)

    init(of series: [Double], workspace: inout Workspace) {
        var channel = ChannelModel(Self.configuration, generator: SeededGenerator(seed: 0))
        var counters = Counters()
        inputs.reserveCapacity(series.count * Self.inputCount)
        bases.reserveCapacity(series.count)
        targets.reserveCapacity(series.count)
        weights.reserveCapacity(series.count)
        for value in series {
            channel.take(value, scored: true, workspace: &workspace, counters: &counters)
            channel.forecast(workspace: &workspace)
            if count > 0, let target = channel.newestTarget {
                targets[count - 1] = Float(target)
                weights[count - 1] = 1
            }
            channel.train(&workspace, counters: &counters)
            for input in workspace.inputs.values { inputs.append(Float(input)) }
            bases.append(Float(channel.experts.forecasts.last!))
            targets.append(0)
            weights.append(0)
        }
        weigh()
    }

    /// N.
    var count: Int { bases.count }

    /// `full` comes last of them, as `Expert` orders them.
    static let configuration: ModelConfiguration = {
        var configuration = ModelConfiguration()
        configuration.cell = .none
        configuration.experts = [.ar2, .ar8, .full]
        return configuration
    }()

    /// A series counts by what share of the base's error goes, whatever its size: divided by it.
    private mutating func weigh() {
        var (sum, known): (Float, Float) = (0, 0)
        for step in bases.indices.dropFirst(Self.unsettled) where weights[step] > 0 {
            let error = bases[step] - targets[step]
            sum += error * error
            known += 1
        }
        let weight = min(1 / (sum / max(known, 1) + Self.smallestError), Self.largestWeight)
        for step in weights.indices { weights[step] *= weight }
    }
}
