import TestSupport
import Testing
import Transport

extension LastValueCache {
    fileprivate mutating func keep(_ name: String, _ payload: [UInt8]) -> Bool {
        let name = Array(name.utf8)
        return store(name.span, payload.span)
    }

    fileprivate var contents: [[[UInt8]]] {
        (0..<count).map { [name(at: $0), payload(at: $0)] }
    }
}

@Suite("LastValueCache, PrefixSet")
struct LastValueCacheTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func limit(names: Int, bytes: Int = 1 << 30) -> LastValueCache.Limit {
        var limit = LastValueCache.Limit()
        limit.names = names
        limit.bytes = bytes
        return limit
    }

    @Test("the newest payload wins and names stay in order")
    func newest() {
        var cache = LastValueCache()
        for (name, payload) in [("s2", "a"), ("s1", "b"), ("", "c"), ("s10", "d"), ("s2", "e")] {
            let isStored = cache.keep(name, bytes(payload))
            #expect(isStored)
        }
        let expected = [["", "c"], ["s1", "b"], ["s10", "d"], ["s2", "e"]]
        #expect(cache.contents == expected.map { $0.map(bytes) })
        let positions = [
            cache.position(notBefore: bytes("s1")), cache.position(after: bytes("s1")),
            cache.position(notBefore: bytes("s11")), cache.position(after: bytes("s2")),
        ]
        #expect(positions == [1, 2, 3, 4])
    }

    @Test("any sequence of stores and removals leaves what a dictionary would hold")
    func againstDictionary() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        var cache = LastValueCache(limit: limit(names: 300))
        var model: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<20_000 {
            let name = bytes("s\(Int.random(in: 0..<400, using: &generator))")
            if Int.random(in: 0..<3, using: &generator) == 0 {
                let wasThere = cache.remove(name.span)
                try #require(wasThere == (model.removeValue(forKey: name) != nil))
            } else {
                let count = Int.random(in: 0..<60, using: &generator)
                let payload = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                let isStored = cache.store(name.span, payload.span)
                try #require(isStored == (model[name] != nil || model.count < 300))
                if isStored { model[name] = payload }
            }
            try #require(cache.count == model.count)
        }
        let names = model.keys.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(cache.contents == names.map { [$0, model[$0]!] })
        for name in model.keys { cache.remove(name.span) }
        #expect(cache.bytes == 0)
    }

    @Test("a payload that does not fit is not kept, nor is the older one of its name")
    func byteLimit() {
        var cache = LastValueCache(limit: limit(names: 10, bytes: 1000))
        let small = [UInt8](repeating: 1, count: 100)
        let large = [UInt8](repeating: 2, count: 2000)
        let first = cache.keep("s1", small)
        #expect(first && cache.bytes >= 102 && cache.bytes <= 1000)
        let second = cache.keep("s1", large)
        #expect(!second && cache.count == 0 && cache.bytes == 0)
        let third = cache.keep("s1", large)
        let fourth = cache.keep("s1", small)
        #expect(!third && fourth)
    }

    @Test("prefixes that others cover are merged, in any order of arrival")
    func prefixSet() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        for _ in 0..<500 {
            var set = PrefixSet(limit: 1000)
            var all: [[UInt8]] = []
            for _ in 0..<20 {
                let count = Int.random(in: 1..<6, using: &generator)
                let prefix = (0..<count).map { _ in UInt8.random(in: 97...99, using: &generator) }
                let isCovered = all.contains { prefix.starts(with: $0) }
                let isNew = set.insert(prefix)
                try #require(isNew == !isCovered)
                all.append(prefix)
            }
            let minimal = Set(all).filter { one in
                !all.contains { $0 != one && one.starts(with: $0) }
            }
            try #require(
                set.prefixes == minimal.sorted { $0.lexicographicallyPrecedes($1) })
        }
    }

    @Test("too many prefixes become the one that covers everything")
    func prefixLimit() {
        var set = PrefixSet(limit: 3)
        let inserted = ["a", "b", "c"].map { set.insert(bytes($0)) }
        #expect(inserted == [true, true, true] && set.prefixes.count == 3)
        let fourth = set.insert(bytes("d"))
        #expect(fourth && set.prefixes == [[]])
        let fifth = set.insert(bytes("e"))
        #expect(!fifth)
    }
}
