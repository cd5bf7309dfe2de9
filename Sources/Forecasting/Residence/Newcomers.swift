/// Names that would like to become streams while there is no room: a table of fixed size, however
/// many names there are. A flood of names that come once pushes out others, and nothing more.
struct Newcomers: Sendable {
    /// The last three times that a name came, the newest last; 0 for none.
    private struct Entry {
        var hash: UInt64 = 0
        var times: (UInt64, UInt64, UInt64) = (0, 0, 0)
    }

    /// Places that a name can be in, and how many times as many there are.
    private static let (ways, sets) = (4, 4096)

    /// Empty until the first name comes.
    private var entries: [Entry] = []

    /// Notes that a name has come, and says whether it has come three times since `time`.
    ///
    /// now: above 0, and greater from sample to sample; a second call for one sample counts once.
    mutating func note(_ hash: UInt64, at now: UInt64, since time: UInt64) -> Bool {
        if entries.isEmpty {
            entries = [Entry](repeating: Entry(), count: Self.ways * Self.sets)
        }
        let mixed = hash &* 0x9e37_79b9_7f4a_7c15
        let start = Int(truncatingIfNeeded: mixed >> 40) % Self.sets * Self.ways
        var place = start
        for other in start..<start + Self.ways {
            if entries[other].hash == hash {
                place = other
                break
            }
            // Else in place of the one that has not come for longest.
            if entries[other].times.2 < entries[place].times.2 { place = other }
        }
        if entries[place].hash != hash { entries[place] = Entry(hash: hash) }
        let times = entries[place].times
        if times.2 != now { entries[place].times = (times.1, times.2, now) }
        return entries[place].times.0 > time
    }
}
