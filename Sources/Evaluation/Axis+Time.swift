import Series

/// The horizontal axis of a run: its times, or its samples' indices.
extension Axis {
    /// Nanoseconds.
    private static let second: Int64 = 1_000_000_000
    private static let day = 86_400 * second

    /// Steps between ticks, in nanoseconds; above two weeks ticks stand at firsts of months.
    private static let steps: [Int64] = {
        let subseconds: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500].map { $0 * 1_000_000 }
        let seconds: [Int64] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
        ].map { $0 * second }
        return subseconds + seconds + [1, 2, 4, 7, 14].map { $0 * day }
    }()
    private static let monthSteps = [1, 2, 3, 6, 12, 24, 60, 120, 240]

    /// Steps in a run at most: labels with seconds are wider, with fractions even more.
    private static func most(step: Int64) -> Int64 {
        step < second ? 4 : step < 60 * second ? 6 : 8
    }

    /// first, last: nanoseconds since 1970 UTC, first < last.
    static func time(from first: Int64, to last: Int64) -> Axis {
        let span = last - first
        var moments: [Int64] = []
        var label: (CivilTime) -> (String, String)
        if let step = steps.first(where: { span / $0 < most(step: $0) }) {
            var moment = first - ((first % step) + step) % step
            while moment <= last {
                if moment >= first { moments.append(moment) }
                moment += step
            }
            if step >= day {
                label = { ($0.dayName, String($0.year)) }
            } else if step >= 60 * second {
                label = { ($0.clock, $0.date) }
            } else {
                label = { ($0.clockWithSeconds, $0.date) }
            }
        } else {
            let months = span / (30 * day)
            let step = monthSteps.first { months / Int64($0) < 8 } ?? 480
            moments = firstsOfMonths(from: first, to: last, step: step)
            label =
                step >= 12
                ? { (String($0.year), "") }
                : { (CivilTime.monthNames[$0.month - 1], String($0.year)) }
        }
        return Axis(
            title: "time (UTC)", from: 0, to: Double(span),
            ticks: ticks(at: moments, from: first, to: last, label: label))
    }

    /// Indices of samples, from 0.
    static func samples(from first: Int, to last: Int) -> Axis {
        let last = max(last, first + 1)
        let step = max(1, Int(niceStep(range: Double(last - first), atMost: 7)))
        let start = (first + step - 1) / step * step
        let ticks = stride(from: start, through: last, by: step).map { index in
            Tick(
                position: Double(index - first) / Double(last - first),
                label: NumberText.grouped(index))
        }
        return Axis(
            title: "sample (index)", from: Double(first), to: Double(last), ticks: ranked(ticks))
    }

    /// The second line of a label only where it changes.
    private static func ticks(
        at moments: [Int64], from first: Int64, to last: Int64,
        label: (CivilTime) -> (String, String)
    ) -> [Tick] {
        var shown = ""
        let ticks = moments.map { moment in
            let (text, detail) = label(CivilTime(nanoseconds: moment))
            let isNew = detail != shown
            shown = detail
            return Tick(
                position: Double(moment - first) / Double(last - first), label: text,
                detail: isNew ? detail : "")
        }
        return ranked(ticks)
    }

    /// Midnights of the firsts of every `step`-th month, counted from the year 0.
    private static func firstsOfMonths(from first: Int64, to last: Int64, step: Int) -> [Int64] {
        let start = CivilTime(nanoseconds: first)
        var month = (start.year * 12 + start.month - 1) / step * step
        var moments: [Int64] = []
        while let days = Timestamp.daysSince1970(
            year: Int64(month / 12), month: Int64(month % 12 + 1), day: 1)
        {
            let moment = days * day
            if moment > last { break }
            if moment >= first { moments.append(moment) }
            month += step
        }
        return moments
    }
}
