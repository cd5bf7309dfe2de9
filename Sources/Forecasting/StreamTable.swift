/// Finds a stream's index by the bytes of its name: a hash table with open addressing and linear
/// probing, at most half full. Nothing is allocated to look a name up.
package struct StreamTable: Sendable {
    /// 0 for an empty slot, else an index + 1. The count is a power of two.
    private var slots: [UInt32]
    /// By index: UTF-8 and FNV-1a of it.
    package private(set) var names: [[UInt8]] = []
    private var hashes: [UInt64] = []

    package init() { slots = [UInt32](repeating: 0, count: 16) }

    package var count: Int { names.count }

    package func index(of name: Span<UInt8>, hash: UInt64) -> Int? {
        var slot = firstSlot(hash)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if hashes[index] == hash, name.equals(names[index]) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Gives a new name the next index. The name is not in the table.
    package mutating func insert(_ name: [UInt8], hash: UInt64) -> Int {
        names.append(name)
        hashes.append(hash)
        if 2 * count > slots.count {
            slots = [UInt32](repeating: 0, count: 2 * slots.count)
            for index in names.indices { place(index) }
        } else {
            place(count - 1)
        }
        return count - 1
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
