import Networks
import TestSupport
import Testing

@Suite("Windows of a series")
struct WindowsTests {
    /// I = 2, O = 1; sample k has inputs k and −k and the target k/2, target 5 is missing.
    static let architecture = Architecture(
        cell: .elman(.tanh, bias: true), inputCount: 2, hiddenCount: 3)
    let series = TrainingSeries<Float>(
        architecture, inputs: (0..<50).flatMap { [Float($0), -Float($0)] },
        targets: (0..<50).map { $0 == 5 ? .nan : Float($0) / 2 })

    @Test("each window comes exactly once an epoch, in a new order each time")
    func onceAnEpoch() {
        let seed: UInt64 = 101
        var random = SplitMix64(seed: seed)
        var windows = ShuffledWindows(sampleCount: 50, window: 8, stride: 3, batch: 4)
        let expected = Array(stride(from: 0, through: 42, by: 3))
        #expect(windows.count == 4)
        var orders: Set<[Int]> = []
        for _ in 0..<20 {
            windows.shuffle(using: &random)
            let order = (0..<windows.count).flatMap { windows.batch($0) }
            #expect(order.sorted() == expected, "seed \(seed)")
            orders.insert(order)
        }
        #expect(orders.count == 20, "seed \(seed)")
        #expect(windows.batch(3).count == 3)
    }

    @Test("every order is equally likely")
    func uniform() {
        let seed: UInt64 = 102
        var random = SplitMix64(seed: seed)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<6000 {
            var windows = ShuffledWindows(sampleCount: 3, window: 1, batch: 3)
            windows.shuffle(using: &random)
            counts[windows.starts, default: 0] += 1
        }
        #expect(counts.count == 6)
        // 1000 each, standard deviation 29.
        #expect(counts.values.allSatisfy { (850...1150).contains($0) }, "seed \(seed): \(counts)")
    }

    @Test("a batch holds its windows' samples, time-major, and the missing target's weight is 0")
    func samples() {
        let windows = ShuffledWindows(sampleCount: 50, window: 4, stride: 2, batch: 2)
        var batch = WindowBatch<Float>(Self.architecture, window: 4, batch: 2)
        windows.load(1, of: series, into: &batch)
        // Windows that start at 4 and 6.
        #expect(batch.inputs == [4, -4, 6, -6, 5, -5, 7, -7, 6, -6, 8, -8, 7, -7, 9, -9])
        #expect(batch.weights == [1, 1, 0, 1, 1, 1, 1, 1])
        #expect(batch.targets[0] == 2 && batch.targets[1] == 3 && batch.targets[7] == 4.5)
    }

    @Test("windows that the last batch lacks are out of the loss")
    func lastBatch() throws {
        let windows = ShuffledWindows(sampleCount: 13, window: 4, stride: 4, batch: 2)
        #expect(windows.count == 2)
        var random = SplitMix64(seed: 103)
        var network = Network<Float>(Self.architecture)
        network.parameters = draws(network.parameters.count, &random)
        var pair = WindowBatch<Float>(Self.architecture, window: 4, batch: 2)
        // Dirt that must not be seen.
        for index in pair.targets.indices { pair.targets[index] = .nan }
        windows.load(1, of: series, into: &pair)
        var single = WindowBatch<Float>(Self.architecture, window: 4)
        single.load(lane: 0, from: series, start: 8)
        var (two, one) = (
            TruncatedBackpropagation<Float>(Self.architecture, window: 4, batch: 2),
            TruncatedBackpropagation<Float>(Self.architecture, window: 4)
        )
        let loss = two.run(network, on: pair, loss: Loss())
        #expect(loss == one.run(network, on: single, loss: Loss()))
        #expect(two.gradients == one.gradients)
    }

    @Test("parallel windows walk through their pieces and carry their states on")
    func parallel() throws {
        let windows = ParallelWindows(sampleCount: 50, window: 5, stride: 2, batch: 3)
        #expect(windows.pieceCount == 16)
        #expect(windows.count == 6)
        #expect(windows.start(2, lane: 1) == 16 + 4)
        var random = SplitMix64(seed: 104)
        var network = Network<Float>(Self.architecture)
        network.parameters = draws(network.parameters.count, &random)
        var batch = WindowBatch<Float>(Self.architecture, window: 5, batch: 3)
        var backpropagation = TruncatedBackpropagation<Float>(
            Self.architecture, window: 5, batch: 3)
        // With weights that do not change, the carried states are those of one long pass.
        var whole = WindowBatch<Float>(Self.architecture, window: 15, batch: 3)
        for lane in 0..<3 { whole.load(lane: lane, from: series, start: lane * 16) }
        var long = TruncatedBackpropagation<Float>(Self.architecture, window: 15, batch: 3)
        _ = long.run(network, on: whole, loss: Loss())
        let rowCount = batch.initialState.count
        for index in 0..<windows.count {
            windows.load(index, of: series, after: backpropagation, into: &batch)
            let expected = long.states[(index * 2 * rowCount)..<((index * 2 + 1) * rowCount)]
            try #require(batch.initialState == Array(expected), "batch \(index)")
            _ = backpropagation.run(network, on: batch, loss: Loss())
        }
    }
}
