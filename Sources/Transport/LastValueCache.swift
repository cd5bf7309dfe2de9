import Glibc

/// The newest payload of each name, within a limit, found by name and walked in the order of names.
///
/// A name seen before costs one look-up and one copy into memory it already has.
package struct LastValueCache: ~Copyable {
    /// What is not kept beyond a limit: a new name; a payload that does not fit, whose older one is
    /// then forgotten too, since a stale value is worse than none.
    package struct Limit: Sendable, Equatable {
        /// Names. Default 10,000. 0: keep nothing.
        package var names = 10_000
        /// Bytes of names and payloads as allocated. Default 256 MiB.
        package var bytes = 256 << 20

        package init() {}
    }

    private struct Entry {
        var hash: Int
        var name: [UInt8]
        /// The newest payload, and behind it what is left of longer ones.
        var room: [UInt8]
        var payloadCount: Int

        var bytes: Int { name.capacity + room.capacity }

        var payload: [UInt8] { Array(room[..<payloadCount]) }

        /// Holds nothing.
        init() { (hash, name, room, payloadCount) = (0, [], [], 0) }

        init(hash: Int, name: Span<UInt8>, payload: Span<UInt8>) {
            self.hash = hash
            self.name = Array(copying: name)
            room = Array(copying: payload)
            payloadCount = payload.count
        }
    }

    package internal(set) var limit: Limit
    /// Bytes of names and payloads, as allocated.
    package private(set) var bytes = 0
    private var entries: [Entry] = []
    /// Entries that hold nothing at present.
    private var unused: [Int32] = []
    /// Indices into `entries` by hash, linear probing, -1 is free. A power of two, at most half
    /// full.
    private var table = [Int32](repeating: -1, count: 16)
    /// Indices into `entries` by name, bytewise.
    private var order: [Int32] = []

    /// Of `hash`.
    private let keys = (start: random(), factor: random() | 1)

    package init(limit: Limit = Limit()) { self.limit = limit }

    package var count: Int { order.count }

    /// Keeps `payload` as the newest of `name`. False when a limit does not let it.
    @discardableResult
    package mutating func store(_ name: Span<UInt8>, _ payload: Span<UInt8>) -> Bool {
        let hash = hash(name)
        let slot = slot(of: name, hash: hash)
        if table[slot] >= 0 { return replace(Int(table[slot]), with: payload) }
        guard count < limit.names, bytes + name.count + payload.count <= limit.bytes else {
            return false
        }
        let entry = Entry(hash: hash, name: name, payload: payload)
        bytes += entry.bytes
        let position = firstPosition { Self.compare($0, name) >= 0 }
        let index: Int32
        if let reused = unused.popLast() {
            index = reused
            entries[Int(index)] = entry
        } else {
            index = Int32(entries.count)
            entries.append(entry)
        }
        order.insert(index, at: position)
        if order.count * 2 > table.count { rebuildTable() } else { table[slot] = index }
        return true
    }

    private mutating func replace(_ index: Int, with payload: Span<UInt8>) -> Bool {
        let before = entries[index].room.capacity
        guard bytes - before + payload.count <= limit.bytes else {
            let name = entries[index].name
            remove(name.span)
            return false
        }
        entries[index].room.overwrite(with: payload)
        entries[index].payloadCount = payload.count
        bytes += entries[index].room.capacity - before
        return true
    }

    /// The newest payload of a name, nil when there is none.
    package func payload(of name: Span<UInt8>) -> [UInt8]? {
        let index = table[slot(of: name, hash: hash(name))]
        return index >= 0 ? entries[Int(index)].payload : nil
    }

    /// Forgets a name. False when it was not there.
    @discardableResult
    package mutating func remove(_ name: Span<UInt8>) -> Bool {
        var hole = slot(of: name, hash: hash(name))
        let index = table[hole]
        guard index >= 0 else { return false }
        let position = firstPosition { Self.compare($0, name) >= 0 }
        order.remove(at: position)
        bytes -= entries[Int(index)].bytes
        entries[Int(index)] = Entry()
        unused.append(index)
        // Close the gap: move back whatever probed its way over it.
        let mask = table.count - 1
        var slot = (hole + 1) & mask
        while table[slot] >= 0 {
            let home = entries[Int(table[slot])].hash & mask
            if (slot &- home) & mask >= (slot &- hole) & mask {
                table[hole] = table[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        table[hole] = -1
        return true
    }

    // MARK: In the order of names

    package func name(at position: Int) -> [UInt8] { entries[Int(order[position])].name }

    package func payload(at position: Int) -> [UInt8] { entries[Int(order[position])].payload }

    /// The first position whose name is not before `name`; `count` when there is none.
    package func position(notBefore name: [UInt8]) -> Int {
        firstPosition { Self.compare($0, name.span) >= 0 }
    }

    /// The first position whose name comes after `name`.
    package func position(after name: [UInt8]) -> Int {
        firstPosition { Self.compare($0, name.span) > 0 }
    }

    /// Binary search for the first position that holds, given that all later ones do too.
    private func firstPosition(where holds: (Span<UInt8>) -> Bool) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            let name = name(at: middle)
            if holds(name.span) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    // MARK: By hash

    /// Where `name` is in the table, or the free slot where it would go.
    private func slot(of name: Span<UInt8>, hash: Int) -> Int {
        var slot = hash & (table.count - 1)
        while table[slot] >= 0 {
            let index = Int(table[slot])
            if entries[index].hash == hash {
                let candidate = entries[index].name
                if Self.compare(candidate.span, name) == 0 { break }
            }
            slot = (slot + 1) & (table.count - 1)
        }
        return slot
    }

    private mutating func rebuildTable() {
        table = [Int32](repeating: -1, count: table.count * 2)
        for index in order {
            var slot = entries[Int(index)].hash & (table.count - 1)
            while table[slot] >= 0 { slot = (slot + 1) & (table.count - 1) }
            table[slot] = index
        }
    }

    /// With keys of its own: names come from the network, and must not be able to be chosen so that
    /// they all collide. Nothing that is sent depends on it. Each eight bytes are multiplied by a
    /// key, and the halves of the product combined, as wyhash does; a fifth of what Swift's takes.
    private func hash(_ name: Span<UInt8>) -> Int {
        let bytes = unsafe name.bytes
        var hash = keys.start ^ UInt64(bytes.byteCount)
        var offset = 0
        while offset + 8 <= bytes.byteCount {
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            hash = mix(hash ^ word)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < name.count {
            rest = rest << 8 | UInt64(name[offset])
            offset += 1
        }
        return Int(truncatingIfNeeded: mix(hash ^ rest))
    }

    private static func random() -> UInt64 { .random(in: 0 ... .max) }

    private func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: keys.factor)
        return product.high ^ product.low
    }

    /// Below, equal to or above 0 as `a` comes before, is or comes after `b`, bytewise.
    private static func compare(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int {
        let common = min(a.count, b.count)
        if common > 0 {
            let order = unsafe a.withUnsafeBytes { a in
                unsafe b.withUnsafeBytes { b in
                    unsafe memcmp(a.baseAddress!, b.baseAddress!, common)
                }
            }
            if order != 0 { return Int(order) }
        }
        return a.count - b.count
    }
}

extension [UInt8] {
    init(copying bytes: Span<UInt8>) {
        self = []
        append(copying: bytes)
    }

    /// Begins with `bytes`, in the memory it has when that is enough. What was behind them stays.
    fileprivate mutating func overwrite(with bytes: Span<UInt8>) {
        guard bytes.count <= count else {
            removeAll(keepingCapacity: true)
            append(copying: bytes)
            return
        }
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe withUnsafeMutableBytes { unsafe $0.copyMemory(from: bytes) }
        }
    }

    private mutating func append(copying bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
