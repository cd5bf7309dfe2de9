import Forecasting
import Glibc
import Networks

extension Recording {
    /// log(the net's mean square / the base's), the net's weights being left as they are.
    func logRatio(of network: Network<Float>) -> Double {
        var state = [Float](repeating: 0, count: network.architecture.stateCount)
        var output: [Float] = [0]
        var scratch = StepScratch<Float>(network.architecture)
        var (net, base, change): (Float, Float, Float) = (0, 0, 0)
        for step in bases.indices {
            let input = inputs.span.extracting(slice(step))
            var stateSpan = state.mutableSpan
            var outputSpan = output.mutableSpan
            network.step(
                input: input, state: &stateSpan, output: &outputSpan, scratch: &scratch)
            guard weights[step] > 0 else { continue }
            net += square(bases[step] + output[0] - targets[step])
            base += square(bases[step] - targets[step])
            change += square(targets[step])
        }
        // A series that the base foresees has no errors to compare.
        let least = 1e-4 * change + 1e-9
        return Double(log((net + least) / (base + least)))
    }

    private func slice(_ step: Int) -> Range<Int> {
        (step * Self.inputCount)..<((step + 1) * Self.inputCount)
    }

    private func square(_ number: Float) -> Float { number * number }
}

extension [Recording] {
    /// The squared error over the base's, as a geometric mean over the series.
    func errorRatio(of network: Network<Float>) -> Double {
        exp(reduce(0) { $0 + $1.logRatio(of: network) } / Double(count))
    }
}
