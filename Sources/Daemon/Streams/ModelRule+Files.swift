package import Forecasting
import Series
package import Settings
import Wire

extension Settings {
    /// What the forecaster is to know of the rules, with the files that their new streams begin
    /// with.
    ///
    /// Errors: 66 no such file, 77 and 74 it cannot be read, 65 it is no file of a stream or a
    /// damaged one, 78 it does not fit the settings.
    ///
    /// channelLimit: most channels of a stream in them; nil: `limits.values_per_sample`.
    package func forecasterRules(
        channelLimit: Int? = nil
    ) throws(DaemonError) -> [ModelRule] {
        var files = WarmStartFiles(channelLimit: channelLimit ?? limits.valuesPerSample)
        let rules = modelRules.map { ModelRule($0) }
        var result: [ModelRule] = []
        for (index, rule) in modelRules.enumerated() {
            var complete = rules[index]
            if !rule.model.warmStart.isEmpty {
                let key = index < streams.count ? "streams[\(index)]" : "model"
                complete.warmStart = try files.warmStart(
                    rule.model.warmStart, for: rules, at: index, key: key)
            }
            result.append(complete)
        }
        return result
    }
}

/// The files of `model.warm_start`, each read once.
private struct WarmStartFiles {
    /// Most channels.
    let channelLimit: Int
    private var known: [String: [Forecasting.Stream]] = [:]

    init(channelLimit: Int) { self.channelLimit = channelLimit }

    /// What new streams of a rule begin with: the one model of a file, or of a folder's those that
    /// the rule is the first to match.
    mutating func warmStart(
        _ path: String, for rules: [ModelRule], at index: Int, key: String
    ) throws(DaemonError) -> WarmStart {
        if known[path] == nil { known[path] = try read(path) }
        let streams = known[path] ?? []
        let warmStart =
            FileContents.isFolder(path)
            ? WarmStart(
                byName: streams.filter { stream in
                    rules.firstIndex { $0.pattern.matches(stream.name.span) } == index
                }) : WarmStart(forAll: streams[0])
        guard let misfit = warmStart.misfit(rules[index].configuration) else { return warmStart }
        let name = String(decoding: misfit.stream, as: UTF8.self)
        let made = streams.first { $0.name == misfit.stream }?.configuration
        throw DaemonError(
            .configuration,
            "\(key).warm_start = \"\(path)\": "
                + misfit.setting.problem(
                    stream: name, made: made ?? ModelConfiguration(),
                    asked: rules[index].configuration))
    }

    private func read(_ path: String) throws(DaemonError) -> [Forecasting.Stream] {
        guard FileContents.isFolder(path) else { return [try stream(path)] }
        let paths = try FileContents.files(in: path, suffix: StreamFile.suffix)
        guard !paths.isEmpty else {
            throw DaemonError(
                .noInput, "\(path): no files *\(StreamFile.suffix), as `foretide fit` writes them")
        }
        var streams: [Forecasting.Stream] = []
        for path in paths {
            let stream = try stream(path)
            guard !streams.contains(where: { $0.name == stream.name }) else {
                throw DaemonError(
                    .badData,
                    "\(path): another file of the folder is of the stream"
                        + " \"\(String(decoding: stream.name, as: UTF8.self))\" as well")
            }
            streams.append(stream)
        }
        return streams
    }

    private func stream(_ path: String) throws(DaemonError) -> Forecasting.Stream {
        let bytes = try FileContents.read(path, limit: ControlSocket.frameBytes)
        do throws(ControlError) {
            return try StreamFile.decode(bytes.span, name: nil, channelLimit: channelLimit)
        } catch {
            throw DaemonError(.badData, "\(path): \(error.message)")
        }
    }
}

extension WarmStart.Setting {
    /// What is wrong, and what to do.
    fileprivate func problem(
        stream: String, made: ModelConfiguration, asked: ModelConfiguration
    ) -> String {
        if self == .weights {
            return "the net of the stream \"\(stream)\" is shared with others and not in the file:"
                + " expected one with weights = \"stream\""
        }
        let (have, want) = (text(of: made), text(of: asked))
        return
            "the stream \"\(stream)\" has learned with \(rawValue) = \(have), and \(want) is set:"
            + " fit again under these settings, or set \(rawValue) = \(have)"
    }

    /// As it is written in the settings.
    private func text(of configuration: ModelConfiguration) -> String {
        if self == .cell, configuration.cell == .lstmPeephole { return "\"lstm_peephole\"" }
        return StreamDescription.model(configuration)[rawValue]?.text ?? ""
    }
}
