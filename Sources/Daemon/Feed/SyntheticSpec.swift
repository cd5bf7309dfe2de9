import Series
import Settings

/// What stands after `--synthetic`: kinds of sensors with their parameters, comma by comma, as in
/// `sine:period=50,noise=0.3,streams=20` or `sine,square:period=30,walk`; `demo` is the six sensors
/// of `foretide demo`.
package struct SyntheticSpec {
    /// Why a text is no such list.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// Streams of one spec. Each costs some hundred bytes here, and a net in the daemon.
    static let maxStreams = 1_000_000
    private static let demonstrationName = "demo"

    private struct Group {
        var kind: String
        var parameters: [SyntheticSignal.Parameter: Double] = [:]
        var streams = 1
        var name: String?
    }

    private let groups: [Group]

    package init(_ text: String) throws(Fault) {
        var groups: [Group] = []
        for token in text.split(separator: ",", omittingEmptySubsequences: false) {
            var option = token
            if let colon = token.firstIndex(of: ":") {
                groups.append(Group(kind: try Self.kind(token[..<colon])))
                option = token[token.index(after: colon)...]
            } else if !token.contains("=") {
                groups.append(Group(kind: try Self.kind(token)))
                continue
            }
            guard let last = groups.indices.last else {
                throw Fault(
                    description: "\"\(option)\" comes before any kind: expected KIND:\(option)")
            }
            try Self.read(option, into: &groups[last])
        }
        self.groups = groups
        let count = groups.reduce(0) { $0 + $1.streams }
        guard count <= Self.maxStreams else {
            throw Fault(description: "\(count) streams: expected at most \(Self.maxStreams)")
        }
    }

    /// The sensors, in the order of the text. Names are unique.
    package func sensors(seed: UInt64) -> [SyntheticSensor] {
        var taken: Set<String> = []
        return groups.flatMap { group -> [SyntheticSensor] in
            guard let shape = SyntheticSignal.Shape(rawValue: group.kind) else {
                return SyntheticSensor.demonstration(seed: seed)
            }
            let digits = String(group.streams).count
            return (1...group.streams).map { number in
                let base = group.name ?? group.kind
                let name = group.streams == 1 ? base : base + "/" + Self.padded(number, digits)
                return SyntheticSensor(
                    name: Self.unused(name, &taken), summary: group.kind, shape: shape,
                    parameters: group.parameters, startsAnywhere: group.streams > 1, seed: seed)
            }
        }
    }

    private static func kind(_ text: Substring) throws(Fault) -> String {
        let kinds = SyntheticSignal.Shape.allCases.map(\.rawValue) + [demonstrationName]
        if kinds.contains(String(text)) { return String(text) }
        throw Fault(
            description: "unknown kind \"\(text)\"\(hint(text, kinds)): expected "
                + kinds.joined(separator: ", "))
    }

    private static func read(_ option: Substring, into group: inout Group) throws(Fault) {
        guard let equals = option.firstIndex(of: "=") else {
            throw Fault(description: "\"\(option)\": expected key=value, as in period=50")
        }
        let key = option[..<equals]
        let value = option[option.index(after: equals)...]
        let shape = SyntheticSignal.Shape(rawValue: group.kind)
        let defaults = shape.map(SyntheticSignal.defaults(of:)) ?? [:]
        if shape != nil, key == "streams" {
            guard let count = Int(value), (1...maxStreams).contains(count) else {
                throw Fault(
                    description: "streams=\(value): expected a whole number 1…\(maxStreams)")
            }
            group.streams = count
        } else if shape != nil, key == "name" {
            // Room for a number behind it.
            guard StreamName.fault(in: Array(value.utf8).span) == nil, value.utf8.count <= 240
            else { throw Fault(description: "name=\(value): expected 1 to 240 bytes of text") }
            group.name = String(value)
        } else if let parameter = SyntheticSignal.Parameter(rawValue: String(key)),
            defaults[parameter] != nil
        {
            group.parameters[parameter] = try number(value, for: parameter)
        } else {
            var keys = defaults.keys.map(\.rawValue).sorted()
            if shape != nil { keys += ["name", "streams"] }
            let expected = keys.isEmpty ? "none" : keys.joined(separator: ", ")
            throw Fault(
                description: "\(group.kind) has no \"\(key)\"\(hint(key, keys)): expected "
                    + expected)
        }
    }

    private static func number(
        _ text: Substring, for parameter: SyntheticSignal.Parameter
    ) throws(Fault) -> Double {
        let range: (contains: (Double) -> Bool, text: String) =
            switch parameter {
            case .period: ({ $0 >= 2 }, "a number of samples from 2")
            case .noise, .step, .burst: ({ $0 >= 0 }, "a number from 0")
            case .rate: ({ $0 >= 0 && $0 <= 1e6 }, "a number 0…1000000")
            case .amplitude, .offset, .drift: ({ _ in true }, "a number")
            }
        if let number = Double(text), number.isFinite, range.contains(number) { return number }
        throw Fault(description: "\(parameter.rawValue)=\(text): expected \(range.text)")
    }

    private static func hint(_ word: Substring, _ words: [String]) -> String {
        Suggestion.nearest(to: String(word), in: words).map { " (did you mean \($0)?)" } ?? ""
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: digits - text.count) + text
    }

    private static func unused(_ name: String, _ taken: inout Set<String>) -> String {
        var candidate = name
        var number = 1
        while !taken.insert(candidate).inserted {
            number += 1
            candidate = "\(name)_\(number)"
        }
        return candidate
    }
}
