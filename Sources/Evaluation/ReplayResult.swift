import Forecasting

/// What a replay came to.
package struct ReplayResult: Sendable {
    /// Samples given to the forecaster.
    package var samples: Int
    /// Wall time it took.
    package var seconds: Double
    package var streams: [StreamEvaluation]
    /// What else a person should know, as sentences without a full stop.
    package var remarks: [String]

    package init(
        samples: Int, seconds: Double, streams: [StreamEvaluation], remarks: [String] = []
    ) {
        self.samples = samples
        self.seconds = seconds
        self.streams = streams
        self.remarks = remarks
    }

    package var samplesPerSecond: Double { seconds > 0 ? Double(samples) / seconds : .nan }
}

/// The scores for programs: one JSON object, as `foretide replay --json` prints it.
extension ReplayResult {
    package var json: String {
        let objects = streams.map(Self.json(of:)).joined(separator: ",")
        return "{\"samples\":\(samples),\"seconds\":\(Self.rounded(seconds, decimals: 6)),"
            + "\"samples_per_second\":\(Self.rounded(samplesPerSecond, decimals: 1)),"
            + "\"streams\":[\(objects)]}\n"
    }

    private static func json(of stream: StreamEvaluation) -> String {
        let score = stream.score
        let numbers: [(key: String, value: Double)] = [
            ("mse", score.all.meanSquared), ("mae", score.all.meanAbsolute),
            ("persistence_mse", score.all.persistenceMeanSquared),
            ("persistence_mae", score.all.persistenceMeanAbsolute),
            ("rel_mse", score.all.relativeSquared), ("rel_mae", score.all.relativeAbsolute),
            ("rel_mse_last75", score.relativeSquaredLast75),
            ("rel_mse_first500", score.first.relativeSquared),
            ("coverage", score.interval.coverage), ("level", score.level),
            ("winkler", score.interval.winkler),
        ]
        let period = stream.period.map(String.init) ?? "null"
        let drifts = Drift.allCases.map { "\(JSONText.quoted("\($0)")):\(stream.drifts[$0])" }
            .joined(separator: ",")
        let experts = zip(stream.experts, score.relativeSquaredOfExperts)
            .map { "\(JSONText.quoted($0)):\(JSONText.number($1))" }
        return "{\"stream\":\(JSONText.quoted(stream.name)),\"samples\":\(score.samples),"
            + "\"period\":\(period),\"drifts\":{\(drifts)},"
            + numbers.map { "\"\($0.key)\":\(JSONText.number($0.value))," }.joined()
            + "\"experts\":{\(experts.joined(separator: ","))}"
            + (stream.path.map { ",\"horizons\":[\(json(of: $0))]" } ?? "") + "}"
    }

    private static func json(of path: PathScore) -> String {
        (1...path.horizon).map { ahead in
            let (errors, interval) = (path.errors[ahead - 1], path.intervals[ahead - 1])
            let numbers: [(key: String, value: Double)] = [
                ("mse", errors.meanSquared), ("mae", errors.meanAbsolute),
                ("rel_mse", errors.relativeSquared), ("rel_mae", errors.relativeAbsolute),
                ("rel_rmse", errors.relativeSquared.squareRoot()),
                ("coverage", interval.coverage), ("width", interval.meanWidth),
                ("winkler", interval.winkler),
            ]
            return "{\"horizon\":\(ahead),"
                + numbers.map { "\"\($0.key)\":\(JSONText.number($0.value))" }.joined(
                    separator: ",") + "}"
        }.joined(separator: ",")
    }

    private static func rounded(_ value: Double, decimals: Int) -> String {
        value.isFinite ? NumberText.fixed(value, decimals: decimals) : "null"
    }
}
