import Kernels

/// Finds a stream's index by the bytes of its name: a hash table with open addressing and linear
/// probing, at most half full. Nothing is allocated to look a name up.
package struct StreamTable: Sendable {
    /// A name's index, and the part of its hash that does not say where it is.
    private struct Slot {
        /// 0 for an empty slot, else an index + 1.
        var number: UInt32 = 0
        var tag: UInt32 = 0

        var index: Int { Int(number) - 1 }
    }

    /// The count is a power of two.
    private var slots: [Slot]
    /// By index: UTF-8 and FNV-1a of it. The name of a free index is empty.
    package private(set) var names: [[UInt8]] = []
    private var hashes: [UInt64] = []
    /// Bytes that most names do not exceed.
    private static let commonLength = 64
    /// Indices whose names were removed; the last one is given out next.
    private var free: [UInt32] = []

    package init() { slots = [Slot](repeating: Slot(), count: 16) }

    /// Names in the table.
    package var count: Int { names.count - free.count }

    package func index(of name: Span<UInt8>, hash: UInt64) -> Int? {
        let (first, tag) = Self.parts(hash)
        var slot = first & (slots.count - 1)
        while slots[slot].number != 0 {
            if slots[slot].tag == tag, name.equals(names[slots[slot].index]) {
                return slots[slot].index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The index of a name of that hash; which name it is does not matter, and is not read.
    package func candidate(hash: UInt64) -> Int? {
        let (first, tag) = Self.parts(hash)
        var slot = first & (slots.count - 1)
        while slots[slot].number != 0 {
            if slots[slot].tag == tag { return slots[slot].index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// `candidate` is about to be asked for.
    func prefetch(hash: UInt64) {
        let slot = Self.parts(hash).first & (slots.count - 1)
        prefetchNow(slots, slot..<slot + 1)
    }

    /// The name at an index is about to be read: first where it is, then itself.
    func prefetchName(at index: Int) { prefetchNow(names, index..<index + 1) }
    func prefetchBytes(at index: Int) { prefetchNow(names[index], 0..<Self.commonLength) }

    /// Gives a new name an index: that of a name that was removed, else the next one. The name is
    /// not in the table.
    package mutating func insert(_ name: [UInt8], hash: UInt64) -> Int {
        if let index = free.popLast().map(Int.init) {
            (names[index], hashes[index]) = (name, hash)
            place(index)
            return index
        }
        names.append(name)
        hashes.append(hash)
        if 2 * names.count > slots.count {
            slots = [Slot](repeating: Slot(), count: 2 * slots.count)
            for index in names.indices { place(index) }
        } else {
            place(names.count - 1)
        }
        return names.count - 1
    }

    /// Takes the name at an index out of the table.
    package mutating func remove(at index: Int) {
        let mask = slots.count - 1
        var hole = Self.parts(hashes[index]).first & mask
        while slots[hole].index != index { hole = (hole + 1) & mask }
        // Close the gap: move back whatever probed its way over it.
        var slot = (hole + 1) & mask
        while slots[slot].number != 0 {
            let home = Self.parts(hashes[slots[slot].index]).first
            if (slot &- home) & mask >= (slot &- hole) & mask {
                slots[hole] = slots[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        slots[hole] = Slot()
        names[index] = []
        free.append(UInt32(index))
    }

    private mutating func place(_ index: Int) {
        let (first, tag) = Self.parts(hashes[index])
        var slot = first & (slots.count - 1)
        while slots[slot].number != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Slot(number: UInt32(index + 1), tag: tag)
    }

    /// Where to look first, modulo the count, and the tag: the halves of the hash, multiplied once
    /// more, since names that differ in their last byte only have FNV-1a hashes that are close
    /// together.
    private static func parts(_ hash: UInt64) -> (first: Int, tag: UInt32) {
        let mixed = hash &* 0x9e37_79b9_7f4a_7c15
        return (Int(truncatingIfNeeded: mixed >> 32), UInt32(truncatingIfNeeded: mixed))
    }
}
