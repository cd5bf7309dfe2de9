import Forecasting
import Glibc

/// What the synthetic series draw from.
struct RandomSource {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        Double.random(in: range, using: &generator)
    }

    /// Uniform in the logarithm.
    mutating func logUniform(_ range: ClosedRange<Double>) -> Double {
        exp(uniform(log(range.lowerBound)...log(range.upperBound)))
    }

    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }

    mutating func chance(_ share: Double) -> Bool { uniform(0...1) < share }

    /// Box and Muller's normal number.
    mutating func normal() -> Double {
        (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
            * cos(2 * .pi * uniform(0...1))
    }

    /// The absolute value's mean is 1.
    mutating func exponential() -> Double {
        -log(1 - Double.random(in: 0..<1, using: &generator))
    }

    /// Student's t with 3 degrees of freedom.
    mutating func heavyTailed() -> Double {
        let squares = (0..<3).reduce(0.0) { sum, _ in
            let number = normal()
            return sum + number * number
        }
        return normal() / (squares / 3).squareRoot()
    }

    /// A count of events (Knuth's products), a rounded normal number for large means.
    mutating func poisson(mean: Double) -> Double {
        if mean > 30 { return max(0, (mean + mean.squareRoot() * normal()).rounded()) }
        let limit = exp(-mean)
        var (count, product) = (0.0, uniform(0...1))
        while product > limit {
            count += 1
            product *= uniform(0...1)
        }
        return count
    }

    mutating func index(weights: [Double]) -> Int {
        var left = uniform(0...1) * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            left -= weight
            if left < 0 { return index }
        }
        return weights.count - 1
    }

    mutating func choice<Value>(_ values: [Value], weights: [Double]? = nil) -> Value {
        values[index(weights: weights ?? [Double](repeating: 1, count: values.count))]
    }
}
