import Kernels

/// Jumps beyond what the experts can say, 6·q, that are due at the next step. Their part beyond
/// that is added to the forecast and taken from what the experts learn. There are two kinds:
///
/// - A jump that came at this time of each of the last two seasons, nearly alike, comes again:
///   j = sign(d)·(min(|d|, |d′|) − 6·q) where that is positive and |d − d′| < .25·min(|d|, |d′|),
///   with d = d_{t+1−P} and d′ = d_{t+1−2P}.
/// - A spike goes back: j = −sign(d_t)·(|d_t| − 6·q) where that is positive. Spikes up and spikes
///   down are learned apart, for the end of one looks like the other.
///
/// Which of them a stream can be trusted to do is learned from those that were due (`Jump`).
struct Jumps: Equatable, Sendable {
    var seasonal = Jump(prior: 1)
    var fall = Jump(prior: 0)
    var rise = Jump(prior: 0)

    /// Jumps that differ by more, as a share of the smaller one, are not the same.
    private static let largestDifference = 0.25

    /// What is expected of the next step, in units of the series.
    var height: Double { seasonal.isDue ? seasonal.height : fall.height + rise.height }

    /// What came where `height` was expected, and the experts' `change` beside it; both in units of
    /// the series.   step: q.
    mutating func learn(difference: Double, change: Double, step: Double) {
        if seasonal.isDue { (fall.due, rise.due) = (0, 0) }
        seasonal.learn(difference: difference, change: change, step: step)
        fall.learn(difference: difference, change: change, step: step)
        rise.learn(difference: difference, change: change, step: step)
    }

    /// Fills `height`.   step: q.
    mutating func prepare(_ history: borrowing History, period: Int, step: Double) {
        seasonal.due = 0
        if period > 0 {
            let last = history.difference(back: period - 1)
            let former = history.difference(back: 2 * period - 1)
            let smaller = min(abs(last), abs(former))
            if abs(last - former) < Self.largestDifference * smaller {
                let beyond = Self.beyond(smaller, step: step)
                seasonal.due = last > 0 ? beyond : -beyond
            }
        }
        let newest = history.difference(back: 0)
        fall.due = -Self.beyond(newest, step: step)
        rise.due = Self.beyond(-newest, step: step)
    }

    private static func beyond(_ height: Double, step: Double) -> Double {
        max(height - LinearExpert<Double>.largestForecast * step, 0)
    }
}

/// One kind of jump, and how far it is to be believed: least squares on the jumps that were due,
/// with e = d_{t+1} − q·ŷ what came beside the experts' change, both in steps q and cut at ±8.
///
///     J = κ·j,   κ = clip((16·κ₀ + Σ e·j)/(16 + Σ j²), 0…1)
///
/// The sums forget by .999 at every step, due or not.
struct Jump: Equatable, Sendable {
    /// j for the next step, in units of the series; 0 when none is due.
    var due = 0.0
    /// κ₀.
    private let prior: Double
    /// Σ e·j and Σ j².
    var product = 0.0
    var square = 0.0

    private static let priorSquare = 16.0
    private static let forgetting = 0.999
    private static let largest = 8.0

    /// prior: κ₀.
    init(prior: Double) { self.prior = prior }

    var isDue: Bool { due != 0 }

    /// κ.
    private var belief: Double {
        let priorSquare = Self.priorSquare
        return min(max((prior * priorSquare + product) / (priorSquare + square), 0), 1)
    }

    /// J.
    var height: Double { isDue ? belief * due : 0 }

    /// step: q.
    mutating func learn(difference: Double, change: Double, step: Double) {
        product *= Self.forgetting
        square *= Self.forgetting
        guard isDue else { return }
        let jump = (due / step).clamped(to: Self.largest)
        let came = ((difference - change) / step).clamped(to: Self.largest)
        product += jump * came
        square += jump * jump
    }
}
