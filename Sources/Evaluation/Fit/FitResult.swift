package import Forecasting

/// What fitting a forecaster to a history came to.
package struct FitResult: Sendable {
    /// One series and the training of its net.
    package struct Series: Sendable {
        package let name: String
        /// Steps of the history.
        package let steps: Int
        /// The season found, in samples; nil when there is none.
        package internal(set) var period: Int?
        /// Nil without a net.
        package private(set) var training: Training?

        init(name: String, steps: Int, fitting: NetFitting? = nil) {
            (self.name, self.steps) = (name, steps)
            training = fitting.map(Training.init)
        }
    }

    package struct Training: Sendable {
        /// Without the net, with the net as it began, and with the best weights.
        package let (base, start, best): (Losses, Losses, Losses)
        package let bestEpoch: Int
        package let epochs: [Losses]

        package typealias Losses = NetFitting.Losses

        init(_ fitting: NetFitting) {
            (base, start, best) = (fitting.base, fitting.start, fitting.best)
            (bestEpoch, epochs) = (fitting.bestEpoch, fitting.epochs)
        }
    }

    package let rows: Int
    /// Wall time it took.
    package let seconds: Double
    package let series: [Series]
    /// One for each stream.
    package let models: [Forecasting.Stream]
    /// What else a person should know, as sentences without a full stop.
    package let remarks: [String]
}

extension FitResult {
    /// For programs: one JSON object. files: where the models are, by stream.
    package func json(files: [String]) -> String {
        let objects = series.map(Self.json(of:)).joined(separator: ",")
        return "{\"rows\":\(rows),\"seconds\":\(NumberText.fixed(seconds, decimals: 6)),"
            + "\"files\":[\(files.map(JSONText.quoted).joined(separator: ","))],"
            + "\"streams\":[\(objects)]}\n"
    }

    /// About the series of a model, as `json` has them.
    package func note(on model: Forecasting.Stream) -> String {
        let own = models.count == 1 ? series : series.filter { Array($0.name.utf8) == model.name }
        return "[" + own.map(Self.json(of:)).joined(separator: ",") + "]"
    }

    private static func json(of series: Series) -> String {
        var text = "{\"stream\":\(JSONText.quoted(series.name)),\"samples\":\(series.steps),"
        text += "\"period\":\(series.period.map(String.init) ?? "null")"
        if let training = series.training {
            text += ",\"epochs\":\(training.epochs.count),\"best_epoch\":\(training.bestEpoch)"
            text += ",\"loss\":{\"base\":\(json(of: training.base)),"
            text += "\"start\":\(json(of: training.start)),\"best\":\(json(of: training.best))}"
            let curve = training.epochs.map(json(of:)).joined(separator: ",")
            text += ",\"curve\":[\(curve)]"
        }
        return text + "}"
    }

    private static func json(of losses: NetFitting.Losses) -> String {
        "{\"training\":\(JSONText.number(losses.training)),"
            + "\"validation\":\(JSONText.number(losses.validation))}"
    }
}
