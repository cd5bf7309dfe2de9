import Forecasting
import Series

/// A sensor that does not exist: a stream's name, its unit, and a course that a seed fixes.
package struct SyntheticSensor {
    package let name: String
    package let unit: String
    /// One line for a person.
    package let summary: String
    private var signal: SyntheticSignal

    init(
        name: String, unit: String = "", summary: String, shape: SyntheticSignal.Shape,
        parameters: [SyntheticSignal.Parameter: Double] = [:], startsAnywhere: Bool = false,
        seed: UInt64
    ) {
        self.name = name
        self.unit = unit
        self.summary = summary
        signal = SyntheticSignal(
            shape, parameters: parameters, startsAnywhere: startsAnywhere,
            random: SeededGenerator(
                engineSeed: seed, nameHash: StreamName.hash(Array(name.utf8).span), channel: 0))
    }

    /// The next value.
    package mutating func next() -> Double { signal.next() }

    /// The six of `foretide demo`.
    package static func demonstration(seed: UInt64) -> [SyntheticSensor] {
        [
            SyntheticSensor(
                name: "site/outside/temp", unit: "°C", summary: "daily sine with noise",
                shape: .sine,
                parameters: [.period: 96, .amplitude: 7, .offset: 14, .noise: 0.6], seed: seed),
            SyntheticSensor(
                name: "line2/valve3/pressure", unit: "bar", summary: "square wave",
                shape: .square,
                parameters: [.period: 48, .amplitude: 1.5, .offset: 4, .noise: 0.04],
                seed: seed),
            SyntheticSensor(
                name: "market/copper/price", unit: "EUR/t", summary: "random walk",
                shape: .walk, parameters: [.step: 12, .offset: 8_450], seed: seed),
            SyntheticSensor(
                name: "plant/boiler1/temp", unit: "°C",
                summary: "machine temperature that drifts", shape: .machine, seed: seed),
            SyntheticSensor(
                name: "shop/web/requests", unit: "1/s", summary: "bursty counter",
                shape: .counter, seed: seed),
            SyntheticSensor(
                name: "lab/reactor/signal", unit: "mV", summary: "chaos (Mackey-Glass)",
                shape: .chaos, parameters: [.amplitude: 100, .noise: 0.5], seed: seed),
        ]
    }
}
