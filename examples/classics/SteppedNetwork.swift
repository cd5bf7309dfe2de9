package import Kernels
package import Networks

/// A network that is fed one sample at a time and remembers.
package struct SteppedNetwork<Scalar: Real> {
    private let network: Network<Scalar>
    private var state: [Scalar]
    private var output: [Scalar]
    private var scratch: StepScratch<Scalar>

    package init(_ network: Network<Scalar>) {
        self.network = network
        state = [Scalar](repeating: 0, count: network.architecture.stateCount)
        output = [Scalar](repeating: 0, count: network.architecture.outputCount)
        scratch = StepScratch(network.architecture)
    }

    /// input: [I]; returns the outputs, [O].
    package mutating func feed(_ input: [Scalar]) -> [Scalar] {
        Self.step(network, input, &state, &output, &scratch)
        return output
    }

    private static func step(
        _ network: Network<Scalar>, _ input: [Scalar], _ state: inout [Scalar],
        _ output: inout [Scalar], _ scratch: inout StepScratch<Scalar>
    ) {
        var state = state.mutableSpan
        var output = output.mutableSpan
        network.step(input: input.span, state: &state, output: &output, scratch: &scratch)
    }
}

extension Network<Float> {
    /// What a network of one input and one output says after a window of samples.
    package func forecast(after window: some Sequence<Float>) -> Float {
        var stepped = SteppedNetwork(self)
        return window.reduce(0) { stepped.feed([$1])[0] }
    }

    /// Closed loop: `steps` forecasts, each made from the window that ends with those before it.
    package func continuation(of window: [Float], steps: Int) -> [Float] {
        var values = window
        for _ in 0..<steps { values.append(forecast(after: values.suffix(window.count))) }
        return Array(values.dropFirst(window.count))
    }
}
