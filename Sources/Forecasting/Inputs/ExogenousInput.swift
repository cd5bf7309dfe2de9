/// One exogenous input of a stream, sample by sample: its scale, its newest values, and how often
/// it is missing.
///
/// An input that comes with every tenth sample only holds its value in between. One that is missing
/// longer than it usually is, is overdue: what follows from it is not known then. One that has been
/// so for very long is gone, and counts as 0 until it comes back.
struct ExogenousInput: Equatable, Sendable {
    /// Numbers that `show` gives.
    static let shown = 4

    private(set) var scaler = Scaler()
    /// The newest known value.
    private var value = 0.0
    /// Its last two changes, 0 in a step without a value.
    private var change = 0.0
    private var previousChange = 0.0
    /// Steps since the newest known value.
    private var missing = 0
    /// Running mean of the steps that gaps took.
    private var usualGap = 0.0

    private static let (largest, largestLevel) = (6.0, 4.0)
    private static let gapRate = 0.2
    /// Overdue steps after which an input is gone.
    private static let stepsToGone = 256

    var hasBegun: Bool { scaler.levelCount > 0 }

    /// Whether it has been missing for longer than is usual.
    var isOverdue: Bool { missing > Int((2 * usualGap).rounded(.up)) && !isGone }

    private var isGone: Bool { !hasBegun || missing > Self.stepsToGone + Int(4 * usualGap) }

    /// The next step of the stream.   number: NaN when missing.
    mutating func observe(_ number: Double) {
        previousChange = change
        change = 0
        guard number.isFinite else { return missing += 1 }
        if hasBegun {
            let wasGone = isGone
            change = number - value
            // A gap that is much longer than the others counts as a little longer.
            usualGap += Self.gapRate * (min(Double(missing), 2 * usualGap + 1) - usualGap)
            scaler.add(step: change)
            if wasGone { change = 0 }
        }
        scaler.add(level: number)
        (value, missing) = (number, 0)
    }

    /// The next step, of which nothing is known: the value stays.
    mutating func hold() { (previousChange, change) = (change, 0) }

    /// (x − m)/q, d_t/q and d_{t−1}/q, cut at ±6, and (x − m)/s, cut at ±4; 0 while it is gone.
    func show(_ numbers: inout [Double], at start: Int) {
        let isGone = isGone
        func put(_ index: Int, _ number: Double, within bound: Double) {
            numbers[start + index] = isGone ? 0 : number.clamped(to: bound)
        }
        put(0, (value - scaler.mean) / scaler.step, within: Self.largest)
        put(1, change / scaler.step, within: Self.largest)
        put(2, previousChange / scaler.step, within: Self.largest)
        put(3, (value - scaler.mean) / scaler.deviation, within: Self.largestLevel)
    }

    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try scaler.code(with: &coder)
        try coder.code(&value)
        try coder.code(&change)
        try coder.code(&previousChange)
        try coder.code(count: &missing)
        try coder.code(&usualGap, in: 0...Double(StateCoder.largestCount))
    }
}
