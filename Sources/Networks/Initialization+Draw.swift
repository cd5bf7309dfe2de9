import Kernels

extension Network {
    /// Draws all parameters anew: input, recurrent, then readout weights, in the arena's order, and
    /// one matrix after the other by itself. Same seed, same bits.
    package mutating func initialize(
        _ initialization: Initialization, using generator: inout some RandomNumberGenerator
    ) {
        let layout = architecture.layout
        let (inputs, hidden) = (architecture.inputCount, architecture.hiddenCount)
        for index in parameters.indices { parameters[index] = 0 }
        draw(
            initialization.scheme, layout.inputWeights, fanIn: inputs, fanOut: hidden, &generator)
        draw(
            initialization.scheme, layout.recurrentWeights, fanIn: hidden, fanOut: hidden,
            &generator)
        if !initialization.zeroReadout {
            draw(
                initialization.scheme, layout.readoutWeights, fanIn: hidden,
                fanOut: architecture.outputCount, &generator)
        }
        if let keepGate = layout.keepGateBias {
            for index in keepGate { parameters[index] = Scalar(initialization.keepGateBias) }
        }
    }

    private mutating func draw(
        _ scheme: Initialization.Scheme, _ range: Range<Int>, fanIn: Int, fanOut: Int,
        _ generator: inout some RandomNumberGenerator
    ) {
        let (inputs, both) = (Double(fanIn), Double(fanIn + fanOut))
        let (bound, deviation): (Double, Double) =
            switch scheme {
            case .uniform(let bound): (bound, 0)
            case .uniformFanIn: (1 / inputs.squareRoot(), 0)
            case .normal(let deviation): (0, deviation)
            case .xavierUniform: ((6 / both).squareRoot(), 0)
            case .xavierNormal: (0, (2 / both).squareRoot())
            case .heUniform: ((6 / inputs).squareRoot(), 0)
            case .heNormal: (0, (2 / inputs).squareRoot())
            }
        for index in range {
            let value =
                deviation > 0
                ? deviation * standardNormal(&generator)
                : bound * (2 * unitInterval(&generator) - 1)
            parameters[index] = Scalar(value)
        }
    }
}
