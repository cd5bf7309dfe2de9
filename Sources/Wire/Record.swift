/// Where the known keys of one object are: the indexes of their values' tokens.
///
/// Of several aliases of one key the first of its list counts, whatever their order in the object;
/// of a key given twice, the last.
struct Record {
    /// stream, name, n, sensor, id, topic.
    private(set) var name: Int?
    /// ts, t, time, timestamp.
    private(set) var time: Int?
    /// value, v, y.
    private(set) var value: Int?
    private(set) var values: Int?
    private(set) var samples: Int?
    private(set) var inputs: Int?
    private(set) var start: Int?
    private(set) var step: Int?
    /// SenML's bn, bt and bv.
    private(set) var baseName: Int?
    private(set) var baseTime: Int?
    private(set) var baseValue: Int?
    /// Has a key that only SenML has.
    private(set) var isSenML = false

    private var nameRank = Int.max
    private var timeRank = Int.max
    private var valueRank = Int.max

    /// - Parameter map: the index of a map's token.
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

    private mutating func note(_ key: Key, at index: Int) {
        switch key {
        case .name(let rank) where rank <= nameRank: (name, nameRank) = (index, rank)
        case .time(let rank) where rank <= timeRank: (time, timeRank) = (index, rank)
        case .value(let rank) where rank <= valueRank: (value, valueRank) = (index, rank)
        case .name, .time, .value: break
        case .values: values = index
        case .samples: samples = index
        case .inputs: inputs = index
        case .start: start = index
        case .step: step = index
        case .baseName: (baseName, isSenML) = (index, true)
        case .baseTime: (baseTime, isSenML) = (index, true)
        case .baseValue: (baseValue, isSenML) = (index, true)
        case .senML: isSenML = true
        }
    }
}

/// A key that means something to us, with its rank among its aliases.
private enum Key {
    case name(Int), time(Int), value(Int)
    case values, samples, inputs, start, step, baseName, baseTime, baseValue
    /// bu, bs, bver, u, vs, vb, vd, ut: of SenML, and of no use here.
    case senML

    /// By length first, so that a key is compared with a word or two only.
    init?(_ key: Span<UInt8>) {
        switch key.count {
        case 1: self.init(letter: key[0])
        case 2: self.init(pair: key)
        case 4 where key.isEqual(to: "name"): self = .name(1)
        case 4 where key.isEqual(to: "time"): self = .time(2)
        case 4 where key.isEqual(to: "bver"): self = .senML
        case 5 where key.isEqual(to: "value"): self = .value(0)
        case 5 where key.isEqual(to: "topic"): self = .name(5)
        case 6 where key.isEqual(to: "stream"): self = .name(0)
        case 6 where key.isEqual(to: "sensor"): self = .name(3)
        case 6 where key.isEqual(to: "values"): self = .values
        case 6 where key.isEqual(to: "inputs"): self = .inputs
        case 7 where key.isEqual(to: "samples"): self = .samples
        case 9 where key.isEqual(to: "timestamp"): self = .time(3)
        default: return nil
        }
    }

    private init?(letter: UInt8) {
        switch letter {
        case UInt8(ascii: "n"): self = .name(2)
        case UInt8(ascii: "t"): self = .time(1)
        case UInt8(ascii: "v"): self = .value(1)
        case UInt8(ascii: "y"): self = .value(2)
        case UInt8(ascii: "u"): self = .senML
        default: return nil
        }
    }

    private init?(pair key: Span<UInt8>) {
        switch (Unicode.Scalar(key[0]), Unicode.Scalar(key[1])) {
        case ("t", "s"): self = .time(0)
        case ("i", "d"): self = .name(4)
        case ("t", "0"): self = .start
        case ("d", "t"): self = .step
        case ("b", "n"): self = .baseName
        case ("b", "t"): self = .baseTime
        case ("b", "v"): self = .baseValue
        case ("b", "u"), ("b", "s"), ("u", "t"), ("v", "s"), ("v", "b"), ("v", "d"): self = .senML
        default: return nil
        }
    }
}
