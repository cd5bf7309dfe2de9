import Forecasting
import TestSupport
import Testing

@Suite("TimeStep and StreamClock")
struct TimeStepTests {
    @Test("the typical step is the median of the last fifteen", arguments: [1, 2, 3] as [UInt64])
    func median(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var step = TimeStep()
        var steps: [Int64] = []
        #expect(step.nanoseconds == nil)
        for index in 0..<500 {
            steps.append(Int64.random(in: 1...(index % 50 < 25 ? 5 : 1_000_000), using: &generator))
            _ = step.observe(steps[index])
            let recent = steps.suffix(15).sorted()
            try #require(
                step.nanoseconds == recent[recent.count / 2], "seed \(seed), step \(index)")
        }
    }

    @Test("a long step on a regular feed is a gap of the samples that would fit in")
    func gap() {
        var step = TimeStep()
        for _ in 0..<20 { #expect(step.observe(1_000) == 0) }
        #expect(step.observe(3_000) == 0)
        #expect(step.observe(3_010) == 2)
        #expect(step.observe(51_000) == 50)
        #expect(step.nanoseconds == 1_000)
    }

    @Test("an irregular feed has no gaps")
    func irregular() {
        var step = TimeStep()
        var gaps = 0
        for index in 0..<1000 {
            if step.observe(index % 5 == 4 ? 100_000 : 1_000) > 0, index > 100 { gaps += 1 }
        }
        #expect(gaps == 0)
    }

    @Test("samples are next, duplicate or late by their own times")
    func arrivals() {
        var clock = StreamClock()
        #expect(clock.observe(100, arrivalTime: 0) == .next(missing: 0))
        #expect(clock.nextTime == nil)
        #expect(clock.observe(100, arrivalTime: 0) == .duplicate)
        #expect(clock.observe(110, arrivalTime: 0) == .next(missing: 0))
        #expect(clock.nextTime == 120)
        #expect(clock.observe(105, arrivalTime: 0) == .late)
        #expect(clock.observe(110, arrivalTime: 0) == .duplicate)
        #expect(clock.nextTime == 120)
    }

    @Test("samples without times are never duplicates, late or after a gap")
    func withoutTimes() {
        var clock = StreamClock()
        for arrival in [5, 5, 5, 10, 15, 20, 25, 30, 35, 40, 45, 7, 100_000] as [Int64] {
            #expect(clock.observe(nil, arrivalTime: arrival) == .next(missing: 0))
        }
        #expect(clock.nextTime == 100_005)
    }

    @Test("times at the ends of the range do not overflow")
    func extremes() {
        var clock = StreamClock()
        #expect(clock.observe(.min, arrivalTime: 0) == .next(missing: 0))
        #expect(clock.observe(.max, arrivalTime: 0) == .next(missing: 0))
        #expect(clock.nextTime == nil)
        #expect(clock.observe(.min, arrivalTime: 0) == .late)
    }
}
