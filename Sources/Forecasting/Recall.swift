import Kernels

/// Remembers when the series last behaved as it does now, and what it did next: attention over
/// lags. Two decays ρ, for the last ten and the last hundred samples of likeness:
///
///     D_l ← ρ·D_l + min(((d_t − d_{t−l})/q)², 36)      l = 1…L
///     w_l = max(0, 1 − (D_l − min D)(1 − ρ)/(8·.05))⁸   about exp(−(D_l − min D)(1 − ρ)/.05)
///     features: Σ w_l·d_{t+1−l} / Σ w_l / q,   (Σ w_l·x_{t+1−l} / Σ w_l − x_t) / q
package struct Recall: Sendable {
    /// Two for each decay.
    package static let count = 4
    /// The features of the newest step, each cut at ±6: [count].
    package private(set) var values = [Double](repeating: 0, count: Recall.count)

    static let decays: [Float] = [0.9, 0.99]
    /// The temperature .05 times the power 8 that stands for the exponential.
    private static let width: Float = 8 * 0.05
    private static let (largestSquare, largest): (Float, Double) = (36, 6)
    /// Lags that are not compared because too little lies before them, and fewest that are.
    private static let (unripeLags, fewestLags) = (8, 4)
    /// Free places before the newest number; when none is left, all move to the end.
    private static let slack = 256
    private static let beyond = 1 + slack
    /// Differences and values beyond this, in `unit`, are cut: Float takes their squares.
    private static let largestStored = 1e15

    /// L.
    let length: Int
    /// Numbers in `differences` and `levels`.
    var room: Int { length + Self.beyond }
    /// D by decay: [decays, L], D_1 first.
    var distances: [Float]
    /// d and x, the newest at `newest`, older ones after it: [L + 1 + slack]. In units of `unit`, x
    /// less `anchor`.
    var differences: [Float]
    var levels: [Float]
    var newest: Int
    /// A power of two near the first step q; 1 before the series moved.
    var unit = 1.0
    var hasUnit = false
    var anchor = 0.0
    var steps = 0

    /// length: L, the farthest lag.
    package init(length: Int = 1024) {
        self.length = length
        distances = [Float](repeating: 0, count: Self.decays.count * length)
        differences = [Float](repeating: 0, count: length + Self.beyond)
        levels = [Float](repeating: 0, count: differences.count)
        newest = differences.count
    }

    /// One step on the newest value of `history`. Returns the features, each cut at ±6: [count].
    @discardableResult
    package mutating func update(_ history: borrowing History, scaler: Scaler) -> [Double] {
        append(difference: history.difference(back: 0), level: history[back: 0], scaler)
        steps += 1
        let known = min(length, steps - 2)
        guard known > 0 else { return values }
        let compared = known - Self.unripeLags
        let scale = Float((unit / scaler.step).clamped(to: Self.largestStored))
        for (index, decay) in Self.decays.enumerated() {
            let least = Self.update(
                &distances, from: index * length, known, differences, newest, scale: scale,
                decay: decay, comparing: max(compared, 0))
            guard compared >= Self.fewestLags else { continue }
            let sums = Self.sums(
                distances, from: index * length, compared, above: least, differences, levels,
                newest, decay: decay)
            let level = Double(sums.b / sums.weights) - Double(levels[newest])
            let difference = Double(sums.a / sums.weights)
            values[2 * index] = (difference * Double(scale)).clamped(to: Self.largest)
            values[2 * index + 1] = (level * Double(scale)).clamped(to: Self.largest)
        }
        return values
    }

    /// Becomes a copy of another one of the same length, in the memory that it has.
    mutating func copy(from other: borrowing Recall) {
        precondition(length == other.length)
        distances.replaceAll(with: other.distances)
        differences.replaceAll(with: other.differences)
        levels.replaceAll(with: other.levels)
        values.replaceAll(with: other.values)
        (newest, unit, hasUnit) = (other.newest, other.unit, other.hasUnit)
        (anchor, steps) = (other.anchor, other.steps)
    }

    /// The history before the `except` newest values has moved.
    package mutating func shift(by offset: Double, except: Int) {
        let offset = stored(offset)
        for index in min(newest + except, levels.count)..<levels.count { levels[index] += offset }
    }

    // Arguments of their own, for two spans of one value may not be open at once.

    /// D from `start` on, at the first `known` lags; the smallest of the first `compared`.
    private static func update(
        _ distances: inout [Float], from start: Int, _ known: Int,
        _ differences: borrowing [Float], _ newest: Int, scale: Float, decay: Float,
        comparing compared: Int
    ) -> Float {
        let past = differences.span.extracting(first: newest + 1 + known).extracting(last: known)
        var all = distances.mutableSpan
        var part = all.part(start..<start + known)
        return addDistances(
            &part, between: differences[newest], and: past, scaledBy: scale, decay: decay,
            largest: largestSquare, comparing: compared)
    }

    /// Σ w, Σ w·d and Σ w·x over the first `count` lags.
    private static func sums(
        _ distances: borrowing [Float], from start: Int, _ count: Int, above least: Float,
        _ differences: borrowing [Float], _ levels: borrowing [Float], _ newest: Int,
        decay: Float
    ) -> (weights: Float, a: Float, b: Float) {
        weightedSums(
            distances.span.extracting(start..<start + count), above: least,
            slope: (1 - decay) / width,
            differences.span.extracting(first: newest + count).extracting(last: count),
            levels.span.extracting(first: newest + count).extracting(last: count))
    }

    private mutating func append(difference: Double, level: Double, _ scaler: Scaler) {
        if steps == 0 { anchor = level }
        if !hasUnit, scaler.hasMoved {
            unit = Double(sign: .plus, exponent: scaler.step.exponent, significand: 1)
            hasUnit = true
        }
        if newest == 0 || newest == differences.count { makeRoom() }
        newest -= 1
        differences[newest] = stored(difference)
        levels[newest] = stored(level - anchor)
    }

    private func stored(_ number: Double) -> Float {
        Float((number / unit).clamped(to: Self.largestStored))
    }

    /// Moves the newest L + 1 numbers to the end, and the anchor to the newest level.
    private mutating func makeRoom() {
        let kept = min(length + 1, differences.count - newest)
        let start = differences.count - kept
        guard kept > 0 else { return }
        let middle = levels[newest]
        for index in stride(from: kept - 1, through: 0, by: -1) {
            differences[start + index] = differences[newest + index]
            levels[start + index] = levels[newest + index] - middle
        }
        anchor += Double(middle) * unit
        newest = start
    }
}
