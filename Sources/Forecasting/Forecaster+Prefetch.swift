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
    ///
    /// Mutating, though nothing is changed: asked of each message, it would be a copy's.
    package var isLarge: Bool {
        mutating get { memoryBytes > Self.manyBytes }
    }

    /// Says that the samples after this one come next: one step for each of four of them, from the
    /// far one's place in the table to the next one's weights. So nothing is read before it has
    /// been fetched. Changes nothing that can be seen.
    package mutating func lookAhead(from index: Int, in batch: borrowing SampleBatch) {
        guard isLarge else { return }
        forgetOldPrefetches()
        func hash(_ ahead: Int) -> UInt64? {
            index + ahead < batch.samples.count ? batch.samples[index + ahead].nameHash : nil
        }
        if let next = hash(1).flatMap(table.candidate) { streams[next].prefetchArrays() }
        if let second = hash(2).flatMap(table.candidate) { streams[second].prefetchChannels() }
        lookForPlaces(from: index + 1, in: batch)
    }

    /// The same where it is only asked which streams the samples belong to (`place`).
    package mutating func lookForPlaces(from index: Int, in batch: borrowing SampleBatch) {
        guard isLarge else { return }
        let samples = batch.samples.span
        if index + 3 < samples.count { table.prefetch(hash: samples[index + 3].nameHash) }
        if index + 2 < samples.count, let next = table.candidate(hash: samples[index + 2].nameHash)
        {
            prefetchRecord(next)
        }
        if index + 1 < samples.count, let next = table.candidate(hash: samples[index + 1].nameHash)
        {
            table.prefetchBytes(at: next)
        }
    }

    /// What is kept by stream.
    private func prefetchRecord(_ position: Int) {
        let one = position..<position + 1
        table.prefetchName(at: position)
        prefetchNow(streams, one)
        prefetchNow(ruleOfStream, one)
        prefetchNow(generationOfStream, one)
        prefetchNow(isChanged, one)
        idleOrder.prefetch(position)
    }
}

// Mutating, though nothing is changed: then nothing is copied either.

extension Stream {
    /// Channels of a stream for which there is room in the list: while they are worked on, memory
    /// can follow.
    private static let channelsAhead = 2

    /// The first half, two samples ahead: where everything is.
    mutating func prefetchChannels() { prefetchNow(channels, 0..<1) }

    /// The second half, one sample ahead: everything else.
    mutating func prefetchArrays() {
        Kernels.prefetch(row, 0..<1)
        if channels.count > 1 { Kernels.prefetch(channels, 1..<Self.channelsAhead) }
        for index in channels.indices.prefix(Self.channelsAhead) { channels[index].prefetch() }
    }

    /// What `train` needs of it alone.
    mutating func prefetchUpdate() {
        for index in channels.indices.prefix(Self.channelsAhead) {
            channels[index].experts.recurrent?.prefetchUpdate()
        }
    }
}

// In the order in which a step comes to it.

extension ChannelModel {
    fileprivate mutating func prefetch() {
        history.prefetch(season.period)
        mixture.prefetch()
        Kernels.prefetch(gate.pending, 0..<1)
        experts.prefetch()
    }
}

extension History {
    /// Newest values that features see (Features+Shape.swift), seasons that are looked back by, and
    /// values of each (Features+Season.swift): up to the second one after the next value's place a
    /// season ago. The next value is not there yet, so all are one nearer than they will be.
    private static let (newest, seasons, around) = (48, 16, 2)

    /// The newest values, and those of former seasons.   period: 0 for none.
    fileprivate func prefetch(_ period: Int) {
        Kernels.prefetch(ring, 0..<0)
        prefetch(back: 0, values: Self.newest)
        guard period > Self.around else { return }
        for season in 1...Self.seasons {
            prefetch(back: season * period - Self.around - 1, values: 2 * Self.around + 1)
        }
    }

    private func prefetch(back: Int, values: Int) {
        guard back + values <= available else { return }
        let end = ((count - 1 - back) & (capacity - 1)) + 1
        Kernels.prefetch(ring, max(0, end - values)..<end)
    }
}

extension Mixture {
    fileprivate func prefetch() {
        Kernels.prefetch(weights, 0..<Expert.allCases.count)
        Kernels.prefetch(prior, 0..<Expert.allCases.count)
        Kernels.prefetch(regret, 0..<Expert.allCases.count)
        Kernels.prefetch(squaredRegret, 0..<Expert.allCases.count)
    }
}

extension Experts {
    fileprivate mutating func prefetch() {
        Kernels.prefetch(kinds, 0..<Expert.allCases.count)
        Kernels.prefetch(forecasts, 0..<Expert.allCases.count)
        ar2?.prefetch()
        ar8?.prefetch()
        full?.linear.prefetch()
        arx?.linear.prefetch()
        full?.recall?.prefetch()
        recurrent?.prefetch()
    }
}

extension LinearExpert {
    fileprivate mutating func prefetch() {
        Kernels.prefetch(inputs, 0..<regression.layout.count)
        regression.prefetch()
    }
}

extension RecursiveLeastSquares {
    fileprivate mutating func prefetch() {
        Kernels.prefetch(weights, 0..<layout.count)
        Kernels.prefetch(blockErrors, 0..<blockSize)
        let start = blockCount * layout.padded
        guard blockCount + 1 == blockSize else {
            Kernels.prefetch(blockInputs, 0..<0)
            return Kernels.prefetch(blockInputs, start..<start + layout.padded)
        }
        Kernels.prefetch(blockInputs, 0..<blockSize * layout.padded)
        Kernels.prefetch(covariance, 0..<layout.size)
        Kernels.prefetch(products, 0..<blockSize * layout.padded)
    }
}

extension Recall {
    fileprivate mutating func prefetch() {
        let (first, last) = (max(0, newest - 1), min(newest + length + 1, room))
        Kernels.prefetch(values, 0..<Self.count)
        Kernels.prefetch(differences, 0..<0)
        Kernels.prefetch(differences, first..<last)
        Kernels.prefetch(distances, 0..<2 * length)
        Kernels.prefetch(levels, 0..<0)
        Kernels.prefetch(levels, first..<last)
    }
}

extension RecurrentExpert {
    fileprivate mutating func prefetch() {
        Kernels.prefetch(replay.targets, 0..<replay.length)
        Kernels.prefetch(replay.weights, 0..<replay.length)
        Kernels.prefetch(state, 0..<architecture.stateCount)
        Kernels.prefetch(input, 0..<architecture.inputCount)
        Kernels.prefetch(output, 0..<1)
        own?.prefetchNetwork()
        if stepsSinceUpdate + 1 >= stride { prefetchUpdate() }
    }

    fileprivate mutating func prefetchUpdate() {
        let rows = replay.length + 1
        Kernels.prefetch(replay.inputs, 0..<rows * replay.inputCount)
        Kernels.prefetch(replay.states, 0..<rows * replay.stateCount)
        own?.prefetchMoments()
    }
}

extension LearningNet {
    fileprivate mutating func prefetchNetwork() {
        Kernels.prefetch(network.parameters, 0..<optimizer.parameterCount)
    }

    fileprivate mutating func prefetchMoments() {
        Kernels.prefetch(optimizer.firstMoments, 0..<optimizer.parameterCount)
        Kernels.prefetch(optimizer.secondMoments, 0..<optimizer.parameterCount)
    }
}
