/// What the report draws of one series, in bounded memory however long the run: the newest samples
/// as they are, the whole run as slices of equal length, and the largest misses.
package struct Trace: Sendable {
    /// One sample and what had been forecast for it; NaN where there was none.
    package struct Point: Equatable, Sendable {
        package var index = 0
        /// Nanoseconds since 1970 UTC; in a file without times, the index as seconds.
        package var time: Int64 = 0
        package var value = Double.nan
        package var mean = Double.nan
        package var lower = Double.nan
        package var upper = Double.nan

        package init() {}

        /// Value minus forecast.
        package var residual: Double { value - mean }
        package var isOutside: Bool { value < lower || value > upper }
    }

    /// Samples kept as they are.
    package static let recentCount = 400
    /// Slices are joined pairwise when they reach this number; even.
    package static let sliceLimit = 480
    /// Misses kept, and samples before the first that may be one: the start is cold.
    package static let (missCount, missStart) = (8, PrequentialScore.intervalStart)
    package static let missDistance = 24

    package private(set) var slices: [TraceSlice] = []
    /// Samples per slice, a power of two; the last slice may hold fewer.
    package private(set) var sliceLength = 1
    /// Samples outside their interval with the largest |residual|, largest first; of those within
    /// `missDistance` of each other, which one event makes, the largest only.
    package private(set) var misses: [Point] = []
    /// Whether no sample was earlier than the one before it.
    package private(set) var timesNeverFall = true
    private var ring: [Point] = []
    private var count = 0
    private var previous = Point()

    package init() {}

    /// The newest samples, oldest first.
    package var recent: [Point] {
        let start = count % Self.recentCount
        return count <= Self.recentCount ? ring : Array(ring[start...] + ring[..<start])
    }

    /// The next sample and what had been forecast for it.
    package mutating func add(time: Int64, value: Double, prediction: Prediction) {
        var point = Point()
        point.index = count
        point.time = time
        point.value = value
        point.mean = prediction.mean
        point.lower = prediction.lower
        point.upper = prediction.upper
        if count > 0, time < previous.time { timesNeverFall = false }
        keep(point)
        if count >= Self.missStart { keepMiss(point) }
        if count % sliceLength == 0 {
            if slices.count == Self.sliceLimit { joinSlices() }
            slices.append(TraceSlice())
        }
        slices[slices.count - 1].add(point, previous: previous.value, prediction: prediction)
        previous = point
        count += 1
    }

    private mutating func keep(_ point: Point) {
        if ring.count < Self.recentCount {
            ring.append(point)
        } else {
            ring[count % Self.recentCount] = point
        }
    }

    private mutating func keepMiss(_ point: Point) {
        guard point.isOutside else { return }
        let size = abs(point.residual)
        let isNear = { (miss: Point) in point.index - miss.index < Self.missDistance }
        if misses.contains(where: { isNear($0) && abs($0.residual) >= size }) { return }
        misses.removeAll(where: isNear)
        let place = misses.firstIndex { abs($0.residual) < size } ?? misses.count
        guard place < Self.missCount else { return }
        if misses.count == Self.missCount { misses.removeLast() }
        misses.insert(point, at: place)
    }

    private mutating func joinSlices() {
        for index in 0..<(slices.count / 2) {
            slices[index] = slices[2 * index]
            slices[index].join(slices[2 * index + 1])
        }
        slices.removeLast(slices.count / 2)
        sliceLength *= 2
    }
}
