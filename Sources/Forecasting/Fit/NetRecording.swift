package import Networks
import Series

/// What a channel's net saw at each of the N steps of a history, and what it should have said.
package struct NetRecording: Sendable {
    /// The net before it had seen anything; nil before the first step, and without a net.
    package private(set) var network: Network<Float>?
    /// [N, I].
    package private(set) var inputs: [Float] = []
    /// [N]: the scaled difference that came, less the forecast of the net's base; NaN where it is
    /// not known.
    package private(set) var targets: [Float] = []
    /// The forecast that the net added to at the newest step.
    private var newestBase = 0.0

    /// Steps at the beginning whose scales mean little.
    private static let unsettled = 30

    package init() {}

    /// N.
    package var count: Int { targets.count }

    /// Adds the newest step of a channel, between its observation and its update.
    mutating func add(_ channel: borrowing ChannelModel) {
        guard channel.hasBegun, let expert = channel.experts.recurrent, let net = expert.own else {
            return
        }
        if network == nil { network = net.network }
        if count > Self.unsettled, let target = channel.newestTarget {
            targets[count - 1] = Float(target - newestBase)
        }
        newestBase = expert.base
        inputs += expert.input
        targets.append(.nan)
    }

    /// A part of the steps.
    func series(_ steps: Range<Int>) -> TrainingSeries<Float> {
        let architecture = network!.architecture
        let inputCount = architecture.inputCount
        return TrainingSeries(
            architecture,
            inputs: Array(inputs[steps.lowerBound * inputCount..<steps.upperBound * inputCount]),
            targets: Array(targets[steps]))
    }
}

extension Forecaster {
    /// Adds the newest step of a channel to what its net saw before. To be called before `train`.
    package func record(
        _ stream: StreamIndex, channel: Int, into recording: inout NetRecording
    ) {
        // Through spans: elements read from the arrays themselves would be copied.
        let streams = streams.span
        let channels = streams[stream.position].channels.span
        recording.add(channels[channel])
    }

    /// The training of a channel's net on what it saw; nil when that is too little
    /// (`NetFitting.fewestSteps`), or there is no net of the stream's own.
    package func fitting(
        of stream: StreamIndex, channel: Int, on recording: NetRecording,
        options: NetFitting.Options
    ) -> NetFitting? {
        let stream = self.stream(stream)
        return NetFitting(
            recording, stream.configuration, options,
            generator: SeededGenerator(
                engineSeed: seed, nameHash: StreamName.hash(stream.name.span), channel: channel))
    }
}

extension Stream {
    /// A channel's own net; nil without one.
    package func net(ofChannel channel: Int) -> Network<Float>? {
        channels[channel].experts.recurrent?.own?.network
    }

    /// The channel's own net, if there is one, goes on at the best weights of a training.
    package mutating func take(_ fitting: NetFitting, channel: Int) {
        channels[channel].experts.change(net: fitting.bestNetwork.parameters)
    }
}

extension Experts {
    /// The net goes on at these weights. Least squares that looks at its state begins anew.
    fileprivate mutating func change(net weights: [Float]) {
        recurrent?.own?.start(from: weights)
        guard netIsFirst, let count = full?.linear.regression.weights.count else { return }
        full!.linear.regression.start(
            from: [Double](repeating: 0, count: count), varianceShare: 1)
    }
}
