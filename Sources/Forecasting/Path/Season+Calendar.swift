extension Season {
    /// Nanoseconds of a day.
    private static let day = 86_400e9
    /// Of a sample: by how much a day may miss a whole number of them, and the present one.
    private static let (tolerance, keptWithin) = (0.125, 0.5)
    /// Samples that a day may vary by, with the spread of the steps, for its length to be known.
    private static let largestSpread = 2.0

    /// A day and a week of samples that are so far apart, as far as they are whole numbers of
    /// samples, 2…`longest`: known before a season can be seen in the values. Nil where neither is.
    /// The present lengths stay while the step is as near to them as it varies.
    static func calendar(_ step: TimeStep.Typical, longest: Int, present: Season) -> Season? {
        let days = length(of: day, step, longest: longest, present: present.period)
        let presentWeek = present.secondPeriod > 0 ? present.secondPeriod : present.period
        let weeks = length(of: 7 * day, step, longest: longest, present: presentWeek)
        let (short, long) = days > 0 ? (days, weeks) : (weeks, 0)
        return short > 0 ? Season(period: short, secondPeriod: long) : nil
    }

    private static func length(
        of time: Double, _ step: TimeStep.Typical, longest: Int, present: Int
    ) -> Int {
        let samples = time / Double(step.nanoseconds)
        guard samples > 1.5, samples < Double(longest) + 0.5 else { return 0 }
        let spread = samples * Double(step.spread) / Double(step.nanoseconds)
        if present > 0, present <= longest,
            abs(samples - Double(present)) <= max(keptWithin, spread)
        {
            return present
        }
        guard spread <= largestSpread else { return 0 }
        return abs(samples - samples.rounded()) <= tolerance ? Int(samples.rounded()) : 0
    }

    /// The shorter one first.
    var ascending: Season {
        guard secondPeriod > 0, secondPeriod < period else { return self }
        return Season(period: secondPeriod, secondPeriod: period)
    }
}
