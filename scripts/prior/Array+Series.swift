extension [Double] {
    var mean: Double { reduce(0, +) / Double(count) }

    var deviation: Double {
        let mean = mean
        return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
    }

    func quantile(_ share: Double) -> Double { sorted()[Int(share * Double(count - 1))] }

    /// self + factor·other.
    func plus(_ factor: Double, _ other: [Double]) -> [Double] {
        zip(self, other).map { $0 + factor * $1 }
    }

    /// s_t = kept·s_{t−1} + x_t, from s = 0.
    func accumulated(keeping kept: Double) -> [Double] {
        var state = 0.0
        return map { value in
            state = kept * state + value
            return state
        }
    }

    /// Between the two nearest, the last followed by the first.
    func circular(at place: Double) -> Double {
        let index = Int(place) % count
        let share = place - place.rounded(.down)
        return self[index] + share * (self[(index + 1) % count] - self[index])
    }

    /// Between the two nearest.
    func linear(at place: Double) -> Double {
        let index = Swift.min(Int(place), count - 2)
        let share = place - Double(index)
        return self[index] + share * (self[index + 1] - self[index])
    }

    /// The product of two polynomials by their coefficients.
    func times(_ other: [Double]) -> [Double] {
        var product = [Double](repeating: 0, count: count + other.count - 1)
        for (left, a) in enumerated() {
            for (right, b) in other.enumerated() { product[left + right] += a * b }
        }
        return product
    }
}

extension Double {
    func clamped(_ range: ClosedRange<Double>) -> Double {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
