package import Kernels

/// An expert that is a weighted sum of features, learned by least squares in that precision.
package struct LinearExpert<Scalar: Real>: Sendable {
    /// Forecasts are at most this far from zero.
    package static var largestForecast: Double { 6 }

    /// ŷ of the newest step, a scaled difference.
    package internal(set) var forecast = 0.0
    /// φ of the newest step: [d].
    var inputs: [Double]
    var regression: RecursiveLeastSquares<Scalar>

    package init(prior: [Double], forgetting: Double, blockSize: Int = 1) {
        inputs = [Double](repeating: 0, count: prior.count)
        regression = RecursiveLeastSquares(
            prior: prior, forgetting: forgetting, blockSize: blockSize)
    }

    /// RECIPE.md C4: level and newest difference, remembering some 100 samples.
    package static var ar2: LinearExpert { LinearExpert(prior: Priors.ar2, forgetting: 0.99) }

    /// RECIPE.md C4: level and seven differences, remembering some 500 samples.
    package static var ar8: LinearExpert { LinearExpert(prior: Priors.ar8, forgetting: 0.998) }

    /// What came where the newest step forecast `forecast`: the scaled difference y.
    package mutating func learn(target: Double) { regression.learn(inputs, target: target) }

    /// A step on the first of the features, as many as the expert has weights. Returns ŷ.
    @discardableResult
    package mutating func step(_ features: borrowing [Double]) -> Double {
        step { inputs in
            for index in inputs.indices { inputs[index] = features[index] }
        }
    }

    /// A step on what `fill` makes of the inputs. Returns ŷ.
    @discardableResult
    package mutating func step(fill: (inout [Double]) -> Void) -> Double {
        fill(&inputs)
        forecast = regression.predict(inputs).clamped(to: Self.largestForecast)
        return forecast
    }

    package mutating func forgetErrors() { regression.forgetErrors() }
}

/// Variances of weights beforehand: one array for all streams.
private enum Priors {
    static let ar2 = [Double](repeating: 0.03, count: 3)
    static let ar8 = [Double](repeating: 0.03, count: 9)
}
