import Forecasting
import Foundation
import Testing

/// The deterministic part of the recipe (no net, no random units, no recall, no policy for bad
/// data) against the reference implementation. Golden/make_golden.py made the file.
@Suite("Golden file of the recipe")
struct RecipeGoldenTests {
    /// A row of the file: x, q, P, Q, then ŷ of ar2, ar8, full, mixture and guarded mixture.
    private func rows() throws -> [[Double]] {
        let folder = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil))
        let text = try String(
            contentsOf: folder.appending(path: "recipe_v2.csv"), encoding: .utf8)
        return text.split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",").map { Double($0) ?? .nan }
        }
    }

    @Test("every scale, period, expert and mixture agrees with it")
    func agrees() throws {
        var configuration = ModelConfiguration(cell: .none)
        configuration.experts = [.ar2, .ar8, .full]
        configuration.fullIsPlain = true
        var experts = Experts(
            configuration, generator: SeededGenerator(engineSeed: 1, nameHash: 1, channel: 0))
        var workspace = Workspace(configuration)
        var (history, scaler, season) = (History(), Scaler(), Season())
        var detector = SeasonDetector()
        var mixture = Mixture(prior: Mixture.prior(experts.kinds))
        var persistenceGuard = PersistenceGuard()
        var mixed = 0.0
        let rows = try rows()
        try #require(rows.count == 2400)
        for (t, row) in rows.enumerated() {
            if t > 0 {
                let change = row[0] - history[back: 0]
                let target = (change / scaler.step).clamped(to: 8)
                experts.learn(target: target)
                mixture.learn(forecasts: experts.forecasts, mixed: mixed, target: target)
                persistenceGuard.learn(mixed: mixed, target: target)
                scaler.add(step: change)
            }
            // The recipe's own schedule; ours begins earlier.
            if t > 0, t % 256 == 0 {
                season = detector.detect(history, period: nil, seasons: 3)
            }
            history.append(row[0])
            scaler.add(level: row[0])
            experts.step(history, scaler: scaler, season: season, workspace: &workspace)
            mixed = mixture.combine(experts.forecasts)
            let periods = [Double(season.period), Double(season.secondPeriod)]
            let guarded = persistenceGuard.apply(to: mixed)
            let own =
                [row[0], scaler.step] + periods + experts.forecasts.dropFirst() + [mixed, guarded]
            for (column, (mine, expected)) in zip(own, row).enumerated() {
                // The covariance of `full` is of single precision and, where samples do not wait
                // for each other, rounded with each; and the last two build on it.
                let tolerance = (column < 6 ? 1e-6 : 4e-5) * max(abs(expected), 1)
                try #require(abs(mine - expected) <= tolerance, "row \(t), column \(column)")
            }
        }
    }
}
