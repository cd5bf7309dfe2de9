import Glibc

extension SyntheticSeries {
    /// What is measured, and how often each is chosen.
    private static let families: [(weight: Double, make: Part)] = [
        (0.22, climate), (0.14, load), (0.12, counts), (0.12, machine), (0.06, sawtooth),
        (0.07, pulses), (0.08, regimes), (0.08, longMemory), (0.05, volatility), (0.06, maps),
    ]

    /// One family, now and then with another one added, then rounded or held as sensors do.
    mutating func measured(count: Int) -> [Double] {
        var series = family(count: count)
        if random.chance(0.25) {
            let other = family(count: count)
            series = series.plus(random.logUniform(0.1...2), other)
        }
        if random.chance(0.25) { series = rounded(series, steps: 0.005...0.3) }
        if random.chance(0.08) { series = held(series, share: 0.5) }
        return series
    }

    /// One family, of deviation 1.
    private mutating func family(count: Int) -> [Double] {
        let chosen = Self.families[random.index(weights: Self.families.map(\.weight))]
        let series = chosen.make(&random, count)
        let deviation = series.deviation
        return deviation > 0 ? series.map { $0 / deviation } : series
    }

    /// Ornstein and Uhlenbeck's process: mean 0, variance 1, forgets in about `time` samples.
    static func wander(_ random: inout RandomSource, _ count: Int, time: Double) -> [Double] {
        let kept = exp(-1 / time)
        let fresh = (1 - kept * kept).squareRoot()
        var state = random.normal()
        return (0..<count).map { _ in
            state = kept * state + fresh * random.normal()
            return state
        }
    }
}
