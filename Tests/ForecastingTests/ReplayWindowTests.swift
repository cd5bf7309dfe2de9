import Forecasting
import Networks
import TestSupport
import Testing

@Suite("ReplayWindow")
struct ReplayWindowTests {
    private static let architecture = Architecture(
        cell: .elman(.tanh, bias: true), inputCount: 2, hiddenCount: 3)

    /// One step of the straightforward copy: everything ever appended.
    private struct Step {
        var input: [Float]
        var state: [Float]
        var target: Float?
    }

    @Test(
        "it hands out the steps before the newest one, however long the feed", arguments: [1, 2, 5])
    func replays(length: Int) throws {
        var generator = SplitMix64(seed: 7)
        var window = ReplayWindow(Self.architecture, length: length)
        var batch = WindowBatch<Float>(Self.architecture, window: length)
        var steps: [Step] = []
        for index in 0..<100 {
            if index > 0, generator.uniform() < 0.7 {
                let target = Float(generator.normal())
                window.setTarget(target)
                steps[steps.count - 1].target = target
            }
            let step = Step(input: floats(2, &generator), state: floats(3, &generator))
            window.append(input: step.input, state: step.state)
            steps.append(step)
            try #require(window.isFull == (steps.count > length))
            guard window.isFull else { continue }
            window.fill(&batch)
            let expected = Array(steps[(steps.count - 1 - length)..<(steps.count - 1)])
            try #require(batch.inputs == expected.flatMap(\.input), "step \(index)")
            try #require(batch.targets == expected.map { $0.target ?? 0 }, "step \(index)")
            try #require(batch.weights == expected.map { $0.target == nil ? 0 : 1 })
            try #require(batch.initialState == expected[0].state, "step \(index)")
            try #require(window.knownTargets == expected.filter { $0.target != nil }.count)
            guard index % 3 == 0 else { continue }
            // The states along the window and before the newest step are replaced.
            var recomputed = batch.initialState
            for later in (steps.count - length)..<steps.count {
                steps[later].state = floats(3, &generator)
                recomputed += steps[later].state
            }
            window.refresh(recomputed)
            var (input, state) = (floats(2, &generator), floats(3, &generator))
            window.copyNewest(input: &input, state: &state)
            try #require(input == step.input && state == steps[steps.count - 1].state)
        }
    }

    @Test("after a restart it fills anew")
    func restarts() {
        var window = ReplayWindow(Self.architecture, length: 2)
        for _ in 0..<3 { window.append(input: [1, 2], state: [1, 2, 3]) }
        #expect(window.isFull)
        window.restart()
        window.setTarget(1)
        for _ in 0..<2 { window.append(input: [1, 2], state: [1, 2, 3]) }
        #expect(!window.isFull)
    }

    private func floats(_ count: Int, _ generator: inout SplitMix64) -> [Float] {
        (0..<count).map { _ in Float(generator.normal()) }
    }
}
