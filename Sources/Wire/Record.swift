/// Where the known keys of one object are: the indexes of their values' tokens.
///
/// Of several aliases of one key the first of its list counts, whatever their order in the object;
/// of a key given twice, the last.
struct Record {
    private var places = InlineArray<11, Int>(repeating: -1)
    /// Of the keys that were found.
    private var ranks = InlineArray<11, UInt8>(repeating: .max)
    /// Has a key that only SenML has.
    private(set) var isSenML = false

    var name: Int? { self[.name] }
    var time: Int? { self[.time] }
    var value: Int? { self[.value] }
    var values: Int? { self[.values] }
    var samples: Int? { self[.samples] }
    var inputs: Int? { self[.inputs] }
    var start: Int? { self[.start] }
    var step: Int? { self[.step] }
    var baseName: Int? { self[.baseName] }
    var baseTime: Int? { self[.baseTime] }
    var baseValue: Int? { self[.baseValue] }

    /// - Parameter map: the index of a map's token.
    @inline(__always)
    init(_ document: borrowing Document, map: Int) {
        guard case .map(let count, _) = document[map] else { return }
        var index = map + 1
        for _ in 0..<count {
            let value = document.end(of: index)
            if case .string(let range) = document[index],
                let key = Key(document.string(range))
            {
                note(key, at: value)
            }
            index = document.end(of: value)
        }
    }

    private subscript(field: Key.Field) -> Int? {
        let place = places[field.rawValue]
        return place >= 0 ? place : nil
    }

    private mutating func note(_ key: Key, at index: Int) {
        if key.field >= .baseName { isSenML = true }
        guard key.field != .senML, key.rank <= ranks[key.field.rawValue] else { return }
        (places[key.field.rawValue], ranks[key.field.rawValue]) = (index, key.rank)
    }
}

/// A key that means something to us, with its rank among its aliases.
private struct Key {
    enum Field: Int {
        /// stream, name, n, sensor, id, topic.
        case name
        /// ts, t, time, timestamp.
        case time
        /// value, v, y.
        case value
        case values, samples, inputs, start, step
        /// SenML's bn, bt and bv.
        case baseName, baseTime, baseValue
        /// bu, bs, bver, u, vs, vb, vd, ut: of SenML, and of no use here.
        case senML

        @inline(__always)
        static func >= (a: Field, b: Field) -> Bool { a.rawValue >= b.rawValue }
    }

    let field: Field
    let rank: UInt8

    private init(_ field: Field, _ rank: UInt8 = 0) {
        self.field = field
        self.rank = rank
    }

    /// By length first, so that a key is compared with a word or two only.
    init?(_ key: Span<UInt8>) {
        switch key.count {
        case 1: self.init(letter: key[0])
        case 2: self.init(pair: key)
        case 4 where key.isEqual(to: "name"): self.init(.name, 1)
        case 4 where key.isEqual(to: "time"): self.init(.time, 2)
        case 4 where key.isEqual(to: "bver"): self.init(.senML)
        case 5 where key.isEqual(to: "value"): self.init(.value)
        case 5 where key.isEqual(to: "topic"): self.init(.name, 5)
        case 6 where key.isEqual(to: "stream"): self.init(.name)
        case 6 where key.isEqual(to: "sensor"): self.init(.name, 3)
        case 6 where key.isEqual(to: "values"): self.init(.values)
        case 6 where key.isEqual(to: "inputs"): self.init(.inputs)
        case 7 where key.isEqual(to: "samples"): self.init(.samples)
        case 9 where key.isEqual(to: "timestamp"): self.init(.time, 3)
        default: return nil
        }
    }

    private init?(letter: UInt8) {
        switch letter {
        case UInt8(ascii: "n"): self.init(.name, 2)
        case UInt8(ascii: "t"): self.init(.time, 1)
        case UInt8(ascii: "v"): self.init(.value, 1)
        case UInt8(ascii: "y"): self.init(.value, 2)
        case UInt8(ascii: "u"): self.init(.senML)
        default: return nil
        }
    }

    private init?(pair key: Span<UInt8>) {
        switch (Unicode.Scalar(key[0]), Unicode.Scalar(key[1])) {
        case ("t", "s"): self.init(.time)
        case ("i", "d"): self.init(.name, 4)
        case ("t", "0"): self.init(.start)
        case ("d", "t"): self.init(.step)
        case ("b", "n"): self.init(.baseName)
        case ("b", "t"): self.init(.baseTime)
        case ("b", "v"): self.init(.baseValue)
        case ("b", "u"), ("b", "s"), ("u", "t"), ("v", "s"), ("v", "b"), ("v", "d"):
            self.init(.senML)
        default: return nil
        }
    }
}
