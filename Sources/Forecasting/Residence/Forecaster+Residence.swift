import Series

/// Which streams are in memory. With a store behind it (`hasStore`) the forecaster lets the longest
/// idle stream go when another one needs its room, and asks for the state of one that comes back:
///
///     observation = forecaster.observe(sample, …)
///     .needs(.room)   evict(idlest), with its state in the store; then observe the sample again
///     .needs(.state)  restore the stream, after an eviction when there is no room, and
///                     forgetStored(name), or noteAbsent(name) when there is no state; then
///                     observe the sample again
///     or else:        refuse(.tooManyStreams), refuse(.stateUnavailable)
///
/// Idle is counted in samples of all streams, so the same feed always evicts the same streams. A
/// name that the store does not know makes nobody leave before it has come three times since that
/// one's last sample: neither a flood of names nor a misspelt one costs a stream that is in use.
extension Forecaster {
    /// What a sample needs that the forecaster cannot do itself. Nothing was done for it yet.
    package enum Need: UInt8, Equatable, Sendable {
        /// A stream is to leave: its own is new, and there is no room.
        case room
        /// The state of its stream, which is not in memory.
        case state
    }

    /// Why a stream had to leave.
    package enum Eviction: UInt8, CaseIterable, Sendable {
        /// For a new one, or for one that came back.
        case newcomer, returning
    }

    /// The stream whose last sample was longest ago.
    package var idlest: StreamIndex? { idleOrder.idlest.map(StreamIndex.init(position:)) }

    /// Every stream in memory, in the order of the indices.
    package var allStreams: [StreamIndex] {
        streams.indices.filter { !streams[$0].name.isEmpty }.map(StreamIndex.init(position:))
    }

    /// Takes a stream, whose state is in the store, out of memory. Its index is free for another.
    package mutating func evict(_ stream: StreamIndex, for reason: Eviction) {
        let name = streams[stream.position].name
        stored.insert(StreamName.hash(name.span))
        if absent == name { absent = [] }
        counters[reason] += 1
        remove(stream)
    }

    /// Takes a stream out of memory that is not to come back.
    package mutating func remove(_ stream: StreamIndex) {
        let position = stream.position
        precondition(!streams[position].name.isEmpty, "no stream there")
        dropCopy(position)
        memoryBytes -= bytesOfStream[position]
        bytesOfStream[position] = 0
        idleOrder.remove(position)
        table.remove(at: position)
        streams[position] = Self.none
        isChanged[position] = false
    }

    /// Says that the store has the state of a stream that is not in memory.
    package mutating func noteStored(_ name: Span<UInt8>) {
        let hash = StreamName.hash(name)
        guard table.index(of: name, hash: hash) == nil else { return }
        stored.insert(hash)
        if name.equals(absent) { absent = [] }
    }

    /// Says that a stream which had left memory is there again, or gone from the store too.
    package mutating func forgetStored(_ name: Span<UInt8>) {
        stored.remove(StreamName.hash(name))
    }

    /// Says that the store has no state of that name: its stream begins anew with its next sample.
    package mutating func noteAbsent(_ name: Span<UInt8>) { absent = [UInt8](copying: name) }

    /// Says in which order the streams had their last samples, the longest idle one first: of those
    /// that were restored nothing else does.
    package mutating func orderIdle(_ order: [StreamIndex]) {
        for stream in order { idleOrder.touch(stream.position, at: counters.samples) }
    }

    /// What `observe` needed could not be had: counts the sample as refused.
    package mutating func refuse(_ reason: Rejection) {
        counters.samples += 1
        counters[reason] += 1
    }

    /// Whether one more stream of so many bytes may be held. The first one may in any case.
    func hasRoom(bytes: Int) -> Bool {
        let count = table.count
        if count >= limits.maxStreams { return false }
        return count == 0 || bytes <= limits.memoryBytes - memoryBytes
    }

    /// What a new stream is to do when there is no room for it.
    mutating func missesRoom(_ hash: UInt64, bytes: Int) -> Rejection? {
        let refusal =
            table.count >= limits.maxStreams ? Rejection.tooManyStreams : .memoryFull
        guard hasStore, let idlest = idleOrder.idlest else { return refusal }
        let isWelcome = newcomers.note(
            hash, at: counters.samples + 1, since: idleOrder.lastSeen(idlest))
        return isWelcome ? nil : refusal
    }

    /// In place of a stream that has left, or is lent (Lots/Lot.swift).
    static var none: Stream {
        Stream(
            name: [], hash: 0, engineSeed: 0, configuration: ModelConfiguration(),
            channelNames: [], inputNames: [], channelCount: 0)
    }
}
