import Kernels
import Networks
import Series

/// What a stream takes in memory, known beforehand: the arrays of its parts, which are of fixed
/// sizes, and the structures themselves. The workspaces of the rules come on top, once for each
/// thread.
extension Forecaster {
    /// Bytes of a stream under that configuration.   inputs: of its first sample; those that the
    /// configuration names count in their place.
    package static func bytes(
        of configuration: ModelConfiguration, channels: Int = 1, inputs: Int = 0
    ) -> Int {
        var sizes = StreamSizes(configuration)
        return sizes.bytes(
            channels: channels,
            inputs: configuration.inputs.isEmpty ? inputs : configuration.inputs.count)
    }

    /// Bytes of a net that streams under that configuration share, one for each partition that has
    /// streams; 0 when they share none.
    package static func netBytes(of configuration: ModelConfiguration) -> Int {
        guard configuration.weights == .shared else { return 0 }
        return SharedNet(configuration, generator: nil)?.bytes ?? 0
    }

    /// Bytes that training the nets of a rule takes in one thread: at most, when there are streams
    /// of every number of channels up to that. What else a thread works with is small beside it.
    package static func trainingBytes(
        of configuration: ModelConfiguration, channels: Int
    ) -> Int {
        let most = configuration.weights == .stream ? Neighbours.count(channels: channels) : 0
        return (0...most).reduce(0) { sum, neighbours in
            sum + (TrainingWorkspace(configuration, neighbours: neighbours)?.bytes ?? 0)
        }
    }

    /// Of the net that a new stream would bring with it; 0 when it is there.
    func missingNetBytes(_ rule: Int, partition: Int) -> Int {
        guard !nets[rule].isEmpty, nets[rule][partition] == nil else { return 0 }
        return Self.netBytes(of: rules[rule].configuration)
    }
}

/// What the streams of one rule take, by their channels.
struct StreamSizes: Sendable {
    let configuration: ModelConfiguration
    /// Bytes of a channel, as far as anybody has asked.
    private var known: [Channel: Int] = [:]

    private struct Channel: Hashable {
        let neighbours: Int
        let inputs: Int
    }

    /// Arrays of channels and values, its name, and what the forecaster holds for each stream.
    private static let overhead = 320

    /// An input, its value and its name on the heap; the arrays of them have their heads besides.
    private static let inputBytes = MemoryLayout<ExogenousInput>.stride + 8 + 8 + 64

    init(_ configuration: ModelConfiguration) { self.configuration = configuration }

    /// channels: 1 or more.
    mutating func bytes(channels: Int, inputs: Int) -> Int {
        let bytes = bytes(
            of: Channel(
                neighbours: Neighbours.count(channels: channels),
                inputs: min(inputs, ARXExpert.mostInputs)))
        return MemoryLayout<Stream>.stride + Self.overhead + channels * (bytes + 8)
            + (inputs > 0 ? 120 + inputs * Self.inputBytes : 0)
    }

    private mutating func bytes(of channel: Channel) -> Int {
        if let bytes = known[channel] { return bytes }
        let model = ChannelModel(
            configuration, neighbours: channel.neighbours, inputs: channel.inputs, generator: nil)
        let bytes = MemoryLayout<ChannelModel>.stride + model.arrayBytes
        known[channel] = bytes
        return bytes
    }
}

extension Array {
    /// Bytes on the heap: the array's head of 32, 8 of malloc's, rounded up to 16.
    fileprivate var bytes: Int { Self.bytes(count: count) }

    fileprivate static func bytes(count: Int) -> Int {
        count == 0 ? 0 : (count * MemoryLayout<Element>.stride + 55) & ~15
    }
}

extension ChannelModel {
    /// A history takes its whole room at the first value.
    fileprivate var arrayBytes: Int {
        [Double].bytes(count: history.capacity) + experts.arrayBytes + mixture.arrayBytes
            + (path?.arrayBytes ?? 0)
    }
}

extension ForecastPath {
    fileprivate var arrayBytes: Int {
        means.bytes + halfWidths.bytes + pastMeans.bytes + pastHalfWidths.bytes + scales.bytes
            + pastSteps.bytes + pastValues.bytes + seasonal.arrayBytes
    }
}

extension SeasonalPath {
    fileprivate var arrayBytes: Int {
        mixtures.bytes + mixtures.reduce(0) { $0 + $1.arrayBytes } + regressions.numbers.bytes
            + errors.bytes + pastMixed.bytes + pastCorrections.bytes + values.bytes
    }
}

extension Experts {
    fileprivate var arrayBytes: Int {
        kinds.bytes + forecasts.bytes + (ar2?.arrayBytes ?? 0) + (ar8?.arrayBytes ?? 0)
            + (full?.arrayBytes ?? 0) + (arx?.linear.arrayBytes ?? 0)
            + (recurrent?.arrayBytes ?? 0)
    }
}

extension Mixture {
    fileprivate var arrayBytes: Int {
        weights.bytes + prior.bytes + regret.bytes + squaredRegret.bytes
    }
}

extension LinearExpert {
    fileprivate var arrayBytes: Int { inputs.bytes + regression.arrayBytes }
}

extension RecursiveLeastSquares {
    fileprivate var arrayBytes: Int {
        weights.bytes + covariance.bytes + blockInputs.bytes + blockErrors.bytes + products.bytes
    }
}

extension FullExpert {
    fileprivate var arrayBytes: Int { linear.arrayBytes + (recall?.arrayBytes ?? 0) }
}

extension Recall {
    fileprivate var arrayBytes: Int {
        values.bytes + distances.bytes + differences.bytes + levels.bytes
    }
}

extension RecurrentExpert {
    fileprivate var arrayBytes: Int {
        (own?.arrayBytes ?? 0) + replay.arrayBytes + state.bytes + input.bytes + output.bytes
    }
}

extension LearningNet {
    fileprivate var arrayBytes: Int {
        network.parameters.bytes + goodParameters.bytes + optimizer.firstMoments.bytes
            + optimizer.secondMoments.bytes
    }
}

extension SharedNet {
    /// Bytes in memory.
    var bytes: Int {
        MemoryLayout<SharedNet>.stride + net.arrayBytes + inputs.bytes + targets.bytes
            + weights.bytes + states.bytes + kin.weights.bytes + kin.products.bytes
            + kin.squares.bytes
    }
}

extension ReplayWindow {
    fileprivate var arrayBytes: Int {
        inputs.bytes + targets.bytes + weights.bytes + states.bytes
    }
}
