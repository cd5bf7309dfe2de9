import Kernels

/// What the linear experts see of a series at its newest step: 75 numbers (RECIPE.md, C2), with
///
///     d_t = x_t − x_{t−1},  u = d_t/q,  u′ = d_{t−1}/q,  v = (x − m)/q,  z = clip((x − m)/s, ±4)
///
/// each cut at ±6, except where the groups say otherwise.
package struct Features: Sendable {
    package static let count = products.upperBound

    // The groups, in their order. `season` and `secondSeason` are in Features+Season.swift, `shape`
    // and `products` in Features+Shape.swift.
    /// 1, v and the last 23 differences over q. An expert on differences takes a prefix of it.
    package static let differences = 0..<25
    package static let season = 25..<39
    package static let secondSeason = 39..<45
    package static let shape = 45..<67
    package static let products = 67..<75
    /// √ of the running mean of u², .1…4: one of `shape`.
    package static let volatility = 60

    /// φ: [count] while a step is made, lent by the workspace; empty between steps, for nobody
    /// looks at the last step's any more.
    package internal(set) var values: [Double] = []
    /// u, u′, v and z of the newest step.
    package private(set) var change = 0.0
    package private(set) var previousChange = 0.0
    package private(set) var height = 0.0
    package private(set) var level = 0.0
    /// Running mean of u², rate max(.1, 1/n), over n steps.
    var meanSquaredChange = 0.0
    var steps = 0
    /// Where `add` puts the next number.
    private var next = 0

    private static let largest = 6.0
    private static let largestLevel = 4.0
    /// u is cut here in the mean of u², which would otherwise take infinity for good.
    private static let largestChange = 1000.0

    package init() {}

    /// The features of the newest step of `history`, which is not empty.
    package mutating func update(
        _ history: borrowing History, scaler: Scaler, season: Season
    ) {
        precondition(values.count == Self.count)
        let offset = history[back: 0] - scaler.mean
        change = history.difference(back: 0) / scaler.step
        previousChange = history.difference(back: 1) / scaler.step
        height = offset / scaler.step
        level = (offset / scaler.deviation).clamped(to: Self.largestLevel)
        steps += 1
        let square = change.clamped(to: Self.largestChange)
        meanSquaredChange +=
            max(0.1, 1 / Double(steps)) * (square * square - meanSquaredChange)
        next = 0
        addDifferences(history, step: scaler.step)
        prefetchSome()
        addSeason(history, season.period, step: scaler.step)
        prefetchSome()
        addSecondSeason(history, season.secondPeriod, step: scaler.step)
        prefetchSome()
        addShape(history, step: scaler.step)
        prefetchSome()
        addProducts()
        precondition(next == Self.count)
    }

    private mutating func addDifferences(_ history: borrowing History, step: Double) {
        add(1)
        add(height)
        for back in 0..<(Self.differences.count - 2) { add(history.difference(back: back) / step) }
    }

    /// The next feature, cut at ±`bound`.
    mutating func add(_ feature: Double, within bound: Double = Features.largest) {
        values[next] = feature.clamped(to: bound)
        next += 1
    }
}
