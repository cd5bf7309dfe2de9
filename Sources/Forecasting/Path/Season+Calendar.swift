extension Season {
    /// Nanoseconds of a day.
    private static let day = 86_400e9
    /// Of a sample: by how much a day may miss a whole number of them.
    private static let tolerance = 0.125

    /// A day and a week of samples that are so many nanoseconds apart, as far as they are whole
    /// numbers of samples, 2…`longest`: known from the second sample on, before a season can be
    /// seen in the values. Nil where neither is.
    static func calendar(stepNanoseconds: Int64, longest: Int) -> Season? {
        let days = length(of: day, stepNanoseconds, longest: longest)
        let weeks = length(of: 7 * day, stepNanoseconds, longest: longest)
        let (short, long) = days > 0 ? (days, weeks) : (weeks, 0)
        return short > 0 ? Season(period: short, secondPeriod: long) : nil
    }

    private static func length(of time: Double, _ step: Int64, longest: Int) -> Int {
        let samples = time / Double(step)
        guard samples > 1.5, samples < Double(longest) + 0.5 else { return 0 }
        return abs(samples - samples.rounded()) <= tolerance ? Int(samples.rounded()) : 0
    }

    /// The shorter one first.
    var ascending: Season {
        guard secondPeriod > 0, secondPeriod < period else { return self }
        return Season(period: secondPeriod, secondPeriod: period)
    }
}
