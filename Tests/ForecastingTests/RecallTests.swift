import Forecasting
import Glibc
import TestSupport
import Testing

@Suite("Recall")
struct RecallTests {
    /// The features by their definition, over everything that is kept, in double precision.
    private func reference(_ series: [Double], scales: [Double], length: Int) -> [[Double]] {
        var features: [[Double]] = []
        var distances = [[Double]](repeating: [Double](repeating: 0, count: length + 1), count: 2)
        func difference(_ t: Int) -> Double { t > 0 ? series[t] - series[t - 1] : 0 }
        for t in series.indices {
            var row = [0.0, 0, 0, 0]
            let known = min(length, t - 1)
            for (index, decay) in [0.9, 0.99].enumerated() where known > 0 {
                for lag in 1...known {
                    let change = (difference(t) - difference(t - lag)) / scales[t]
                    distances[index][lag] *= decay
                    distances[index][lag] += min(change * change, 36)
                }
                guard known - 8 >= 4 else { continue }
                let least = distances[index][1...(known - 8)].min()!
                var (sum, next, level) = (0.0, 0.0, 0.0)
                for lag in 1...(known - 8) {
                    let far = (distances[index][lag] - least) * (1 - decay) / 0.4
                    let weight = pow(max(0, 1 - far), 8)
                    sum += weight
                    next += weight * difference(t + 1 - lag)
                    level += weight * series[t + 1 - lag]
                }
                row[2 * index] = (next / sum / scales[t]).clamped(to: 6)
                row[2 * index + 1] = ((level / sum - series[t]) / scales[t]).clamped(to: 6)
            }
            features.append(row)
        }
        return features
    }

    @Test("the features are their definition, in any unit", arguments: [1, 1e-140, 1e120])
    func definition(unit: Double) throws {
        let length = 100
        var (recall, history, scaler) = (Recall(length: length), History(), Scaler())
        var rows: [[Double]] = []
        var scales: [Double] = []
        let series = noisySine(1500, seed: 3).map { unit * (30 + $0) }
        for value in series {
            if history.count > 0 { scaler.add(step: value - history[back: 0]) }
            history.append(value)
            scaler.add(level: value)
            recall.update(history, scaler: scaler)
            rows.append(recall.values)
            scales.append(scaler.step)
        }
        let expected = reference(series, scales: scales, length: length)
        for t in series.indices {
            for k in 0..<4 {
                try #require(abs(rows[t][k] - expected[t][k]) < 1e-3, "step \(t), feature \(k)")
            }
        }
    }

    @Test("a level shift that is told makes no difference")
    func shift() throws {
        let series = noisySine(600, seed: 4)
        var (still, moved) = (Recall(length: 200), Recall(length: 200))
        var (history, raised, scaler) = (History(), History(), Scaler())
        for (t, value) in series.enumerated() {
            if t == 400 {
                moved.shift(by: 50, except: 0)
                raised.shift(by: 50, except: 0)
            }
            if t > 0 { scaler.add(step: value - history[back: 0]) }
            history.append(value)
            raised.append(value + (t < 400 ? 0 : 50))
            scaler.add(level: value)
            still.update(history, scaler: scaler)
            moved.update(raised, scaler: scaler)
            for k in 0..<4 { try #require(abs(still.values[k] - moved.values[k]) < 1e-3) }
        }
    }
}
