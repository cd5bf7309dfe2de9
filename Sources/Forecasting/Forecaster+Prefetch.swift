import Kernels
import Networks
package import Series

/// What a stream's next sample needs is brought into the cache while another stream's is being
/// worked on: with thousands of streams in turn it has long left it. That is left out while the
/// streams are so few that the cache may hold them all.
extension Forecaster {
    /// Bytes of streams that a processor's own cache does not hold.
    private static let manyBytes = 4 << 20

    /// Whether it is worth while to say what comes next.
    package var isLarge: Bool { memoryBytes > Self.manyBytes }

    /// Says that this sample comes after the next one. Changes nothing that can be seen.
    package mutating func expect(_ sample: Sample, in batch: borrowing SampleBatch) {
        guard isLarge else { return }
        forgetPrefetches()
        let next = expected
        let name = batch.text.span.extracting(sample.name.range)
        expected = table.index(of: name, hash: sample.nameHash) ?? -1
        if expected >= 0 { streams[expected].prefetchChannels() }
        if next >= 0, next < streams.count { streams[next].prefetchArrays() }
    }
}

// Mutating, though nothing is changed: then nothing is copied either.

extension Stream {
    /// The first half, two samples ahead: where everything is.
    mutating func prefetchChannels() { prefetch(channels, channels.indices) }

    /// The second half, one sample ahead: everything else.
    mutating func prefetchArrays() {
        for index in channels.indices { channels[index].prefetch() }
    }
}

extension ChannelModel {
    fileprivate mutating func prefetch() {
        experts.prefetch()
        history.prefetch(season.period)
    }
}

extension History {
    /// Seasons that are looked back by (Features+Season.swift), and values of each: a cache line.
    private static let (seasons, values) = (16, 8)

    /// The newest values, and those of former seasons.   period: 0 for none.
    fileprivate func prefetch(_ period: Int) {
        prefetch(back: 0, values: 4 * Self.values)
        guard period > 0 else { return }
        for season in 1...Self.seasons where season * period + Self.values < available {
            prefetch(back: season * period, values: 1)
        }
    }

    private func prefetch(back: Int, values: Int) {
        guard back + values <= available else { return }
        let end = ((count - 1 - back) & (capacity - 1)) + 1
        Kernels.prefetch(ring, max(0, end - values)..<end)
    }
}

extension Experts {
    fileprivate mutating func prefetch() {
        recurrent?.prefetch()
        full?.linear.prefetch()
        full?.recall?.prefetch()
        arx?.linear.prefetch()
        ar8?.prefetch()
        ar2?.prefetch()
    }
}

extension LinearExpert {
    fileprivate mutating func prefetch() {
        Kernels.prefetch(inputs)
        regression.prefetch()
    }
}

extension RecursiveLeastSquares {
    fileprivate mutating func prefetch() {
        Kernels.prefetch(covariance, covariance.indices)
        Kernels.prefetch(pending, 0..<pendingCount * layout.padded)
        Kernels.prefetch(weights)
    }
}

extension Recall {
    fileprivate mutating func prefetch() {
        for decay in distances.indices { Kernels.prefetch(distances[decay]) }
        let (first, last) = (max(0, newest - 1), min(newest + length + 1, levels.count))
        Kernels.prefetch(differences, first..<last)
        Kernels.prefetch(levels, first..<last)
    }
}

extension RecurrentExpert {
    fileprivate mutating func prefetch() {
        let isDue = stepsSinceUpdate + 1 >= stride
        own?.prefetch(forUpdate: isDue)
        guard isDue else { return }
        Kernels.prefetch(replay.inputs)
        Kernels.prefetch(replay.states)
    }
}

extension LearningNet {
    fileprivate mutating func prefetch(forUpdate isDue: Bool) {
        Kernels.prefetch(network.parameters)
        guard isDue else { return }
        Kernels.prefetch(optimizer.firstMoments)
        Kernels.prefetch(optimizer.secondMoments)
    }
}
