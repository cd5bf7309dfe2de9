import Glibc

extension SyntheticSeries {
    /// What a sum is made of, and how often each part is chosen.
    private static let parts: [(weight: Double, make: Part)] = [
        (0.12, sines), (0.30, seasonal), (0.20, autoregression), (0.12, walk), (0.05, trend),
        (0.05, shifts), (0.06, spikes), (0.04, square), (0.06, chaos),
    ]

    /// One to four parts and noise, then bent, rounded or held as sensors do.
    mutating func sum(count: Int) -> [Double] {
        var series = sumOfParts(count: count)
        if random.chance(0.8) {
            let size = series.deviation * random.logUniform(0.005...0.6)
            series = series.plus(size, Self.noise(&random, count))
        }
        series = bent(series)
        if random.chance(0.3) { series = rounded(series, steps: 0.01...0.3) }
        if random.chance(0.1) { series = held(series, share: random.uniform(0.02...0.3)) }
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
            sum = sum.plus(factor, values)
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
}
