import Testing
import classics

/// Each experiment with its published outcome.
@Suite("The classics")
struct ClassicsTests {
    @Test("a clean sine goes on for a period in closed loop, within 0.05")
    func cleanSine() {
        let sine = CleanSine()
        #expect(sine.continuation.count == CleanSine.period)
        #expect(sine.greatestError < 0.05)
    }

    @Test("a noisy sine goes from about 0.55 to at most 0.13 on each seed, as in PyTorch")
    func noisySine() throws {
        let runs = NoisySines().runs
        try #require(runs.count == 6 && runs.allSatisfy { $0.losses.count == 201 })
        for run in runs {
            #expect((0.4...0.7).contains(run.losses[0]), "seed \(run.seed): \(run.losses[0])")
            // Far below the variance of the noise, 0.09, it would have learned by heart.
            #expect((0.07...0.13).contains(run.losses[200]), "seed \(run.seed): \(run.losses[200])")
        }
        func mean(of epoch: Int) -> Double { runs.reduce(0) { $0 + $1.losses[epoch - 1] / 6 } }
        #expect((0.5...0.6).contains(mean(of: 1)))
        // examples/classics/noisy_sine.py on the same values: docs/classics.md.
        let ofPyTorch = 0.0992
        #expect((0.85...1.15).contains(mean(of: 201) / ofPyTorch))
    }

    @Test("what the net draws after a noisy sine is a sine")
    func drawing() {
        let drawn = NoisySine(seed: 1).continuation
        #expect(drawn.count == 2 * NoisySine.period)
        // Up and down twice, nearly as high as the sine.
        let crossings = zip(drawn, drawn.dropFirst()).count { ($0 < 0) != ($1 < 0) }
        #expect((3...5).contains(crossings))
        #expect((0.7...1.2).contains(drawn.max() ?? 0))
        #expect((0.7...1.2).contains(-(drawn.min() ?? 0)))
        // The noise would jump by 0.4 and more, a sine of this period goes by 0.21 at most.
        #expect(zip(drawn, drawn.dropFirst()).allSatisfy { ($1 - $0).magnitude < 0.35 })
    }

    @Test("stateful windows know what is older than a window, stateless ones do not")
    func carriedState() {
        let (stateful, stateless) = (CarriedState(.stateful), CarriedState(.stateless))
        // Three windows in four hold no report at all.
        #expect(stateless.errorInWindows > 0.5)
        #expect(stateful.errorKept < 0.1 * stateless.errorInWindows)
        #expect(stateful.errorKept < 0.3 * stateless.errorKept)
        #expect(stateful.losses[CarriedState.epochCount - 1] < 0.2 * (stateless.losses.min() ?? 0))
    }

    @Test(
        "sums of 8-bit numbers are exact on every pair not learned",
        arguments: BinaryAddition.Start.allCases)
    func addition(start: BinaryAddition.Start) {
        let addition = BinaryAddition(start)
        #expect(addition.unseenCount == 65_536 - BinaryAddition.pairCount)
        #expect(addition.wrongCount == 0)
        // A net that has learned nothing says 0.5 and is 0.25 off.
        #expect(addition.losses[0] > 0.2)
    }

    @Test("gradient descent counts ones as published, to four digits")
    func countingByGradientDescent() throws {
        let counting = CountingOnes(.gradientDescent)
        let published = [
            100: 529.6915, 200: 504.5684, 300: 475.302, 400: 435.9506, 500: 362.6525,
            600: 0.2677, 700: 0.1585, 2000: 0.0663,
        ]
        for (epoch, cost) in published {
            let difference = (counting.costs[epoch - 1] - cost).magnitude
            #expect(difference <= 0.00005001, "epoch \(epoch): \(counting.costs[epoch - 1])")
        }
        #expect((counting.weights.wx - 1.0596996626568231).magnitude < 1e-9)
        #expect((counting.weights.wr - 0.986266256828558).magnitude < 1e-9)
    }

    @Test("RMSProp gets to weights within 0.001 of 1")
    func countingByRMSProp() {
        let weights = CountingOnes(.rmsprop).weights
        #expect((weights.wx - 1).magnitude < 0.001)
        #expect((weights.wr - 1).magnitude < 0.001)
    }
}
