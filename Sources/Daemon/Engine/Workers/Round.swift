import Series

/// Samples that are to be answered together, of several messages.
struct Round {
    /// What the sample's message says about it.
    struct Entry {
        /// As `EngineLoop.arrival`, and the wall clock where the sample has no time of its own.
        var arrival: Int64
        var arrivalTime: Int64
        /// Whether it is the last one of its message.
        var endsMessage: Bool
    }

    /// Where an answer is.
    struct Place {
        var partition: Int
        var index: Int
    }

    /// Samples at once, with several threads and with one, and how long they should take: the
    /// sockets wait meanwhile.
    private static let (sharedSizes, ownSizes) = (16...256, 1...32)
    private static let longNanoseconds: Int64 = 1_000_000

    /// The samples, in the order in which they came, and with each its entry.
    var batch = SampleBatch()
    private(set) var entries: [Entry] = []
    /// Of those samples that threads have been given, in order; nil for a refused one.
    var places: [Place?] = []
    private let sizes: ClosedRange<Int>
    private var size: Int

    /// isShared: several threads answer it.
    init(isShared: Bool) {
        sizes = isShared ? Self.sharedSizes : Self.ownSizes
        size = isShared ? sizes.upperBound : 8
    }

    var count: Int { entries.count }
    var isFull: Bool { count >= size }

    mutating func add(_ sample: Sample, of batch: borrowing SampleBatch, _ entry: Entry) {
        self.batch.append(sample, of: batch)
        entries.append(entry)
    }

    mutating func removeAll() {
        batch.removeAll()
        entries.removeAll(keepingCapacity: true)
    }

    /// A full round took so long: the next ones are smaller, or larger again.
    mutating func adapt(nanoseconds: Int64) {
        if nanoseconds > Self.longNanoseconds {
            let excess = Int(nanoseconds / Self.longNanoseconds)
            size = max(sizes.lowerBound, size / max(2, excess))
        } else if nanoseconds < Self.longNanoseconds / 4 {
            size = min(sizes.upperBound, size * 2)
        }
    }
}
