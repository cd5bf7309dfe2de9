package import Evaluation
import Forecasting
import Series
package import Settings

extension FileReplay {
    /// Replays the file through the forecaster that the daemon would run with these settings. The
    /// limits of [limits] are for feeds of strangers; here the file's columns are the limit.
    ///
    /// Errors: 64 no such column, 65 bad data, 66 no such file, 73 a file cannot be created,
    /// 74 a file cannot be read or written on.
    package func run(_ settings: Settings, progress: ((String) -> Void)?) throws(DaemonError)
        -> ReplayResult
    {
        try settings.engine.useInstructionSet()
        do throws(ReplayError) {
            return try run(
                forecaster: { columns in
                    var limits = settings.limits
                    limits.maxStreams = max(limits.maxStreams, columns)
                    limits.valuesPerSample = max(limits.valuesPerSample, columns)
                    return Forecaster(
                        rules: settings.modelRules.map { ModelRule($0) },
                        seed: settings.engine.seed, limits: limits)
                }, clock: { Double(SystemClock.monotonic()) / 1e9 }, progress: progress)
        } catch {
            throw DaemonError(error)
        }
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
        }
    }
}
