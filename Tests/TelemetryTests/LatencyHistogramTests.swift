import Telemetry
import TestSupport
import Testing

@Suite("The latency histogram")
struct LatencyHistogramTests {
    private let histogram = LatencyHistogram(name: "x_seconds", help: "X.")

    @Test("nothing recorded has no percentile")
    func empty() {
        #expect(histogram.percentile(0.5) == nil)
        #expect(histogram.count == 0)
        #expect(histogram.longestNanoseconds == 0)
    }

    @Test("one time is every percentile, exactly")
    func one() {
        histogram.record(nanoseconds: 1_234_567)
        for share in [0, 0.5, 1] { #expect(histogram.percentile(share) == 1_234_567) }
        #expect(histogram.sumNanoseconds == 1_234_567)
        #expect(histogram.count == 1)
    }

    @Test("percentiles are at most 12.5 % too long and never too short", arguments: [1, 2, 3])
    func percentiles(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var times: [UInt64] = []
        for _ in 0..<10_000 {
            let time = UInt64.random(in: 0...(1 << UInt64.random(in: 0...37)), using: &random)
            times.append(time)
            histogram.record(nanoseconds: Int64(time))
        }
        times.sort()
        for share in stride(from: 0.0, through: 1.0, by: 0.01) {
            let rank = max(1, Int((share * Double(times.count)).rounded(.up)))
            let exact = times[rank - 1]
            let found = try #require(histogram.percentile(share), "seed \(seed)")
            try #require(found >= exact, "seed \(seed), share \(share)")
            try #require(found <= max(1, exact + exact / 8), "seed \(seed), share \(share)")
        }
        #expect(histogram.sumNanoseconds == times.reduce(0, +))
        #expect(histogram.longestNanoseconds == times.last)
    }

    @Test("times recorded together count as one by one")
    func together() {
        let beginnings: [Int64] = [5, 1_000, -70, 2_000, 999]
        histogram.record(from: beginnings, to: 1_000)
        let other = LatencyHistogram(name: "x_seconds", help: "X.")
        for beginning in beginnings { other.record(nanoseconds: 1_000 - beginning) }
        #expect(histogram.count == 5)
        #expect(histogram.sumNanoseconds == other.sumNanoseconds)
        #expect(histogram.longestNanoseconds == 1_070)
        for share in stride(from: 0.0, through: 1.0, by: 0.1) {
            #expect(histogram.percentile(share) == other.percentile(share))
        }
    }

    @Test("times beyond the last bucket and before zero are counted")
    func extremes() {
        histogram.record(nanoseconds: .max)
        histogram.record(nanoseconds: .min)
        histogram.record(nanoseconds: 0)
        #expect(histogram.count == 3)
        #expect(histogram.percentile(1) == UInt64(Int64.max))
        #expect(histogram.percentile(0.5) == 1)
    }

    @Test("threads lose no count")
    func threads() async {
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { [histogram] in
                    for time in 0..<10_000 { histogram.record(nanoseconds: Int64(time)) }
                }
            }
        }
        #expect(histogram.count == 40_000)
        #expect(histogram.sumNanoseconds == 4 * 49_995_000)
    }
}
