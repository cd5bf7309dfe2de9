import Evaluation
import TestSupport
import Testing

/// One row of `shared/bench/accuracy.py`: y, yhat, lower, upper, as its `read_forecasts` has them.
private struct Row {
    var value = Double.nan
    var mean: Double?
    var lower: Double?
    var upper: Double?
}

/// `scores` of accuracy.py, line by line.
private enum Judge {
    static func relative(_ rows: [Row], from low: Int, to high: Int) -> (
        squared: Double, absolute: Double
    ) {
        var (se, sp, ae, ap) = (0.0, 0.0, 0.0, 0.0)
        for index in max(low, 1)..<max(high, max(low, 1)) {
            let (y, p) = (rows[index].value, rows[index - 1].value)
            guard let f = rows[index].mean, !y.isNaN, !p.isNaN else { continue }
            se += (f - y) * (f - y)
            sp += (p - y) * (p - y)
            ae += abs(f - y)
            ap += abs(p - y)
        }
        return (sp > 0 ? se / sp : .nan, ap > 0 ? ae / ap : .nan)
    }

    static func coverage(_ rows: [Row]) -> Double {
        let judged = rows.dropFirst(30).filter { $0.lower != nil && !$0.value.isNaN }
        let hits = judged.count { $0.lower! <= $0.value && $0.value <= $0.upper! }
        return Double(hits) / Double(judged.count)
    }

    static func winkler(_ rows: [Row], level: Double) -> Double {
        let judged = rows.dropFirst(30).filter { $0.lower != nil && !$0.value.isNaN }
        let scores = judged.map { row -> Double in
            let width = row.upper! - row.lower!
            if row.value < row.lower! { return width + 2 / (1 - level) * (row.lower! - row.value) }
            if row.value > row.upper! { return width + 2 / (1 - level) * (row.value - row.upper!) }
            return width
        }
        return scores.reduce(0, +) / Double(scores.count)
    }
}

@Suite("Prequential score")
struct PrequentialScoreTests {
    /// A random walk with missing values, and forecasts that start late.
    private static func rows(_ count: Int, using random: inout SplitMix64) -> [Row] {
        var level = 0.0
        return (0..<count).map { index in
            var row = Row()
            level += Double.random(in: -1...1, using: &random)
            if Double.random(in: 0...1, using: &random) > 0.1 { row.value = level }
            if index > 3 {
                let mean = level + Double.random(in: -1...1, using: &random)
                row.mean = mean
                row.lower = mean - 0.8
                row.upper = mean + 0.8
            }
            return row
        }
    }

    private static func score(_ rows: [Row], capacity: Int) -> PrequentialScore {
        var score = PrequentialScore(laterCapacity: capacity)
        for row in rows {
            var prediction = Prediction()
            prediction.mean = row.mean ?? .nan
            prediction.lower = row.lower ?? .nan
            prediction.upper = row.upper ?? .nan
            prediction.experts = row.mean.map { [$0, $0 + 0.5] } ?? []
            score.add(value: row.value, prediction: prediction)
        }
        return score
    }

    private static func agree(_ a: Double, _ b: Double) -> Bool {
        (a.isNaN && b.isNaN) || abs(a - b) <= 1e-9 * max(1, abs(b))
    }

    @Test("every score is the judge's, with values missing and forecasts that start late")
    func agreesWithTheJudge() throws {
        let seed: UInt64 = 11
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        for count in [1, 2, 31, 33, 40, 499, 500, 501, 1003, 4000] {
            let rows = Self.rows(count, using: &random)
            let score = Self.score(rows, capacity: 4096)
            let all = Judge.relative(rows, from: 1, to: count)
            try #require(Self.agree(score.all.relativeSquared, all.squared), "\(count)")
            try #require(Self.agree(score.all.relativeAbsolute, all.absolute), "\(count)")
            let later = Judge.relative(rows, from: count / 4, to: count).squared
            try #require(Self.agree(score.relativeSquaredLast75, later), "\(count)")
            let first = Judge.relative(rows, from: 1, to: min(500, count)).squared
            try #require(Self.agree(score.first.relativeSquared, first), "\(count)")
            try #require(Self.agree(score.interval.coverage, Judge.coverage(rows)), "\(count)")
            let winkler = Judge.winkler(rows, level: 0.9)
            try #require(Self.agree(score.interval.winkler, winkler), "\(count)")
            try #require(score.missing == rows.count { $0.value.isNaN }, "\(count)")
        }
    }

    @Test("an expert is scored like the forecast, on the same samples")
    func scoresExperts() {
        var random = SplitMix64(seed: 12)
        let rows = Self.rows(300, using: &random)
        let score = Self.score(rows, capacity: 4096)
        let shifted = rows.map { row in
            var row = row
            row.mean = row.mean.map { $0 + 0.5 }
            return row
        }
        let expected = [rows, shifted].map { Judge.relative($0, from: 1, to: 300).squared }
        let experts = score.relativeSquaredOfExperts
        #expect(experts.count == 2)
        #expect(zip(experts, expected).allSatisfy(Self.agree))
    }

    @Test("past its capacity the later score starts at most two samples in capacity late")
    func laterScoreStaysClose() throws {
        var random = SplitMix64(seed: 13)
        for count in [64, 65, 129, 1000, 5000] {
            let rows = Self.rows(count, using: &random)
            var later = LaterScore(capacity: 64)
            for index in 1..<count {
                guard let mean = rows[index].mean else { continue }
                let (y, p) = (rows[index].value, rows[index - 1].value)
                if y.isNaN || p.isNaN { continue }
                later.add(index: index, error: mean - y, change: p - y)
            }
            let start = count / 4
            let length = later.blockLength
            try #require(count <= 64 ? length == 1 : length * 64 < 2 * count)
            let rounded = (start + length - 1) / length * length
            let expected = Judge.relative(rows, from: rounded, to: count).squared
            let relative = later.relativeSquared(samples: count)
            try #require(Self.agree(relative, expected), "\(count)")
        }
    }

    @Test("a series that never moves has no relative error")
    func constantSeries() {
        let row = Row(value: 5, mean: 5, lower: 5, upper: 5)
        let score = Self.score([Row](repeating: row, count: 100), capacity: 64)
        #expect(score.all.relativeSquared.isNaN)
        #expect(score.relativeSquaredLast75.isNaN)
        #expect(score.interval.coverage == 1)
        #expect(score.all.meanSquared == 0)
    }
}
