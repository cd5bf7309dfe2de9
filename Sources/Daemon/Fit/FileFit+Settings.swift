package import Evaluation
import Forecasting
import Series
package import Settings

extension FileFit {
    /// Fits the forecaster that the daemon would run with these settings to the file, and writes
    /// what it has learned: one stream into the file at `output`; several, or one where a folder
    /// is or a path ends in "/", into the folder, each into a file of its name.
    ///
    /// Errors: as of a replay, and 78 for nets that are not of the streams' own, 77 where nothing
    /// can be written, 130 interrupted.
    /// - Returns: what it came to, and the paths of the files by stream.
    package static func run(
        _ options: Options, _ settings: Settings, output: String,
        progress: ((String) -> Void)?
    ) throws(DaemonError) -> (result: FitResult, files: [String]) {
        try settings.engine.useInstructionSet()
        let rules = try settings.forecasterRules(channelLimit: Limits.numbersPerSample.upperBound)
        guard rules.allSatisfy({ $0.configuration.weights == .stream }) else {
            throw DaemonError(
                .configuration,
                "model.weights = \"shared\": `fit` trains a net for each stream; new nets that are"
                    + " shared can begin with one: fit with --set model.weights=stream")
        }
        try FileContents.checkFolder(of: output)
        Interruption.install()
        let surroundings = Surroundings(
            clock: { Double(SystemClock.monotonic()) / 1e9 }, progress: progress,
            isInterrupted: { Interruption.isRequested })
        let result: FitResult
        do throws(ReplayError) {
            result = try FileFit(options, surroundings).run { columns, models in
                let rules = models.isEmpty ? rules : rules.beginning(with: models)
                return settings.forecaster(rules, columns: columns)
            }
        } catch {
            throw DaemonError(error)
        }
        return (result, try write(result, to: output))
    }

    private static func write(
        _ result: FitResult, to output: String
    ) throws(DaemonError) -> [String] {
        let isFolder =
            result.models.count > 1 || output.hasSuffix("/") || FileContents.isFolder(output)
        if isFolder { try FileContents.makeFolder(output) }
        let folder = output.hasSuffix("/") ? output : output + "/"
        var paths: [String] = []
        for model in result.models {
            let path = isFolder ? folder + StreamFile.fileName(of: model.name) : output
            try FileContents.write(
                StreamFile.encode(model, notes: [("fit", result.note(on: model))]), to: path)
            paths.append(path)
        }
        return paths
    }
}
