/// SplitMix64 (Steele, Lea and Flood 2014): a stream's own source of randomness.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// The generator of one channel of one stream: what it draws depends on nothing else.
    package init(engineSeed: UInt64, nameHash: UInt64, channel: Int) {
        var mixer = SeededGenerator(seed: engineSeed)
        mixer.state = mixer.next() ^ nameHash
        mixer.state = mixer.next() ^ UInt64(channel)
        state = mixer.next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
