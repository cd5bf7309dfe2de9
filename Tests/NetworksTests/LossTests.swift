import Networks
import TestSupport
import Testing

/// A network whose outputs are given: no weights, the base is the output.
private struct GivenOutputs {
    var backpropagation: TruncatedBackpropagation<Double>
    var batch: WindowBatch<Double>
    let network: Network<Double>

    /// T = 2, B = 2, O = 2, in the order t, b, o.
    init(outputs: [Double], targets: [Double]) {
        let architecture = Architecture(
            cell: .elman(.tanh, bias: false), inputCount: 1, hiddenCount: 1, outputCount: 2)
        backpropagation = TruncatedBackpropagation(architecture, window: 2, batch: 2)
        batch = WindowBatch(architecture, window: 2, batch: 2)
        network = Network(architecture)
        batch.base = outputs
        batch.targets = targets
    }

    /// The loss, and its gradient at the readout's two biases.
    mutating func run(_ loss: Loss) -> (Double, [Double]) {
        let value = backpropagation.run(network, on: batch, loss: loss)
        return (value, Array(backpropagation.gradients.suffix(2)))
    }
}

@Suite("Loss")
struct LossTests {
    private var given = GivenOutputs(
        outputs: [1, 2, 3, 4, 5, 6, 7, 8], targets: [0, 0, 0, 0, 4, 4, 4, 4])

    @Test("the mean divides by T·B·O")
    mutating func mean() {
        let (loss, gradients) = given.run(Loss(.mean))
        // Errors 1, 2, 3, 4 at both steps; their squares sum up to 60.
        #expect(loss == 7.5)
        #expect(gradients == [2, 3])
    }

    @Test("the sum divides by nothing, a constant by itself")
    mutating func sumAndConstant() {
        #expect(given.run(Loss(.sum)).0 == 60)
        let (loss, gradients) = given.run(Loss(.constant(4)))
        #expect(loss == 15)
        #expect(gradients == [4, 6])
    }

    @Test("the last step alone counts, divided by B·O")
    mutating func last() {
        given.batch.targets = [.nan, .nan, .nan, .nan, 4, 4, 4, 4]
        let (loss, gradients) = given.run(Loss(.mean, steps: .last))
        #expect(loss == 7.5)
        #expect(gradients == [2, 3])
    }

    @Test("a missing target is not read, and the mean divides by the weights that are left")
    mutating func missing() {
        given.batch.targets[1] = .nan
        given.batch.weights[1] = 0
        given.batch.weights[7] = 0.5
        let (loss, gradients) = given.run(Loss(.mean))
        // Six whole weights and a half one; 60 − 4 − 16/2 is left of the squares.
        #expect((loss - 48 / 6.5).magnitude < 1e-14)
        #expect((gradients[1] - 16 / 6.5).magnitude < 1e-14)
    }

    @Test("without any target loss and gradient are 0")
    mutating func noTarget() {
        for index in given.batch.weights.indices { given.batch.weights[index] = 0 }
        for divisor in [Loss.Divisor.mean, .sum, .constant(2)] {
            let (loss, _) = given.run(Loss(divisor))
            #expect(loss == 0)
            #expect(given.backpropagation.gradients.allSatisfy { $0 == 0 })
        }
    }

    @Test("a clipped error costs by its size, with the gradient of the clip")
    mutating func huber() {
        // Errors −3 and 1, both of output 1.
        given.batch.targets = [1, 2, 3, 4, 5, 9, 7, 7]
        let (loss, gradients) = given.run(Loss(.constant(2), errorClip: 2))
        #expect(loss == 4.5)
        #expect(gradients == [0, -1])
    }

    @Test("an error that is not a number stays one")
    mutating func notANumber() {
        given.batch.targets[0] = .nan
        let (loss, gradients) = given.run(Loss(.mean, errorClip: 1))
        #expect(loss.isNaN)
        #expect(gradients[0].isNaN)
        #expect(clip(&given.backpropagation.gradients, toNorm: 1).isNaN)
    }

    @Test("evaluation gives the loss of a run and leaves the gradients alone")
    mutating func evaluation() {
        let expected = given.run(Loss()).0
        let gradients = given.backpropagation.gradients
        #expect(
            given.backpropagation.evaluate(given.network, on: given.batch, loss: Loss()) == expected
        )
        #expect(given.backpropagation.gradients == gradients)
    }
}
