import Forecasting
import Networks
import Testing

@Suite("A stream as named tensors")
struct StreamTensorsTests {
    private static func stream(
        _ cell: ModelConfiguration.Cell, steps: Int
    ) throws -> Stream {
        var configuration = ModelConfiguration()
        (configuration.cell, configuration.hidden) = (cell, 5)
        var feed = Feed(configuration)
        for value in noisySine(steps, seed: 91) { try feed.send(value) }
        return feed.forecaster.stream(StreamIndex(position: 0))
    }

    private func values(_ name: String, of stream: Stream) throws -> NamedTensor {
        try #require(stream.tensors.first { $0.name == "channels.0." + name })
    }

    @Test(
        "the newest steps are there with what the net says to them",
        arguments: [ModelConfiguration.Cell.gru, .lstm, .elman], [3, 300])
    func window(cell: ModelConfiguration.Cell, steps: Int) throws {
        let stream = try Self.stream(cell, steps: steps)
        let inputs = try values("window.inputs", of: stream)
        let outputs = try values("window.outputs", of: stream)
        let count = min(steps, 17)
        #expect(inputs.shape[0] == count && outputs.shape == [count, 1])
        #expect(inputs.values.count == inputs.shape.reduce(1, *))
        let network = try #require(stream.net(ofChannel: 0))
        var state = try values("window.hidden", of: stream).values
        if cell == .lstm { state += try values("window.memory", of: stream).values }
        var scratch = StepScratch<Float>(network.architecture)
        var output: [Float] = [0]
        for step in 0..<count {
            var stateSpan = state.mutableSpan
            var outputSpan = output.mutableSpan
            let start = step * inputs.shape[1]
            network.step(
                input: inputs.values.span.extracting(start..<start + inputs.shape[1]),
                state: &stateSpan, output: &outputSpan, scratch: &scratch)
            try #require(output[0] == outputs.values[step])
        }
        // The rows are in order: the change of a row is the one before the next row's, once the
        // scale is steady.
        for step in 1..<count where steps == 300 {
            let (row, next) = ((step - 1) * inputs.shape[1], step * inputs.shape[1])
            let (change, before) = (inputs.values[row + 1], inputs.values[next + 2])
            try #require(abs(before - change) <= 0.05 * abs(change) + 0.001)
        }
    }

    @Test("a net that is shared is with no stream")
    func shared() throws {
        var feed = Feed(.shared())
        for value in noisySine(50, seed: 92) { try feed.send(value) }
        let tensors = feed.forecaster.stream(StreamIndex(position: 0)).tensors
        #expect(tensors.map(\.name) == ["channels.0.hidden"])
    }
}
