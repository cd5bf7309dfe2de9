/// 64-bit hashes, each as often as it was put in: open addressing with linear probing, at most half
/// full. 16 to 32 bytes for each.
struct HashBag: Sendable {
    /// 0 is free. The count is 0 or a power of two.
    private var slots: [UInt64] = []
    private(set) var count = 0

    func contains(_ hash: UInt64) -> Bool {
        count > 0 && slots[slot(of: Self.stored(hash))] != 0
    }

    mutating func insert(_ hash: UInt64) {
        if 2 * (count + 1) > slots.count { grow() }
        place(Self.stored(hash))
        count += 1
    }

    /// Takes it out once.
    mutating func remove(_ hash: UInt64) {
        guard contains(hash) else { return }
        let mask = slots.count - 1
        var hole = slot(of: Self.stored(hash))
        // Close the gap: move back whatever probed its way over it.
        var slot = (hole + 1) & mask
        while slots[slot] != 0 {
            if (slot &- home(slots[slot])) & mask >= (slot &- hole) & mask {
                slots[hole] = slots[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        slots[hole] = 0
        count -= 1
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: max(16, 2 * old.count))
        for hash in old where hash != 0 { place(hash) }
    }

    private mutating func place(_ hash: UInt64) {
        var slot = home(hash)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = hash
    }

    /// Where the hash is first, or would go.
    private func slot(of hash: UInt64) -> Int {
        var slot = home(hash)
        while slots[slot] != 0, slots[slot] != hash { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private func home(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: (hash &* 0x9e37_79b9_7f4a_7c15) >> 32) & (slots.count - 1)
    }

    /// 0 stands for a free slot; the name that has this hash shares it with another.
    private static func stored(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }
}
