import Kernels

/// The squashing function of an Elman cell.
package enum Activation: UInt8, Hashable, Sendable, CaseIterable {
    case tanh, relu, sigmoid, identity
}

extension Activation {
    /// x ← act(x).
    func apply<Scalar: Real>(to x: inout MutableSpan<Scalar>) {
        switch self {
        case .tanh: applyTanh(&x)
        case .sigmoid: applySigmoid(&x)
        case .identity: break
        case .relu:
            // Not max(0, x): a NaN must stay one, so that the caller sees it.
            for index in 0..<x.count where unsafe x[unchecked: index] < 0 {
                unsafe x[unchecked: index] = 0
            }
        }
    }

    /// dx ← dx∘act′, where act′ is taken from the activated value y; 0 for the ReLU at 0.
    func multiplyDerivative<Scalar: Real>(at y: Span<Scalar>, into dx: inout MutableSpan<Scalar>) {
        precondition(y.count == dx.count)
        switch self {
        case .identity: break
        case .tanh:
            for index in 0..<y.count {
                let value = unsafe y[unchecked: index]
                unsafe dx[unchecked: index] *= 1 - value * value
            }
        case .sigmoid:
            for index in 0..<y.count {
                let value = unsafe y[unchecked: index]
                unsafe dx[unchecked: index] *= value * (1 - value)
            }
        case .relu:
            for index in 0..<y.count where unsafe y[unchecked: index] <= 0 {
                unsafe dx[unchecked: index] = 0
            }
        }
    }
}
