/// Autoregression with exogenous inputs (Ljung, "System Identification", 2nd ed., section 4.2):
/// least squares on the features, on the forecast of `full`, and on what each input shows
/// (`ExogenousInput`), its square, and its product with the level of the series.
///
/// While an input is overdue it forecasts what `full` does, else `ar8`, and learns nothing.
package struct ARXExpert: Sendable {
    /// Numbers for each input.
    static let perInput = ExogenousInput.shown + 2
    /// The most inputs that are looked at, the first ones: the work grows with their square.
    static let mostInputs = 32

    /// [features, forecast of `full`, inputs].
    var linear: LinearExpert<Float>
    /// ŷ of the newest step.
    var forecast = 0.0
    /// Whether no input was overdue then.
    var isAwake = false

    /// Variances of the weights beforehand: of features, of those of second order, of inputs.
    private static let (featurePrior, productPrior, inputPrior) = (0.01, 0.003, 0.03)
    private static let fullPrior = 0.1
    private static let forgetting = 0.9995

    init(inputs: Int) {
        var prior = [Double](repeating: Self.featurePrior, count: Features.count)
        for index in Features.products { prior[index] = Self.productPrior }
        prior.append(Self.fullPrior)
        let count = min(inputs, Self.mostInputs)
        prior += [Double](repeating: Self.inputPrior, count: count * Self.perInput)
        linear = LinearExpert(
            prior: prior, forgetting: Self.forgetting,
            blockSize: RecursiveLeastSquares<Float>.largestBlock)
    }

    mutating func learn(target: Double) {
        if isAwake { linear.learn(target: target) }
    }

    /// Returns ŷ.   other: the forecast without the inputs.
    mutating func step(
        _ features: borrowing Features, _ shown: borrowing ShownInputs, other: Double
    ) -> Double {
        let made = linear.step { inputs in
            for index in 0..<Features.count { inputs[index] = features.values[index] }
            inputs[Features.count] = other
            var next = Features.count + 1
            var input = 0
            while next < inputs.count {
                let start = input * ExogenousInput.shown
                for index in 0..<ExogenousInput.shown {
                    inputs[next + index] = shown.numbers[start + index]
                }
                let level = shown.numbers[start + ExogenousInput.shown - 1]
                inputs[next + ExogenousInput.shown] = level * level / 4
                inputs[next + ExogenousInput.shown + 1] = level * features.level / 4
                next += Self.perInput
                input += 1
            }
        }
        isAwake = shown.areKnown
        forecast = isAwake ? made : other
        return forecast
    }

    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try linear.code(with: &coder)
        try coder.code(&forecast)
        try coder.code(&isAwake)
    }
}
