import Kernels

/// Finds how long a season is, from the autocorrelation of the differences, or else of the level
/// (RECIPE.md, C3). It holds what the search needs while it runs; one serves all streams.
///
///     Among the local maxima of r at lags from 8 to N/3, the highest above the bar: P is the
///     smallest lag whose maximum has 0.9 of it.
///
/// Unlike in the recipe the search begins at 64 values, comes often while the series is young, and
/// takes two seasons for enough then (lags to N/2): a season known early is worth 2 % of the error
/// of the first 2,000 samples.
package struct SeasonDetector: Sendable {
    /// Values without which there is no search, and up to which a series is young.
    private static let (fewest, young) = (64, 1024)
    /// Steps from one search to the next, of young series and of others.
    private static let (shortInterval, interval) = (32, 256)
    /// Values that are searched, the newest ones.
    private static let longestWindow = 4096
    private static let (shortestPeriod, nearlyHighest) = (8, 0.9)
    /// Bars of r for differences (and 2/√N more) and for levels.
    private static let (differenceBar, levelBar) = (0.15, 0.3)
    /// Bar of r for a new period: noise reaches the other two now and then.
    private static let changeBar = 0.4

    private var autocorrelation = Autocorrelation(longest: SeasonDetector.longestWindow)
    /// The window, oldest first: [count].
    private var values = [Double](repeating: 0, count: SeasonDetector.longestWindow)
    /// The sequence whose autocorrelation is wanted.
    private var sequence = [Double](repeating: 0, count: SeasonDetector.longestWindow)
    private var scratch = [Double](repeating: 0, count: SeasonDetector.longestWindow)
    /// The autocorrelation in which the period was found: [lags].
    private var r = [Double](repeating: 0, count: SeasonDetector.longestWindow / 3)
    private var count = 0
    private var lags = 0

    package init() {}

    /// Whether it is time for a search.
    package static func isDue(_ history: borrowing History) -> Bool {
        let interval = isYoung(history) ? shortInterval : interval
        return history.count >= fewest && history.count % interval == 0
    }

    /// Whether two seasons are enough.
    package static func isYoung(_ history: borrowing History) -> Bool { history.count < young }

    /// period: P if it is known beforehand, nil to find it. start: the first step that counts.
    /// seasons: as many as must lie in the window, 3; 2 while the series is young.
    package mutating func detect(
        _ history: borrowing History, period known: Int?, since start: Int = 0, seasons: Int? = nil
    ) -> Season {
        readValues(history, count: min(history.count - start, Self.longestWindow))
        guard count >= Self.fewest else { return Season(period: known ?? 0) }
        lags = (count - 1) / (seasons ?? (count < Self.young ? 2 : 3))
        let period = search(known)
        guard period > 0 else { return Season() }
        return Season(period: period, secondPeriod: secondPeriod(beside: period))
    }

    /// The period of the newest values alone, when nothing of `period` is left in them.
    mutating func newPeriod(_ history: borrowing History, insteadOf period: Int) -> Int? {
        readValues(history, count: Self.shortWindow(beside: period))
        lags = (count - 1) / 3
        guard period + 2 < lags else { return nil }
        let other = search(nil)
        guard other > 0, other + 2 < lags else { return nil }
        let height = height(around: other)
        return height > Self.changeBar && self.height(around: period) < 0.5 * height ? other : nil
    }

    /// How many of the newest values show that a series does not have this period any more.
    static func shortWindow(beside period: Int) -> Int { min(max(512, 4 * period), longestWindow) }

    /// The greatest r within two lags, in the sequence correlated last.
    private func height(around lag: Int) -> Double {
        var height = -1.0
        for near in max(lag - 2, 0)...(lag + 2) {
            height = max(height, autocorrelation.values[near])
        }
        return height
    }

    /// P in the differences, else in the level, else 0.
    private mutating func search(_ known: Int?) -> Int {
        correlateDifferences()
        return known ?? peak(from: Self.shortestPeriod, above: bar) ?? periodOfLevel() ?? 0
    }

    private var bar: Double { Self.differenceBar + 2 / Double(count - 1).squareRoot() }

    /// The window, scaled by a power of two so that the largest square stays finite.
    private mutating func readValues(_ history: borrowing History, count length: Int) {
        count = min(history.available, length)
        var largest = 0.0
        for index in 0..<count {
            values[index] = history[back: count - 1 - index]
            largest = max(largest, abs(values[index]))
        }
        guard largest.isNormal else { return }
        let scale = Double(sign: .plus, exponent: -max(largest.exponent, -1000), significand: 1)
        for index in 0..<count { values[index] *= scale }
    }

    /// r of the differences, cut at their 98 % quantile, less their mean.
    private mutating func correlateDifferences() {
        let steps = count - 1
        for index in 0..<steps {
            sequence[index] = values[index + 1] - values[index]
            scratch[index] = abs(sequence[index])
        }
        let bound = quantile(0.98, &scratch, count: steps)
        if bound > 0 {
            for index in 0..<steps { sequence[index] = sequence[index].clamped(to: bound) }
        }
        correlate(steps)
    }

    /// r of the first `length` numbers of `sequence`, less their mean.
    private mutating func correlate(_ length: Int) {
        var sum = 0.0
        for index in 0..<length { sum += sequence[index] }
        let mean = sum / Double(length)
        for index in 0..<length { sequence[index] -= mean }
        autocorrelation.run(sequence, count: length, lags: lags)
        for lag in 0..<lags { r[lag] = autocorrelation.values[lag] }
    }

    /// P from the level less its trend, smoothed, beyond the first lag where r is below 0.
    private mutating func periodOfLevel() -> Int? {
        takeLevels()
        correlate(count)
        let raw = autocorrelation.values
        guard let first = (0..<lags).first(where: { raw[$0] < 0 }) else { return nil }
        for lag in 0..<lags {
            var sum = 0.0
            for near in max(lag - 2, 0)..<min(lag + 3, lags) { sum += raw[near] / 5 }
            r[lag] = lag < first ? -1 : sum
        }
        let start = max(Self.shortestPeriod, first)
        guard let rough = peak(from: start, above: Self.levelBar) else { return nil }
        let near = max(rough - 2, 1)..<min(rough + 3, lags)
        return near.max { raw[$0] < raw[$1] }
    }

    /// The values less their straight line, cut at three standard deviations.
    private mutating func takeLevels() {
        let middle = Double(count - 1) / 2
        var (mean, slope, squares) = (0.0, 0.0, 0.0)
        for index in 0..<count { mean += values[index] / Double(count) }
        for index in 0..<count {
            let position = Double(index) - middle
            slope += position * (values[index] - mean)
            squares += position * position
        }
        slope /= squares
        var variance = 0.0
        for index in 0..<count {
            sequence[index] = values[index] - mean - slope * (Double(index) - middle)
            variance += sequence[index] * sequence[index] / Double(count)
        }
        let bound = 3 * variance.squareRoot()
        for index in 0..<count { sequence[index] = sequence[index].clamped(to: bound) }
    }

    /// Q: a longer lag that stands out more, else a shorter one, else 2P when anything is there.
    private func secondPeriod(beside period: Int) -> Int {
        var height = -Double.infinity
        for lag in max(period - 2, 0)..<max(period, min(period + 3, lags)) where lag < lags {
            height = max(height, r[lag])
        }
        let longer = highest(from: Self.shortestPeriod) { Double($0) > 1.5 * Double(period) }
        if let longer, r[longer] > height + 0.02 { return longer }
        let shorter = highest(from: Self.shortestPeriod) { Double($0) < Double(period) / 1.5 }
        if let shorter, r[shorter] > bar { return shorter }
        return longer != nil && 2 * period < lags ? 2 * period : 0
    }

    /// The smallest local maximum of nearly the greatest height, if that is above the bar.
    private func peak(from first: Int, above bar: Double) -> Int? {
        guard let top = highest(from: first, where: { _ in true }), r[top] > bar else {
            return nil
        }
        let enough = Self.nearlyHighest * r[top]
        return (first...top).first { isMaximum($0) && r[$0] >= enough }
    }

    /// The first of the highest local maxima that are wanted.
    private func highest(from first: Int, where isWanted: (Int) -> Bool) -> Int? {
        var best: Int?
        for lag in first..<max(first, lags - 1) where isMaximum(lag) && isWanted(lag) {
            if best == nil || r[lag] > r[best!] { best = lag }
        }
        return best
    }

    private func isMaximum(_ lag: Int) -> Bool { r[lag] > r[lag - 1] && r[lag] >= r[lag + 1] }
}
