/// Notices a sensor that repeats one value far longer than the series has ever done
/// (BAD-DATA-AND-PRIOR.md, step 2).
///
/// A run of L repeats is a fault when 5 ≤ L < 1000, L is above twice the longest run so far plus
/// 10, and a series with this share z of unmoved steps would do it less often than once in 10⁹
/// times: zᴸ < 10⁻⁹. At L = 1000 the constant is believed.
package struct StuckDetector: Equatable, Sendable {
    package internal(set) var isStuck = false
    var last = Double.nan
    /// L: repeats of `last`.
    var run = 0
    var longestRun = 0
    /// Running share of steps that did not move; frozen while stuck.
    var stillShare = 0.0
    var count = 0
    /// The share before the present run began.
    var stillShareBeforeRun = 1.0

    /// Accepted values before anything is called stuck.
    private static let start = 100
    private static let believedRun = 1000

    package init() {}

    /// Looks at a finite value. `accepted`: values the series has accepted so far.
    package mutating func observe(_ value: Double, accepted: Int) {
        defer { last = value }
        guard !last.isNaN else { return }
        if value == last {
            run += 1
        } else {
            if run > longestRun, !isStuck { longestRun = run }
            run = 0
            isStuck = false
        }
        if !isStuck {
            count += 1
            let still = run > 0 ? 1.0 : 0
            stillShare += max(1 / Double(count), 0.002) * (still - stillShare)
        }
        if accepted > Self.start, !isStuck, isImplausible { isStuck = true }
        if !isStuck, run == 0 { stillShareBeforeRun = stillShare }
        if isStuck, run >= Self.believedRun {
            isStuck = false
            longestRun = run
        }
    }

    private var isImplausible: Bool {
        guard run >= 5, run < Self.believedRun, run > 2 * longestRun + 10 else { return false }
        let share = min(max(stillShareBeforeRun, 0.01), 0.999)
        var chance = 1.0
        for _ in 0..<run where chance >= 1e-9 { chance *= share }
        return chance < 1e-9
    }
}
