import Forecasting
import Glibc

/// The course of a synthetic sensor, value by value: the same values for the same seed.
struct SyntheticSignal {
    /// What a signal is made of; not every shape uses everything.
    enum Parameter: String, CaseIterable {
        /// Samples until the shape repeats.
        case period
        /// Half the height of the shape; the width of the thermostat's band; the factor of chaos.
        case amplitude
        /// The middle or the starting value.
        case offset
        /// Standard deviation of the noise of the measurement.
        case noise
        /// Standard deviation of a random walk's step.
        case step
        /// Rise of the band per sample.
        case drift
        /// Mean count per sample between bursts, and mean height of a burst.
        case rate, burst
    }

    enum Shape: String, CaseIterable {
        case sine, square, walk, machine, counter, chaos
    }

    private enum State {
        case clock(phase: Double)
        case level(Double)
        case thermostat(temperature: Double, isHeating: Bool, rise: Double)
        case burst(height: Double)
        case delayLine(MackeyGlass)
    }

    private let shape: Shape
    private let parameters: [Parameter: Double]
    private var state: State
    private var random: SeededGenerator
    /// The second of the two normal numbers that are drawn at once.
    private var spareNormal: Double?

    /// - Parameter startsAnywhere: periodic shapes begin at a random phase, else at 0.
    init(
        _ shape: Shape, parameters: [Parameter: Double], startsAnywhere: Bool,
        random: SeededGenerator
    ) {
        self.shape = shape
        self.parameters = Self.defaults(of: shape).merging(parameters) { $1 }
        self.random = random
        let phase = startsAnywhere ? Double.random(in: 0..<1, using: &self.random) : 0
        switch shape {
        case .sine, .square: state = .clock(phase: phase)
        case .walk: state = .level(self.parameters[.offset]!)
        case .machine:
            state = .thermostat(
                temperature: self.parameters[.offset]! - 2 * self.parameters[.amplitude]!,
                isHeating: true, rise: 0)
        case .counter: state = .burst(height: 0)
        case .chaos: state = .delayLine(MackeyGlass(start: 0.9 + 0.4 * phase))
        }
    }

    /// The parameters of a shape and their defaults.
    static func defaults(of shape: Shape) -> [Parameter: Double] {
        switch shape {
        case .sine: [.period: 50, .amplitude: 1, .offset: 0, .noise: 0.3]
        case .square: [.period: 40, .amplitude: 1, .offset: 0, .noise: 0.05]
        case .walk: [.step: 1, .offset: 0]
        case .machine: [.offset: 60, .amplitude: 5, .drift: 0.005, .noise: 0.1]
        case .counter: [.rate: 20, .burst: 60]
        case .chaos: [.amplitude: 1, .offset: 0, .noise: 0]
        }
    }

    mutating func next() -> Double {
        switch state {
        case .clock(let phase):
            let next = phase + 1 / self[.period]
            state = .clock(phase: next >= 1 ? next - 1 : next)
            let wave = shape == .sine ? sin(2 * .pi * phase) : phase < 0.5 ? 1 : -1
            return self[.offset] + self[.amplitude] * wave + noise()
        case .level(let level):
            state = .level(level + self[.step] * normal())
            return level
        case .thermostat(let temperature, let isHeating, let rise):
            return nextOfThermostat(temperature, isHeating, rise)
        case .burst(let height):
            let starts = Double.random(in: 0..<1, using: &random) < 0.03
            let fresh = starts ? self[.burst] * exponential() : 0
            state = .burst(height: height * 0.85 + fresh)
            return poisson(mean: self[.rate] + height)
        case .delayLine(var line):
            let value = line.next()
            state = .delayLine(line)
            return self[.offset] + self[.amplitude] * value + noise()
        }
    }

    /// A heater that is switched on under a band of temperatures and off above it, with losses and
    /// with an unsteady draught, while the band rises slowly.
    private mutating func nextOfThermostat(
        _ temperature: Double, _ isHeating: Bool, _ rise: Double
    ) -> Double {
        let width = self[.amplitude]
        let middle = self[.offset] + rise
        let target = middle + (isHeating ? 2.2 : -1.6) * width
        let next = temperature + (target - temperature) / 24 + 0.02 * width * normal()
        let staysOn = isHeating ? next < middle + width / 2 : next < middle - width / 2
        state = .thermostat(
            temperature: next, isHeating: staysOn, rise: rise + self[.drift])
        return temperature + noise()
    }

    private subscript(parameter: Parameter) -> Double { parameters[parameter] ?? 0 }

    private mutating func noise() -> Double {
        self[.noise] > 0 ? self[.noise] * normal() : 0
    }

    /// Mean 0, standard deviation 1 (Box and Muller 1958).
    private mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        let radius = sqrt(2 * exponential())
        let angle = Double.random(in: 0..<(2 * .pi), using: &random)
        spareNormal = radius * sin(angle)
        return radius * cos(angle)
    }

    /// Mean 1.
    private mutating func exponential() -> Double {
        -log(1 - Double.random(in: 0..<1, using: &random))
    }

    /// Arrivals at random until the time is over: some `mean` draws.
    private mutating func poisson(mean: Double) -> Double {
        var time = exponential()
        var count = 0.0
        while time < mean {
            count += 1
            time += exponential()
        }
        return count
    }
}

/// The delay equation x′ = 0.2·x(t−17) / (1 + x(t−17)¹⁰) − 0.1·x, chaotic at this delay, read
/// every 6 units of time, as forecasting benchmarks do (Mackey and Glass 1977; Lapedes and Farber
/// 1987).
private struct MackeyGlass {
    private static let stepsPerUnit = 10
    private static let unitsPerSample = 6

    /// x over the last 17 units of time; the oldest value is at `position`.
    private var past: [Double]
    private var position = 0
    private var value: Double

    init(start: Double) {
        past = Array(repeating: start, count: 17 * Self.stepsPerUnit)
        value = start
        // The way onto the attractor is no part of the signal.
        for _ in 0..<100 { _ = next() }
    }

    mutating func next() -> Double {
        let step = 1 / Double(Self.stepsPerUnit)
        for _ in 0..<(Self.unitsPerSample * Self.stepsPerUnit) {
            let delayed = past[position]
            past[position] = value
            position = (position + 1) % past.count
            value += step * (0.2 * delayed / (1 + pow(delayed, 10)) - 0.1 * value)
        }
        return value
    }
}
