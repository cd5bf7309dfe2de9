import Daemon
import Series
import Settings
import Testing

@Suite("What streams take in memory")
struct MemoryEstimateTests {
    @Test("each kind of streams is told, and the total is of the largest")
    func kinds() throws {
        var settings = Settings()
        settings.limits.maxStreams = 1_000
        var small = settings.model
        small.experts = [.persistence]
        settings.streams = [StreamRule(match: "room/*", model: small)]
        let estimate = MemoryEstimate(settings)
        #expect(estimate.rows.map(\.match) == ["room/*", "*"])
        let (first, second) = (estimate.rows[0].bytes, estimate.rows[1].bytes)
        #expect(first > 1_000 && first < second)
        #expect(estimate.total == 1_000 * second + estimate.training)
        #expect(estimate.text.contains("limits.max_streams: 1,000 of them take"))
        #expect(estimate.text.contains(", if all were of the largest kind"))
    }

    @Test("a larger net takes the parameters, their copy and their moments more")
    func parameters() throws {
        func bytes(_ hidden: Int) -> Int {
            var settings = Settings()
            settings.model.hidden = hidden
            settings.model.experts = [.persistence, .recurrent]
            return MemoryEstimate(settings).rows[0].bytes
        }
        // Of a GRU on 9 inputs; the copy is in half precision. The window and the
        // state come on top.
        func parameters(_ hidden: Int) -> Int { hidden * (3 * hidden + 3 * 9 + 4 + 1) + 1 }
        let more = bytes(128) - bytes(64)
        let expected = (3 * 4 + 2) * (parameters(128) - parameters(64))
        #expect(more >= expected)
        #expect(more < expected + expected / 10)
    }

    @Test("what threads train with is for every number of channels, and in every thread")
    func training() {
        func estimate(threads: Int, _ change: (inout Settings) -> Void) -> MemoryEstimate {
            var settings = Settings()
            settings.engine.workers = threads
            settings.limits.valuesPerSample = 1
            change(&settings)
            return MemoryEstimate(settings)
        }
        // At least the window's states, its gradients and the inputs of one channel.
        let one = estimate(threads: 1) { _ in }.training
        #expect((20_000..<200_000).contains(one))
        #expect(estimate(threads: 3) { _ in }.training == 4 * one)
        let wide = estimate(threads: 1) { $0.limits.valuesPerSample = 64 }
        // 33 nets, the widest with 64 inputs more.
        #expect(wide.training > 33 * one && wide.training < 100 * one)
        #expect(wide.text.contains("training, at most, all together"))
        let none = estimate(threads: 1) { $0.model.cell = .none }
        #expect(none.training == 0 && !none.text.contains("training"))
        let two = estimate(threads: 1) {
            $0.streams = [StreamRule(match: "x", model: $0.model)]
        }
        #expect(two.training == 2 * one)
    }

    @Test("what limits.memory has no room for is said")
    func noRoom() {
        var settings = Settings()
        settings.limits.maxStreams = 1_000_000
        settings.limits.memoryBytes = 1 << 30
        let estimate = MemoryEstimate(settings)
        let fit = (1 << 30) / estimate.rows[0].bytes
        #expect((1_000..<1_000_000).contains(fit))
        #expect(estimate.text.contains("limits.memory: 1.00 GiB has room for"))
        settings.limits.maxStreams = 10
        #expect(!MemoryEstimate(settings).text.contains("limits.memory"))
    }
}
