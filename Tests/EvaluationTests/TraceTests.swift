import Evaluation
import TestSupport
import Testing

@Suite("Trace")
struct TraceTests {
    private static func trace(_ values: [Double]) -> Trace {
        var trace = Trace()
        for (index, value) in values.enumerated() {
            var prediction = Prediction()
            if index > 0 {
                prediction.mean = values[index - 1]
                prediction.lower = prediction.mean - 0.5
                prediction.upper = prediction.mean + 0.5
                prediction.experts = [prediction.mean, 0]
                prediction.weights = [0.25, 0.75]
            }
            trace.add(time: Int64(index) * 1_000_000_000, value: value, prediction: prediction)
        }
        return trace
    }

    @Test("decimation keeps every extreme, and all sums, in bounded memory")
    func keepsExtremes() throws {
        var random = SplitMix64(seed: 31)
        for count in [1, 479, 480, 481, 10_000, 123_457] {
            var values = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
            let (spike, dip) = (count / 3, count / 2)
            values[spike] = 1000
            values[dip] = count > 1 ? -2000 : 1000
            let trace = Self.trace(values)
            try #require(trace.slices.count <= Trace.sliceLimit)
            try #require(trace.slices.reduce(0) { $0 + $1.count } == count)
            try #require(trace.slices.map(\.highest).max() == values.max())
            try #require(trace.slices.map(\.lowest).min() == values.min())
            // Each in its place.
            for slice in trace.slices {
                let part = values[slice.first.index..<(slice.first.index + slice.count)]
                try #require(slice.lowest == part.min())
                try #require(slice.highest == part.max())
            }
            let pairs = trace.slices.reduce(0) { $0 + $1.errors.count }
            try #require(pairs == count - 1)
        }
    }

    @Test("the newest samples stay as they were, in their order")
    func keepsNewest() {
        for count in [3, Trace.recentCount, Trace.recentCount + 1, 3 * Trace.recentCount + 7] {
            let trace = Self.trace((0..<count).map(Double.init))
            let kept = min(count, Trace.recentCount)
            #expect(trace.recent.map(\.index) == Array((count - kept)..<count))
            #expect(trace.recent.last?.value == Double(count - 1))
            #expect(trace.recent.last?.mean == Double(count - 2))
        }
    }

    @Test("the largest misses are found wherever they are, largest first")
    func keepsLargestMisses() {
        var values = [Double](repeating: 0, count: 5000)
        for (index, size) in [(100, 7.0), (2000, 50), (2500, 3), (4999, 20)] {
            values[index] = size
        }
        let trace = Self.trace(values)
        // A jump up is missed, and so is the way back: one event.
        #expect(trace.misses.map(\.index) == [2000, 4999, 100, 2500])
    }

    @Test("of misses near each other the largest stands for all")
    func keepsOneMissOfAnEvent() {
        var values = [Double](repeating: 0, count: 500)
        // The second is larger, the third smaller than its neighbour, the fourth far enough.
        for (index, size) in [(100, 1.0), (110, 3), (120, 2), (145, 1)] {
            for later in index..<500 { values[later] += size }
        }
        #expect(Self.trace(values).misses.map(\.index) == [110, 145])
    }

    @Test("missing values are no extremes")
    func skipsMissing() {
        var values = (0..<2000).map { Double($0 % 7) }
        for index in stride(from: 0, to: 2000, by: 3) { values[index] = .nan }
        let trace = Self.trace(values)
        #expect(trace.slices.map(\.highest).max() == 6)
        #expect(trace.slices.map(\.lowest).min() == 0)
    }

    @Test("expert weights are averaged over a slice")
    func averagesWeights() {
        let trace = Self.trace([Double](repeating: 1, count: 5000))
        #expect(trace.slices.allSatisfy { $0.weights == [0.25, 0.75] })
    }

    @Test("times that fall are noticed")
    func noticesUnorderedTimes() {
        var trace = Self.trace([1, 2, 3])
        trace.add(time: 2_000_000_000, value: 1, prediction: Prediction())
        #expect(trace.timesNeverFall)
        trace.add(time: 1_999_999_999, value: 1, prediction: Prediction())
        #expect(!trace.timesNeverFall)
    }
}
