import CKernels
import Kernels

/// One step of each rule of `Optimizer`, one loop over the arena. Every array has the parameters'
/// count; what a rule remembers is in its signature.
struct OptimizerStep<Scalar: Real> {
    /// lr.
    let rate: Scalar
    /// The weight decay: g = gradient + decay·p.
    let decay: Scalar

    func sgd(_ parameters: inout [Scalar], _ gradients: Span<Scalar>) {
        var p = parameters.mutableSpan
        precondition(p.count == gradients.count)
        for index in 0..<p.count {
            let value = unsafe p[unchecked: index]
            let g = unsafe gradients[unchecked: index] + decay * value
            unsafe p[unchecked: index] = value - rate * g
        }
    }

    func momentum(
        _ parameters: inout [Scalar], _ gradients: Span<Scalar>, velocities: inout [Scalar],
        momentum: Scalar
    ) {
        var p = parameters.mutableSpan
        var v = velocities.mutableSpan
        precondition(p.count == gradients.count && v.count == p.count)
        for index in 0..<p.count {
            let value = unsafe p[unchecked: index]
            let g = unsafe gradients[unchecked: index] + decay * value
            let velocity = unsafe momentum * v[unchecked: index] + g
            unsafe v[unchecked: index] = velocity
            unsafe p[unchecked: index] = value - rate * velocity
        }
    }

    func rmsprop(
        _ parameters: inout [Scalar], _ gradients: Span<Scalar>, squares: inout [Scalar],
        smoothing: Double, epsilon: Scalar
    ) {
        let (old, new) = (Scalar(smoothing), Scalar(1 - smoothing))
        var p = parameters.mutableSpan
        var v = squares.mutableSpan
        precondition(p.count == gradients.count && v.count == p.count)
        for index in 0..<p.count {
            let value = unsafe p[unchecked: index]
            let g = unsafe gradients[unchecked: index] + decay * value
            let square = unsafe old * v[unchecked: index] + new * (g * g)
            unsafe v[unchecked: index] = square
            unsafe p[unchecked: index] = value - rate * g / (square.squareRoot() + epsilon)
        }
    }

    /// With t = `step`: m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ); p ← p − lr·m̂/(√v̂ + ε).
    func adam(
        _ parameters: inout [Scalar], _ gradients: Span<Scalar>, means: inout [Scalar],
        squares: inout [Scalar], betas: (Double, Double), epsilon: Scalar, step: Int
    ) {
        let size = rate / Scalar(1 - power(betas.0, step))
        let unbias = Scalar(1 / (1 - power(betas.1, step)).squareRoot())
        if Scalar.self == Float.self, foretide_has_kernels() {
            precondition(
                parameters.count == gradients.count && means.count == gradients.count
                    && squares.count == gradients.count)
            return unsafe gradients.withUnsafeBytes { g in
                unsafe foretide_adam(
                    &parameters, &means, &squares, g.baseAddress, gradients.count, Float(decay),
                    Float(betas.0), Float(betas.1), Float(size), Float(unbias), Float(epsilon))
            }
        }
        let (oldMean, newMean) = (Scalar(betas.0), Scalar(1 - betas.0))
        let (oldSquare, newSquare) = (Scalar(betas.1), Scalar(1 - betas.1))
        var p = parameters.mutableSpan
        var m = means.mutableSpan
        var v = squares.mutableSpan
        precondition(p.count == gradients.count && m.count == p.count && v.count == p.count)
        for index in 0..<p.count {
            let value = unsafe p[unchecked: index]
            let g = unsafe gradients[unchecked: index] + decay * value
            let mean = unsafe oldMean * m[unchecked: index] + newMean * g
            let square = unsafe oldSquare * v[unchecked: index] + newSquare * (g * g)
            unsafe m[unchecked: index] = mean
            unsafe v[unchecked: index] = square
            let root = square.squareRoot() * unbias + epsilon
            unsafe p[unchecked: index] = value - size * mean / root
        }
    }
}

/// baseⁿ by repeated squaring: the same bits whatever came before, so that a restored optimiser
/// goes on exactly.   n >= 0.
private func power(_ base: Double, _ n: Int) -> Double {
    var (result, square, bits) = (1.0, base, n)
    while bits > 0 {
        if bits & 1 == 1 { result *= square }
        square *= square
        bits >>= 1
    }
    return result
}
