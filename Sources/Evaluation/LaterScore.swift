/// The relative squared error of the last three quarters of a run whose length is not known before
/// it ends: sums over blocks of samples, of which the blocks from a quarter of the run on count.
///
/// A block is one sample until `capacity` blocks are full; then neighbours are joined, and the
/// score starts up to `blockLength` − 1 samples late: less than 2 samples in `capacity`.
package struct LaterScore: Sendable {
    private struct Block: Sendable {
        var squared = 0.0
        var persistenceSquared = 0.0
    }

    /// Blocks kept at most; even.
    private let capacity: Int
    private var blocks: [Block] = []
    /// Samples per block, a power of two.
    package private(set) var blockLength = 1

    /// capacity: 16 bytes each.
    package init(capacity: Int) {
        precondition(capacity >= 2 && capacity % 2 == 0)
        self.capacity = capacity
    }

    /// The capacity that stays exact for longest when `streams` of them share 64 MiB:
    /// 2²² samples for one stream, at least 1024 for any number.
    package static func capacity(streams: Int) -> Int {
        var capacity = 1 << 22
        while capacity > 1024, capacity * streams > 1 << 22 { capacity /= 2 }
        return capacity
    }

    /// The sample with this index; indices rise from call to call. Samples that do not count are
    /// left out.
    package mutating func add(index: Int, error: Double, change: Double) {
        while index / blockLength >= capacity { joinNeighbours() }
        while blocks.count <= index / blockLength { blocks.append(Block()) }
        blocks[blocks.count - 1].squared += error * error
        blocks[blocks.count - 1].persistenceSquared += change * change
    }

    /// Over the samples from index samples / 4 on, in a run of that many; NaN when the series did
    /// not move in them.
    package func relativeSquared(samples: Int) -> Double {
        let first = (samples / 4 + blockLength - 1) / blockLength
        var sum = Block()
        for block in blocks.dropFirst(first) {
            sum.squared += block.squared
            sum.persistenceSquared += block.persistenceSquared
        }
        return ErrorSums.ratio(sum.squared, sum.persistenceSquared)
    }

    private mutating func joinNeighbours() {
        if blocks.count % 2 == 1 { blocks.append(Block()) }
        for index in 0..<(blocks.count / 2) {
            let (left, right) = (blocks[2 * index], blocks[2 * index + 1])
            blocks[index].squared = left.squared + right.squared
            blocks[index].persistenceSquared = left.persistenceSquared + right.persistenceSquared
        }
        blocks.removeLast(blocks.count / 2)
        blockLength *= 2
    }
}
