/// Finds a stream's index by the bytes of its name: a hash table with open addressing and linear
/// probing, at most half full. Nothing is allocated to look a name up.
package struct StreamTable: Sendable {
    /// 0 for an empty slot, else an index + 1. The count is a power of two.
    private var slots: [UInt32]
    /// By index: UTF-8 and FNV-1a of it. The name of a free index is empty.
    package private(set) var names: [[UInt8]] = []
    private var hashes: [UInt64] = []
    /// Indices whose names were removed; the last one is given out next.
    private var free: [UInt32] = []

    package init() { slots = [UInt32](repeating: 0, count: 16) }

    /// Names in the table.
    package var count: Int { names.count - free.count }

    package func index(of name: Span<UInt8>, hash: UInt64) -> Int? {
        var slot = firstSlot(hash)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if hashes[index] == hash, name.equals(names[index]) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

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
            slots = [UInt32](repeating: 0, count: 2 * slots.count)
            for index in names.indices { place(index) }
        } else {
            place(names.count - 1)
        }
        return names.count - 1
    }

    /// Takes the name at an index out of the table.
    package mutating func remove(at index: Int) {
        let mask = slots.count - 1
        var hole = firstSlot(hashes[index])
        while slots[hole] != UInt32(index + 1) { hole = (hole + 1) & mask }
        // Close the gap: move back whatever probed its way over it.
        var slot = (hole + 1) & mask
        while slots[slot] != 0 {
            let home = firstSlot(hashes[Int(slots[slot]) - 1])
            if (slot &- home) & mask >= (slot &- hole) & mask {
                slots[hole] = slots[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        slots[hole] = 0
        names[index] = []
        free.append(UInt32(index))
    }

    private mutating func place(_ index: Int) {
        var slot = firstSlot(hashes[index])
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(index + 1)
    }

    /// The hash's upper bits, multiplied once more: names that differ in their last byte only have
    /// FNV-1a hashes that are close together.
    private func firstSlot(_ hash: UInt64) -> Int {
        let mixed = hash &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: mixed >> 32) & (slots.count - 1)
    }
}
