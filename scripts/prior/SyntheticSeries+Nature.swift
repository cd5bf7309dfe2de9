import Glibc

/// What weather, flows and markets look like.
extension SyntheticSeries {
    /// A daily cycle of a changing height under slow weather and smooth noise; now and then capped,
    /// as humidity is, or saturating at both ends.
    static func climate(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let period = cycle(&random)
        let daily = dailyCycle(&random, count, period: period)
        let weather = wander(&random, count, time: period * random.logUniform(0.3...10))
        let ripple = wander(&random, count, time: random.logUniform(0.3...8))
        var series =
            daily
            .plus(random.logUniform(0.2...4), weather)
            .plus(random.logUniform(0.02...0.6), ripple)
        if random.chance(0.25) {
            let cap = series.quantile(random.uniform(0.6...0.95))
            series = series.map { min($0, cap) }
        }
        if random.chance(0.2) {
            let steepness = 2 / (series.deviation + 1e-9)
            series = series.map { 1 / (1 + exp(-steepness * $0)) }
        }
        return series
    }

    /// The samples of a day, or whatever repeats.
    static func cycle(_ random: inout RandomSource) -> Double {
        random.chance(0.75)
            ? random.choice([12, 24, 24, 24, 48, 96, 96, 144, 288]) : random.logUniform(8...300)
    }

    /// Three harmonics; the height wanders, now and then the phase too.
    private static func dailyCycle(
        _ random: inout RandomSource, _ count: Int, period: Double
    ) -> [Double] {
        let height = wander(&random, count, time: period * random.uniform(0.5...4))
        let drift = random.chance(0.3) ? 0.02 / period.squareRoot() : 0
        let (second, third) = (random.uniform(0...0.5), random.uniform(0...0.25))
        let (secondPhase, thirdPhase) = (random.uniform(0...6), random.uniform(0...6))
        var turns = 0.0
        return (0..<count).map { t in
            let phase = 2 * .pi * turns
            turns += 1 / period + drift * random.normal()
            return max(0, 1 + 0.6 * height[t])
                * (sin(phase) + second * sin(2 * phase + secondPhase)
                    + third * sin(3 * phase + thirdPhase))
        }
    }

    /// An autoregression of order 2 whose coefficients, level and noise change with its regime, of
    /// which there are two or three.
    static func regimes(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let regimes = (0..<random.integer(2...3)).map { _ in
            let size = random.uniform(0.3...0.98)
            let angle = random.chance(0.5) ? random.uniform(0 ... .pi) : 0
            return (
                first: 2 * size * cos(angle), second: -size * size, level: random.normal(),
                noise: exp(random.normal())
            )
        }
        let change = 1 / random.logUniform(15...300)
        let shocks = noise(&random, count)
        var series = [Double](repeating: 0, count: count)
        var regime = regimes[0]
        for t in 2..<count {
            if random.chance(change) { regime = random.choice(regimes) }
            let value =
                regime.level + regime.first * (series[t - 1] - regime.level)
                + regime.second * (series[t - 2] - regime.level) + regime.noise * shocks[t]
            series[t] = value.clamped(-50...50)
        }
        return series
    }

    /// What remembers at all scales of time up to 2000 samples; now and then a smooth random walk.
    static func longMemory(_ random: inout RandomSource, _ count: Int) -> [Double] {
        if random.chance(0.3) {
            let steps = wander(&random, count, time: random.logUniform(2...20))
            return steps.accumulated(keeping: 0.999)
        }
        let exponent = random.uniform(-0.3...0.8)
        var sum = [Double](repeating: 0, count: count)
        for time in [2.0, 8, 32, 128, 512, 2000] {
            sum = sum.plus(pow(time, exponent), wander(&random, count, time: time))
        }
        return sum
    }

    /// A walk whose steps are large after large ones: GARCH(1, 1) (Bollerslev 1986), now and then
    /// with steps that depend on the last.
    static func volatility(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let reaction = random.uniform(0.02...0.3)
        let persistence = min(random.uniform(0.5...0.95), 0.995 - reaction)
        let carried = random.chance(0.5) ? random.uniform(-0.4...0.4) : 0
        let shocks = noise(&random, count)
        var (variance, step) = (1.0, 0.0)
        let steps = (0..<count).map { t in
            step = carried * step + variance.squareRoot() * shocks[t]
            let next = 1 - reaction - persistence + reaction * step * step + persistence * variance
            variance = min(next, 1000)
            return step
        }
        return steps.accumulated(keeping: 0.998)
    }

    /// A nonlinear map of the last two values with a little noise; now and then its level wanders.
    static func maps(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let settling = 50
        let (kind, growth) = (random.integer(0...4), random.uniform(0...1))
        let noise = random.logUniform(0.001...0.1)
        let range = kind < 4 ? 0.001...3 : -3...3
        var series = (0..<count + settling).map { _ in 0.3 + 0.2 * random.uniform(0...1) }
        for t in 2..<series.count {
            let (last, before) = (series[t - 1], series[t - 2])
            let shock = noise * random.normal()
            let value =
                switch kind {
                case 0: (1.6 + 0.39 * growth) * min(last, 1 - last)  // The tent map.
                case 1: (0.8 + 0.2 * growth) * sin(.pi * last)  // The sine map.
                case 2: last * exp((1.8 + 1.2 * growth) * (1 - last))  // Ricker's.
                case 3: (1.9 + 0.37 * growth) * last * (1 - before)  // The delayed logistic map.
                default:  // A bilinear process.
                    0.5 * last + (0.4 + 0.5 * growth) * last * tanh(8 * shock) + 0.3 * tanh(before)
                }
            series[t] = (value + shock).clamped(range)
        }
        series.removeFirst(settling)
        guard random.chance(0.5) else { return series }
        let size = random.logUniform(0.01...2) * series.deviation
        return series.plus(size, wander(&random, count, time: random.logUniform(20...500)))
    }
}
