/// A partition as it is at one moment, copied little by little while its streams go on.
///
/// Streams that share a net go on exactly after a restart only when all of them, and the net, are
/// restored as they were at the same moment. So a stream that changes before its turn has come is
/// put aside first.
extension Forecaster {
    struct Copying: Sendable {
        /// By position: whether the stream is still to be copied as it was.
        var isWaiting: [Bool] = []
        var waiting = 0
        /// As they were.
        var kept: [Int: Stream] = [:]
    }

    /// Begins with a partition: from now on `copied` gives these streams as they are now. They are
    /// the streams of the partition that have changed. What was left of another one is dropped.
    package mutating func beginCopy(of partition: Int) -> [StreamIndex] {
        copying = Copying()
        copying.isWaiting = Array(repeating: false, count: streams.count)
        var found: [StreamIndex] = []
        for position in streams.indices where isChanged[position] {
            guard streams[position].partition == partition else { continue }
            copying.isWaiting[position] = true
            found.append(StreamIndex(position: position))
        }
        copying.waiting = found.count
        return found
    }

    /// The stream as it was at `beginCopy`, once. When that is what it is still, it counts as being
    /// in a snapshot.
    package mutating func copied(_ stream: StreamIndex) -> (stream: Stream, isNewest: Bool) {
        let position = stream.position
        if position < copying.isWaiting.count, copying.isWaiting[position] {
            copying.isWaiting[position] = false
            copying.waiting -= 1
        } else if let kept = copying.kept.removeValue(forKey: position) {
            return (kept, false)
        }
        isChanged[position] = false
        return (streams[position], true)
    }

    /// Before a stream changes: puts it aside if it is still to be copied.
    mutating func keepForCopy(_ position: Int) {
        guard copying.waiting > 0, position < copying.isWaiting.count, copying.isWaiting[position]
        else { return }
        copying.isWaiting[position] = false
        copying.waiting -= 1
        copying.kept[position] = streams[position]
    }

    /// The stream leaves memory: nobody will ask for it.
    mutating func dropCopy(_ position: Int) {
        copying.kept[position] = nil
        guard position < copying.isWaiting.count, copying.isWaiting[position] else { return }
        copying.isWaiting[position] = false
        copying.waiting -= 1
    }
}
