import Forecasting
import Glibc

/// Endless series for the net to learn from before it meets real ones: sums of seasons, processes,
/// shifts and spikes, with noise, then bent, cut or rounded as sensors do. No real data is in them.
///
/// Every parameter is drawn anew for each series. Deterministic: the seed decides all.
struct SyntheticSeries {
    var random: RandomSource

    init(seed: UInt64) { random = RandomSource(seed: seed) }

    private typealias Part = @Sendable (inout RandomSource, Int) -> [Double]

    /// What a series is made of, and how often each part is chosen.
    private static let parts: [(weight: Double, make: Part)] = [
        (0.12, sines), (0.30, seasonal), (0.20, autoregression), (0.12, walk), (0.05, trend),
        (0.05, shifts), (0.06, spikes), (0.04, square), (0.06, chaos),
    ]

    /// The next series: [count], finite and not constant.
    mutating func next(count: Int) -> [Double] {
        while true {
            let series = draw(count: count)
            if series.allSatisfy(\.isFinite), series.deviation > 0 { return series }
        }
    }

    private mutating func draw(count: Int) -> [Double] {
        var series = sumOfParts(count: count)
        if random.chance(0.8) {
            let size = series.deviation * random.logUniform(0.005...0.6)
            let noise = Self.noise(&random, count)
            for index in series.indices { series[index] += size * noise[index] }
        }
        series = bent(series)
        if random.chance(0.3) { series = rounded(series) }
        if random.chance(0.1) { series = held(series) }
        if random.chance(0.5) { for index in series.indices { series[index] *= -1 } }
        return series
    }

    /// One to four different parts, each of deviation 1 times a factor near 1.
    private mutating func sumOfParts(count: Int) -> [Double] {
        var left = Self.parts
        var sum = [Double](repeating: 0, count: count)
        for _ in 0..<random.choice([1, 2, 3, 4], weights: [0.30, 0.35, 0.25, 0.10]) {
            let part = left.remove(at: random.index(weights: left.map(\.weight)))
            let values = part.make(&random, count)
            let deviation = values.deviation
            let factor = exp(0.8 * random.normal()) / (deviation > 0 ? deviation : 1)
            for index in sum.indices { sum[index] += factor * values[index] }
        }
        return sum
    }

    /// Made positive by an exponential, or cut from below, or left.
    private mutating func bent(_ series: [Double]) -> [Double] {
        let kind = random.uniform(0...1)
        if kind < 0.15 {
            let (mean, deviation) = (series.mean, series.deviation + 1e-9)
            let steepness = random.uniform(0.3...1.2)
            return series.map { exp((($0 - mean) / deviation * steepness).clamped(-8...6)) }
        }
        if kind < 0.3 {
            let floor = series.quantile(random.uniform(0.02...0.5))
            return series.map { max($0 - floor, 0) }
        }
        return series
    }

    /// To whole multiples of a step, as converters do.
    private mutating func rounded(_ series: [Double]) -> [Double] {
        let step = (series.deviation + 1e-9) * random.logUniform(0.01...0.3)
        return series.map { ($0 / step).rounded() * step }
    }

    /// Some samples repeat the one before, as slow sensors do.
    private mutating func held(_ series: [Double]) -> [Double] {
        let share = random.uniform(0.02...0.3)
        var held = series
        for index in held.indices.dropFirst() where random.chance(share) {
            held[index] = held[index - 1]
        }
        return held
    }
}

extension [Double] {
    var mean: Double { reduce(0, +) / Double(count) }

    var deviation: Double {
        let mean = mean
        return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
    }

    func quantile(_ share: Double) -> Double { sorted()[Int(share * Double(count - 1))] }
}

extension Double {
    func clamped(_ range: ClosedRange<Double>) -> Double {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
