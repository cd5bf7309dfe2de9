package import Evaluation
import Forecasting
import Series
package import Settings

extension FileReplay {
    /// Replays the file through the forecaster that the daemon would run with these settings. The
    /// limits of [limits] are for feeds of strangers; here the file's columns are the limit.
    ///
    /// Errors: 64 no such column, 65 bad data, 66 no such file, 73 a file cannot be created,
    /// 74 a file cannot be read or written on, 78 a warm start that does not fit.
    package func run(_ settings: Settings, progress: ((String) -> Void)?) throws(DaemonError)
        -> ReplayResult
    {
        try settings.engine.useInstructionSet()
        let rules = try settings.forecasterRules(channelLimit: Limits.numbersPerSample.upperBound)
        do throws(ReplayError) {
            return try run(
                forecaster: { columns, inputs throws(ReplayError) in
                    try check(rules, columns: columns)
                    return settings.forecaster(rules, columns: columns + inputs)
                }, clock: { Double(SystemClock.monotonic()) / 1e9 }, progress: progress)
        } catch {
            throw DaemonError(error)
        }
    }

    /// A file for all streams must be of one with as many channels as there will be.
    private func check(_ rules: [ModelRule], columns: Int) throws(ReplayError) {
        let channels = isMultivariate ? columns : 1
        for warmStart in rules.compactMap(\.warmStart) where warmStart.isForAll {
            let model = warmStart.models[0]
            if model.channels.count == channels { continue }
            throw .warmStart(
                "warm start: the file is of the stream"
                    + " \"\(String(decoding: model.name, as: UTF8.self))\" of"
                    + " \(model.channels.count) channels, and those here have \(channels):"
                    + " fit again"
                    + (isMultivariate ? " with --multivariate" : " without --multivariate"))
        }
    }
}

extension Settings {
    /// A forecaster of so many columns of a file.
    func forecaster(_ rules: [ModelRule], columns: Int) -> Forecaster {
        var limits = limits
        limits.maxStreams = max(limits.maxStreams, columns)
        limits.valuesPerSample = max(limits.valuesPerSample, columns)
        return Forecaster(rules: rules, seed: engine.seed, limits: limits)
    }
}

extension DaemonError {
    init(_ error: ReplayError) {
        switch error {
        case .input(let error): self.init(error)
        case .creation: self.init(.cannotCreate, "\(error)")
        case .output: self.init(.inputOutput, "\(error)")
        case .name: self.init(.badData, "\(error)")
        case .rejected: self.init(.internal, "\(error)")
        case .shortHistory: self.init(.badData, "\(error)")
        case .warmStart: self.init(.configuration, "\(error)")
        case .interrupted: self.init(.interrupted, "\(error)")
        }
    }
}
