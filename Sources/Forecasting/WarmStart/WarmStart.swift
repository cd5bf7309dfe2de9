import Networks
import Series

/// What new streams begin with: streams as they were at the end of a history that they have learned
/// from (`foretide fit`), or as they were exported.
///
/// - The stream of that name whose first sample comes where the history ends goes on from there, as
///   if it had been here all the time.
/// - Any other stream begins with what does not depend on unit, level and time: net, least squares,
///   mixture, guard, the length of the season, how the interval's width follows its signs.
///
/// A stream that does not have the same channels and exogenous inputs begins with nothing.
package struct WarmStart: Sendable {
    /// At most one of each name.
    package let models: [Stream]
    /// Whether the one model is for streams of any name.
    package let isForAll: Bool

    /// One model for all new streams.
    package init(forAll model: Stream) { (models, isForAll) = ([model], true) }

    /// A model for the stream of its name only, each.
    package init(byName models: [Stream]) { (self.models, isForAll) = (models, false) }

    /// How a new stream begins.
    package enum Beginning: UInt8, CaseIterable, Sendable {
        /// With nothing.
        case cold
        /// With what a history has taught.
        case warm
        /// Where the history ends.
        case continued
    }

    /// What a new stream of that name begins with; nil: with nothing.
    package func model(for name: Span<UInt8>) -> Stream? {
        models.first { isForAll || name.equals($0.name) }
    }

    /// Makes a stream without a sample begin here. time: of its first sample.
    func begin(_ stream: inout Stream, time: Int64?, engineSeed: UInt64) -> Beginning {
        guard let model = model(for: stream.name.span),
            model.channels.count == stream.channels.count,
            model.looksAround == stream.looksAround
        else { return .cold }
        let hash = StreamName.hash(stream.name.span)
        let (taught, _) = model.adapted(
            to: stream.configuration, hash: hash, engineSeed: engineSeed)
        guard taught.inputNames == stream.inputNames, taught.hasChannels(of: stream) else {
            return .cold
        }
        if taught.name == stream.name, taught.channelNames == stream.channelNames, let time,
            taught.goesOn(at: time)
        {
            stream = taught
            stream.sequence = 0
            return .continued
        }
        for index in stream.channels.indices {
            stream.channels[index].begin(with: taught.channels[index])
        }
        return .warm
    }

    /// Makes a net that streams will share begin here, with the net of the first channel. Of models
    /// for single streams none is for all that share it.
    func begin(_ net: inout SharedNet?) {
        guard isForAll, let taught = models[0].channels[0].experts.recurrent?.own,
            var own = net?.net, taught.network.architecture == own.network.architecture
        else { return }
        // The rule's settings decide how it goes on learning, whatever the file's were.
        let generator = own.generator
        _ = own.keep(taught)
        own.generator = generator
        net!.net = own
    }

    /// The first setting that a model does not fit, nil when all do.
    package func misfit(_ configuration: ModelConfiguration) -> Misfit? {
        for model in models {
            if let setting = model.configuration.misfit(configuration) {
                return Misfit(stream: model.name, setting: setting)
            }
        }
        return nil
    }

    /// Why a model cannot be what a stream begins with.
    package struct Misfit: Equatable, Sendable {
        /// UTF-8.
        package let stream: [UInt8]
        package let setting: Setting
    }

    /// A setting that must be what it was when the model was made.
    package enum Setting: String, Equatable, Sendable {
        case weights, cell, activation, hidden, experts, inputs
    }
}

extension ModelConfiguration {
    /// The first setting under which a stream of `other` cannot begin with what one of this
    /// configuration has learned.
    fileprivate func misfit(_ other: ModelConfiguration) -> WarmStart.Setting? {
        // The net of streams that share one is with none of them.
        if weights == .shared, activeExperts.contains(.recurrent) { return .weights }
        if activeExperts != other.activeExperts {
            return cell == other.cell ? .experts : .cell
        }
        if inputs != other.inputs { return .inputs }
        guard activeExperts.contains(.recurrent) else { return nil }
        if cell != other.cell { return .cell }
        if cell == .elman, activation != other.activation { return .activation }
        return hidden != other.hidden ? .hidden : nil
    }
}

extension Stream {
    /// Whether several channels are the same ones, in the same order, as far as they have names.
    fileprivate func hasChannels(of other: Stream) -> Bool {
        channels.count == 1 || channelNames.isEmpty || other.channelNames.isEmpty
            || channelNames == other.channelNames
    }

    /// Whether a sample of that time comes after the newest one, and not by more steps than a gap
    /// is bridged.
    fileprivate func goesOn(at time: Int64) -> Bool {
        guard let newest = clock.newest, time > newest, let step = clock.step.nanoseconds else {
            return false
        }
        let (distance, overflow) = time.subtractingReportingOverflow(newest)
        return !overflow && distance / step <= Int64(configuration.longestBridge)
    }
}

extension [ModelRule] {
    /// The same rules, under which each of these streams is what a new one of its name begins with.
    package func beginning(with streams: [Stream]) -> [ModelRule] {
        map { rule in
            let own = streams.filter { stream in
                first { $0.pattern.matches(stream.name.span) }?.pattern == rule.pattern
            }
            var rule = rule
            rule.warmStart = own.isEmpty ? nil : WarmStart(byName: own)
            return rule
        }
    }
}
