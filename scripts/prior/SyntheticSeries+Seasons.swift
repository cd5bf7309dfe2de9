import Glibc

extension SyntheticSeries {
    /// One to three sines of periods 8 to 300.
    static func sines(_ random: inout RandomSource, _ count: Int) -> [Double] {
        var sum = [Double](repeating: 0, count: count)
        for _ in 0..<random.integer(1...3) {
            let period = random.logUniform(8...300)
            let (height, phase) = (exp(0.7 * random.normal()), random.uniform(0...1))
            for t in sum.indices {
                sum[t] += height * sin(2 * .pi * (Double(t) / period + phase))
            }
        }
        return sum
    }

    /// A profile that repeats: a bridge of a random walk, smoothed, now and then cut from below,
    /// its height now and then drifting.
    static func seasonal(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let period =
            random.chance(0.6)
            ? Double(random.choice([7, 12, 24, 24, 24, 48, 96, 96, 144, 288]))
            : random.logUniform(8...300)
        var profile = profile(&random, length: max(4, Int(period)))
        if random.chance(0.3) {
            let floor = profile.quantile(random.uniform(0.2...0.6))
            profile = profile.map { max($0, floor) }
        }
        let phase = random.uniform(0...1)
        var series = (0..<count).map { t in
            let turns = Double(t) / period + phase
            return profile.circular(at: (turns - turns.rounded(.down)) * Double(profile.count))
        }
        if random.chance(0.4) {
            let knots = (0..<count / Int(max(period, 8)) + 2).map { _ in random.normal() }
            for t in series.indices {
                let place = Double(t) / Double(count) * Double(knots.count - 1)
                series[t] *= 1 + 0.3 * knots.linear(at: place)
            }
        }
        return series
    }

    /// A random walk that ends where it begins, smoothed over up to a fifth of its length.
    private static func profile(_ random: inout RandomSource, length: Int) -> [Double] {
        var walk = [Double](repeating: 0, count: length)
        for index in walk.indices.dropFirst() { walk[index] = walk[index - 1] + random.normal() }
        let last = walk[length - 1]
        for index in walk.indices { walk[index] -= last * Double(index) / Double(length - 1) }
        let width = random.integer(1...max(1, length / 5))
        return walk.indices.map { index in
            (0..<width).reduce(0) { $0 + walk[(index + $1) % length] } / Double(width)
        }
    }

    /// A rectangular wave of period 10 to 200.
    static func square(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let (period, phase) = (random.logUniform(10...200), random.uniform(0...1))
        let share = random.uniform(0.2...0.8)
        return (0..<count).map { t in
            let turns = Double(t) / period + phase
            return turns - turns.rounded(.down) < share ? 1 : -1
        }
    }

    /// Straight lines between two to seven corners.
    static func trend(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let corners = random.integer(2...7)
        let times =
            [0] + (0..<corners).map { _ in random.uniform(0...Double(count)) }.sorted()
            + [Double(count)]
        var height = 0.0
        let heights = times.map { _ in
            height += 3 * random.normal()
            return height
        }
        var corner = 0
        return (0..<count).map { t in
            while corner + 2 < times.count, times[corner + 1] <= Double(t) { corner += 1 }
            let length = max(times[corner + 1] - times[corner], 1e-9)
            let share = ((Double(t) - times[corner]) / length).clamped(0...1)
            return heights[corner] + share * (heights[corner + 1] - heights[corner])
        }
    }
}
