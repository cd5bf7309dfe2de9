import Kernels

/// The linear layer on the hidden state: y = act(V·h + v).   h: [H], V: [O, H], v: [O], y: [O].
struct Readout: Sendable {
    let layout: ParameterLayout
    /// H.
    let hidden: Int
    /// O.
    let outputs: Int
    let activation: OutputActivation

    init(_ architecture: Architecture) {
        layout = architecture.layout
        hidden = architecture.hiddenCount
        outputs = architecture.outputCount
        activation = architecture.outputActivation
    }

    /// hiddenState: [H], factors: [H] (dropout's, nil for none), y: [O].
    func forward<Scalar: Real>(
        _ parameters: Span<Scalar>, hiddenState: Span<Scalar>, factors: Span<Scalar>?,
        into y: inout MutableSpan<Scalar>
    ) {
        precondition(y.count == outputs)
        let weights = parameters.extracting(layout.readoutWeights)
        let bias = parameters.extracting(layout.readoutBias)
        for output in 0..<outputs {
            let row = weights.extracting(slice(output, hidden))
            let sum =
                if let factors { dot(row, hiddenState, factors) } else { dot(row, hiddenState) }
            y[output] = bias[output] + sum
        }
        if activation == .sigmoid { applySigmoid(&y) }
    }

    /// Adds to the gradients of V and v, and to `dhidden`, [H], ∂loss/∂h through this readout.
    ///
    /// dy: [O], ∂loss/∂(V·h + v).
    func backward<Scalar: Real>(
        _ parameters: Span<Scalar>, hiddenState: Span<Scalar>, factors: Span<Scalar>?,
        dy: Span<Scalar>, gradients: inout MutableSpan<Scalar>,
        dhidden: inout MutableSpan<Scalar>
    ) {
        precondition(dy.count == outputs)
        let weights = parameters.extracting(layout.readoutWeights)
        for output in 0..<outputs {
            let delta = dy[output]
            // An output that the loss does not count has nothing to add.
            if delta == 0 { continue }
            gradients[layout.readoutBias.lowerBound + output] += delta
            let start = layout.readoutWeights.lowerBound + output * hidden
            var dweights = gradients.part(start..<(start + hidden))
            let row = weights.extracting(slice(output, hidden))
            if let factors {
                addScaled(hiddenState, factors, by: delta, to: &dweights)
                addScaled(row, factors, by: delta, to: &dhidden)
            } else {
                addScaled(hiddenState, by: delta, to: &dweights)
                addScaled(row, by: delta, to: &dhidden)
            }
        }
    }
}
