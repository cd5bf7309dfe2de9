import Glibc

extension SyntheticSeries {
    /// Independent numbers of about unit size: normal, heavy-tailed, Laplace's, or normal with a
    /// size that drifts.
    static func noise(_ random: inout RandomSource, _ count: Int) -> [Double] {
        switch random.integer(0...4) {
        case 0, 1: return (0..<count).map { _ in random.normal() }
        case 2: return (0..<count).map { _ in random.heavyTailed().clamped(-20...20) / 1.5 }
        case 3:
            return (0..<count).map { _ in
                random.exponential() * (random.chance(0.5) ? 1 : -1) / 1.4
            }
        default:
            let knots = (0..<12).map { _ in random.normal() }
            return (0..<count).map { t in
                let place = Double(t) / Double(count) * 11
                return random.normal() * exp(0.5 * knots.linear(at: place))
            }
        }
    }

    /// An autoregression of order 1 to 6 from roots inside the unit circle.
    static func autoregression(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let order = random.integer(1...6)
        // The coefficients of Π (1 − root·B), two at a time for a conjugate pair.
        var polynomial = [1.0]
        while polynomial.count <= order {
            if order + 1 - polynomial.count >= 2, random.chance(0.5) {
                let (size, angle) = (random.uniform(0.3...0.99), random.uniform(0 ... .pi))
                polynomial = polynomial.times([1, -2 * size * cos(angle), size * size])
            } else {
                let root =
                    random.chance(0.7)
                    ? random.uniform(-0.6...0.995) : random.uniform(0.8...0.999)
                polynomial = polynomial.times([1, -root])
            }
        }
        let settling = 200
        let shocks = noise(&random, count + settling)
        var series = [Double](repeating: 0, count: count + settling)
        for t in order..<series.count {
            series[t] = shocks[t]
            for lag in 1...order { series[t] -= polynomial[lag] * series[t - lag] }
        }
        return Array(series.suffix(count))
    }

    /// A random walk, now and then with smooth steps.
    static func walk(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let shocks = noise(&random, count + 4)
        let width = random.chance(0.4) ? 5 : 1
        var (sum, series) = (0.0, [Double]())
        for t in 0..<count {
            sum += (0..<width).reduce(0) { $0 + shocks[t + $1] } / Double(width)
            series.append(sum)
        }
        return series
    }

    /// One to seven lasting jumps.
    static func shifts(_ random: inout RandomSource, _ count: Int) -> [Double] {
        var series = [Double](repeating: 0, count: count)
        for _ in 0..<random.integer(1...7) {
            let (start, height) = (random.integer(0...count - 1), 2 * random.normal())
            for t in start..<count { series[t] += height }
        }
        return series
    }

    /// Rare peaks of one to three samples.
    static func spikes(_ random: inout RandomSource, _ count: Int) -> [Double] {
        var series = [Double](repeating: 0, count: count)
        let (share, length) = (random.uniform(0.001...0.03), random.integer(1...3))
        let bothSigns = random.chance(0.4)
        for t in 0..<count where random.chance(share) {
            let sign: Double = bothSigns && random.chance(0.5) ? -1 : 1
            let height = 3 * random.exponential() * sign
            for index in t..<min(t + length, count) { series[index] += height }
        }
        return series
    }

    /// The logistic map, Hénon's, Mackey and Glass's delay equation, or a threshold
    /// autoregression.
    static func chaos(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let settling = 100
        let start = random.uniform(0.1...0.4)
        var series = [Double](repeating: start, count: count + settling)
        switch random.integer(0...3) {
        case 0:
            let growth = random.uniform(3.6...4)
            for t in 1..<series.count { series[t] = growth * series[t - 1] * (1 - series[t - 1]) }
        case 1:
            let bend = random.uniform(1.2...1.4)
            for t in 2..<series.count {
                series[t] = 1 - bend * series[t - 1] * series[t - 1] + 0.3 * series[t - 2]
            }
        case 2: series = delayEquation(&random, series.count)
        default:
            let threshold = 0.5 * random.normal()
            let (low, high) = (random.uniform(0.2...0.95), random.uniform(-0.9...0.5))
            let shocks = noise(&random, series.count)
            for t in 1..<series.count {
                let last = series[t - 1]
                series[t] = (last < threshold ? low * last : high * last + 0.5) + 0.4 * shocks[t]
            }
        }
        return Array(series.suffix(count))
    }

    /// Mackey and Glass (1977), by Euler's steps of a half.
    private static func delayEquation(_ random: inout RandomSource, _ count: Int) -> [Double] {
        let delay = random.integer(12...21)
        var series = (0..<2 * count + delay).map { _ in 1.2 + 0.1 * random.normal() }
        for t in delay..<series.count - 1 {
            let (old, new) = (series[t - delay], series[t])
            series[t + 1] = new + 0.5 * (0.2 * old / (1 + pow(old, 10)) - 0.1 * new)
        }
        return Array(series.suffix(count))
    }
}
