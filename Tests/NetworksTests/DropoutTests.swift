import Networks
import TestSupport
import Testing

@Suite("Dropout")
struct DropoutTests {
    @Test("a mask drops its rate and scales the rest", arguments: [0.0, 0.2, 0.5, 0.9])
    func statistics(rate: Double) {
        let seed: UInt64 = 81
        var random = SplitMix64(seed: seed)
        let architecture = Architecture(cell: .gru, inputCount: 1, hiddenCount: 50)
        var mask = DropoutMask<Double>(architecture, window: 100, batch: 10)
        mask.draw(rate: rate, using: &random)
        let count = Double(mask.factors.count)
        let dropped = Double(mask.factors.count { $0 == 0 }) / count
        let mean = mask.factors.reduce(0, +) / count
        // Five standard deviations of a fraction.
        let error = 5 * (rate * (1 - rate) / count).squareRoot()
        #expect((dropped - rate).magnitude <= error, "seed \(seed)")
        #expect((mean - 1).magnitude <= error / (1 - rate) + 1e-12, "seed \(seed)")
        #expect(mask.factors.allSatisfy { $0 == 0 || $0 == 1 / (1 - rate) })
    }

    @Test("the same seed gives the same mask, another seed another one")
    func seeded() {
        let architecture = Architecture(cell: .gru, inputCount: 1, hiddenCount: 20)
        func mask(_ seed: UInt64) -> [Float] {
            var random = SplitMix64(seed: seed)
            var mask = DropoutMask<Float>(architecture, window: 5)
            mask.draw(rate: 0.5, using: &random)
            return mask.factors
        }
        #expect(mask(1) == mask(1))
        #expect(mask(1) != mask(2))
    }

    @Test("a mask that drops nothing gives the bits of no mask", arguments: allCells)
    func nothingDropped(cell: Cell) {
        var random = SplitMix64(seed: 82)
        let subject = RandomNetwork<Float>(cell, using: &random)
        var (with, without) = (subject.backpropagation, subject.backpropagation)
        let mask = DropoutMask<Float>(
            subject.architecture, window: subject.window, batch: subject.batchCount)
        let a = with.run(subject.network, on: subject.batch, loss: Loss(), dropout: mask)
        let b = without.run(subject.network, on: subject.batch, loss: Loss())
        #expect(a == b)
        #expect(with.gradients == without.gradients)
    }

    @Test("evaluation and the states know nothing of dropout")
    func inference() {
        var random = SplitMix64(seed: 83)
        let architecture = Architecture(cell: .lstm, inputCount: 2, hiddenCount: 8)
        let subject = RandomNetwork<Float>(architecture, window: 5, batch: 2, using: &random)
        var mask = DropoutMask<Float>(architecture, window: 5, batch: 2)
        mask.draw(rate: 0.5, using: &random)
        var (dropped, clean, evaluated) = (
            subject.backpropagation, subject.backpropagation, subject.backpropagation
        )
        let a = dropped.run(subject.network, on: subject.batch, loss: Loss(), dropout: mask)
        let b = clean.run(subject.network, on: subject.batch, loss: Loss())
        let c = evaluated.evaluate(subject.network, on: subject.batch, loss: Loss())
        #expect(a != b)
        #expect(b == c)
        #expect(dropped.states == clean.states)
        #expect(dropped.outputs != clean.outputs)
        #expect(evaluated.outputs == clean.outputs)
    }
}
