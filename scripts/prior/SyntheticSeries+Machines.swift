import Glibc

/// What people and their machines leave in a sensor.
extension SyntheticSeries {
    /// A week of five working days and two of rest, each kind with a profile of its own, and noise
    /// in proportion.
    static func load(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let period = random.choice([12, 24, 24, 48, 96])
        let work = dayProfile(&random)
        let share = random.uniform(0.3...1)
        let rest = random.chance(0.5) ? work.map { $0 * share } : dayProfile(&random)
        let (firstDay, floor) = (random.integer(0...6), random.uniform(0.02...0.5))
        let size = random.logUniform(0.02...0.4)
        let mood = wander(&random, count, time: random.logUniform(0.5...50))
        let series = (0..<count).map { t in
            let profile = (t / period + firstDay) % 7 < 5 ? work : rest
            let hour = Double(t % period) / Double(period)
            return (floor + profile.circular(at: hour * 64)) * exp(size * mood[t])
        }
        return series.plus(random.logUniform(0.005...0.2), noise(&random, count))
    }

    /// One to three humps in a day of 64 parts.
    private static func dayProfile(_ random: inout RandomSource) -> [Double] {
        var profile = [Double](repeating: 0, count: 64)
        for _ in 0..<random.integer(1...3) {
            let (height, width) = (exp(0.5 * random.normal()), random.uniform(0.04...0.2))
            let centre = random.uniform(0...1)
            for part in profile.indices {
                let distance = remainder(Double(part) / 64 - centre, 1) / width
                profile[part] += height * exp(-0.5 * distance * distance)
            }
        }
        return profile
    }

    /// Events counted: their rate follows a cycle and wanders, with bursts that die down.
    static func counts(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let frequency = 2 * .pi / cycle(&random)
        let phase = random.uniform(0...2 * .pi)
        let (rate, swing) = (random.logUniform(0.3...60), random.uniform(0...1))
        let drift = random.uniform(0...0.8)
        let mood = wander(&random, count, time: random.logUniform(3...300))
        var rates = (0..<count).map { t in
            rate * exp(swing * sin(frequency * Double(t) + phase) + drift * mood[t])
        }
        if random.chance(0.6) { rates = rates.plus(rates.mean, bursts(&random, count)) }
        let counts = rates.map { random.poisson(mean: $0.clamped(0...1e6)) }
        return random.chance(0.7) ? counts : counts.map { $0.squareRoot() }
    }

    /// Rare rises, each to a height of its own, that die down.
    private static func bursts(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let (share, exponent) = (random.logUniform(0.001...0.03), random.uniform(1...2))
        let height = random.logUniform(1...20)
        let rises = (0..<count).map { _ in
            random.chance(share) ? height * pow(random.exponential(), exponent) : 0
        }
        return rises.accumulated(keeping: random.uniform(0...0.95))
    }

    /// Two to four states, each with a level, noise and slope of its own, for a while that is drawn
    /// anew or nearly the same each time; the sensor now and then lags behind.
    static func machine(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let isSloping = random.chance(0.4)
        let states = (0..<random.integer(2...4)).map { _ in
            (
                level: 2 * random.normal(), noise: exp(-2.5 + 1.2 * random.normal()),
                slope: isSloping ? 0.05 * random.normal() : 0, duration: random.logUniform(4...120)
            )
        }
        let jitter = jitter(&random, [0, 0.02, 0.1, 0.4])
        let isCyclic = random.chance(0.6)
        var (series, number) = ([Double](), 0)
        while series.count < count {
            let state = states[number]
            let duration = max(1, state.duration * spacing(&random, jitter: jitter)).rounded()
            for age in 0..<min(Int(duration), count - series.count) {
                let noise = state.noise * random.normal()
                series.append(state.level + state.slope * Double(age) + noise)
            }
            number =
                isCyclic ? (number + 1) % states.count : random.integer(0...states.count - 1)
        }
        let lag = random.chance(0.4) ? 0 : random.uniform(0.2...0.9)
        series = series.map { (1 - lag) * $0 }.accumulated(keeping: lag)
        guard random.chance(0.5) else { return series }
        let size = 0.02 * series.deviation
        return series.map { $0 + size * random.normal() }
    }

    /// Filled little by little and emptied at a threshold: memory, disks, batteries.
    static func sawtooth(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let pace = random.uniform(0...0.6)
        let filling = wander(&random, count, time: random.logUniform(1...60))
        let limit = random.logUniform(15...200)
        let floor = random.uniform(0...0.3) * limit
        let isSaturating = random.chance(0.3)
        let jitter = random.chance(0.5) ? 0.05 : 0
        var level = random.uniform(0...limit)
        let series = filling.map { filling in
            let slowness = isSaturating ? 2 * max(0.05, 1 - 0.95 * level / limit) : 1
            level += max(0, 1 + pace * filling) * slowness
            let threshold = limit * (isSaturating ? 0.9 : 1) * (1 + jitter * random.normal())
            if level > threshold { level = floor }
            return level
        }
        let size = random.logUniform(0.005...0.1) * limit
        return series.map { $0 + size * random.normal() }
    }

    /// A quiet line with pulses of one shape, regular or not: beats, batch jobs, spikes.
    static func pulses(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let shape = pulse(&random, width: random.integer(1...11))
        let distance = random.logUniform(8...200)
        let jitter = jitter(&random, [0, 0, 0.02, 0.1])
        let unevenness = random.uniform(0...0.3)
        let growth = random.chance(1.0 / 3) ? random.uniform(-1...2) : 0
        var line = [Double](repeating: 0, count: count)
        var time = random.uniform(0...distance)
        while Int(time) < count {
            let grown = 1 + growth * time / Double(count)
            let height = max(0.1, 1 + unevenness * random.normal()) * grown
            for (offset, value) in shape.enumerated() where Int(time) + offset < count {
                line[Int(time) + offset] += height * value
            }
            time += max(1, distance * spacing(&random, jitter: jitter))
        }
        let (height, drift) = (random.logUniform(0.5...5), random.uniform(0...0.5))
        return line.map { height * $0 }
            .plus(random.logUniform(0.003...0.5), noise(&random, count))
            .plus(drift, wander(&random, count, time: random.logUniform(5...200)))
    }

    /// Dying down, or a box, or a hump.
    private static func pulse(_ random: inout RandomSource, width: Int) -> [Double] {
        if random.chance(0.5) {
            let time = random.uniform(0.5...6)
            return (0..<width).map { exp(-Double($0) / time) }
        }
        if random.chance(0.5) { return [Double](repeating: 1, count: width) }
        return (0..<width).map { 0.5 - 0.5 * cos(2 * .pi * Double($0 + 1) / Double(width + 1)) }
    }

    /// How far the time between two events strays, as a share of it; nil: they come at random.
    private static func jitter(_ random: inout RandomSource, _ shares: [Double]) -> Double? {
        random.choice(shares.map(Optional.some) + [nil])
    }

    /// The time to the next event, as a multiple of the usual one.
    private static func spacing(_ random: inout RandomSource, jitter: Double?) -> Double {
        jitter.map { max(0.1, 1 + $0 * random.normal()) } ?? random.exponential()
    }
}
