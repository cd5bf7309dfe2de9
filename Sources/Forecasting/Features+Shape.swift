import Kernels

/// Where the newest value stands among its neighbours, and what is not linear in it.
extension Features {
    /// N: 22 features. Windows that reach back before the start of the series see its first value.
    mutating func addShape(_ history: borrowing History, step: Double) {
        let (u, v, z) = (change, height, level)
        add(Self.beyond(1.5, u), within: 12)
        add(Self.beyond(5, u), within: 12)
        add(Self.beyond(1.5, previousChange), within: 12)
        add(Self.beyond(3, v), within: 12)
        add(Self.beyond(6, v), within: 12)
        add(max(u, 0))
        add(max(v, 0))
        let isStill = history.available < 2 || history[back: 0] == history[back: 1]
        add(isStill ? 1 : 0)
        add(Double.tanh(z))
        add(z * abs(z) / 4)
        add(z)
        add(Self.sign(u))
        add(Self.sign(previousChange))
        add(Self.sign(u) * Self.sign(previousChange))

        let volatility = min(max(meanSquaredChange.squareRoot(), 0.1), 4)
        add(u * min(volatility - 1, 3))
        add(volatility)
        add(v / max(volatility, 0.3))

        let value = history[back: 0]
        let (low, high) = history.extremes(ofLast: 24)
        add((high - value) / step)
        add((low - value) / step)
        add((history.median(ofLast: 5) - value) / step)
        add((history.mean(ofLast: 12) - value) / step)
        add((history.mean(ofLast: 48) - value) / step)
    }

    /// B: 8 features of second order, which get a smaller prior.
    mutating func addProducts() {
        let (u, w, v, z) = (change, previousChange, height, level)
        add(abs(u))
        add(abs(w))
        add(u * abs(u))
        add(z * z)
        add(z * u)
        add(u * w)
        add(z * w)
        add(v * abs(v) / 4)
    }

    /// How far beyond ±bound a number is.
    private static func beyond(_ bound: Double, _ number: Double) -> Double {
        number - number.clamped(to: bound)
    }

    private static func sign(_ number: Double) -> Double {
        number > 0 ? 1 : (number < 0 ? -1 : 0)
    }
}

extension History {
    /// The mean of the last `length` values.
    package func mean(ofLast length: Int) -> Double {
        var sum = 0.0
        for back in 0..<length { sum += self[back: min(back, available - 1)] }
        return sum / Double(length)
    }

    /// The median of the last `length` values, an odd number of them: the one with as many below as
    /// above, equal ones in order of age.
    package func median(ofLast length: Int) -> Double {
        for candidate in 0..<length {
            let value = self[back: min(candidate, available - 1)]
            var before = 0
            for other in 0..<length {
                let rival = self[back: min(other, available - 1)]
                if rival < value || rival == value && other < candidate { before += 1 }
            }
            if before == length / 2 { return value }
        }
        return self[back: 0]
    }
}
