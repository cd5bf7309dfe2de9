import Kernels

extension Loss {
    /// The loss of `outputs`, and ∂loss/∂output into `gradients`.
    ///
    /// outputs, targets, weights, gradients: [T·`rowCount`] time-major, with `rowCount` = B·O.
    func compare<Scalar: Real>(
        _ outputs: [Scalar], with targets: Span<Scalar>, weights: Span<Scalar>,
        rowCount: Int, gradients: inout [Scalar]
    ) -> Scalar {
        let count = outputs.count
        let outputs = outputs.span
        precondition(
            targets.count == count && weights.count == count && gradients.count == count)
        var gradients = gradients.mutableSpan
        let counted =
            switch steps {
            case .every: 0..<count
            case .last: (count - rowCount)..<count
            }
        fill(&gradients, with: 0)
        let scale: Scalar = 1 / divisorValue(weights.extracting(counted))
        let limit = errorClip.map { Scalar($0) } ?? Scalar.infinity
        var sum: Scalar = 0
        for index in counted {
            let weight = weights[index]
            if weight == 0 { continue }
            let error = outputs[index] - targets[index]
            if error.magnitude <= limit || error.isNaN {
                sum += weight * (error * error)
                gradients[index] = 2 * weight * error * scale
            } else {
                sum += weight * (limit * (2 * error.magnitude - limit))
                gradients[index] = 2 * weight * (error < 0 ? -limit : limit) * scale
            }
        }
        return sum * scale
    }

    private func divisorValue<Scalar: Real>(_ weights: Span<Scalar>) -> Scalar {
        switch divisor {
        case .sum: return 1
        case .constant(let value): return Scalar(value)
        case .mean:
            var total: Scalar = 0
            for index in weights.indices { total += weights[index] }
            // No target: every term is 0, whatever divides it.
            return total == 0 ? 1 : total
        }
    }
}
