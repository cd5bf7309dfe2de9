/// Why a value cannot be what a setting needs, as the end of a sentence to the person who wrote it.
package struct Refusal: Error, Equatable {
    package let message: String

    package init(message: String) {
        self.message = message
    }
}

/// How a value of one type is written in TOML, in which range, and how it is read back.
package struct Codec<Value: Sendable>: Sendable {
    /// What the value is, such as `integer 1…512`.
    package let kind: String
    package let decode: @Sendable (SettingValue) throws(Refusal) -> Value
    package let encode: @Sendable (Value) -> String
}

extension Codec {
    /// A codec of one shape only: `decode` gives nothing for any other value.
    init(
        _ kind: String, expected: String, decode: @escaping @Sendable (SettingValue) -> Value?,
        encode: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            kind: kind,
            decode: { value throws(Refusal) in
                guard let decoded = decode(value) else {
                    throw Refusal(message: "expected \(expected)")
                }
                return decoded
            },
            encode: encode)
    }
}

extension Codec where Value: FixedWidthInteger {
    static func integer(_ range: ClosedRange<Value>) -> Self {
        let kind = "integer \(range.lowerBound)…\(range.upperBound)"
        return Codec(
            kind, expected: "an \(kind)",
            decode: { value in
                guard case .integer(let integer) = value, let exact = Value(exactly: integer)
                else { return nil }
                return range.contains(exact) ? exact : nil
            },
            encode: { "\($0)" })
    }
}

extension Codec<Double> {
    /// A whole number may be written without a point. NaN is in no range.
    static func number(_ range: ClosedRange<Double>) -> Self {
        let kind = "number \(short(range.lowerBound))…\(short(range.upperBound))"
        return Codec(
            kind, expected: "a \(kind)",
            decode: { value in
                let number: Double
                switch value {
                case .integer(let integer): number = Double(integer)
                case .decimal(let decimal): number = decimal
                default: return nil
                }
                return range.contains(number) ? number : nil
            },
            encode: { "\($0)" })
    }

    private static func short(_ bound: Double) -> String {
        Int(exactly: bound).map { "\($0)" } ?? "\(bound)"
    }
}

extension Codec<ClosedRange<Double>?> {
    /// Two numbers, the lower first; an empty list is no range.
    static var bounds: Self {
        Codec(
            "list: lowest, highest", expected: "[lowest, highest] or []",
            decode: { value in
                guard case .list(let list) = value else { return nil }
                if list.isEmpty { return .some(nil) }
                let bounds = list.compactMap { item -> Double? in
                    switch item {
                    case .integer(let integer): Double(integer)
                    case .decimal(let decimal) where decimal.isFinite: decimal
                    default: nil
                    }
                }
                guard list.count == 2, bounds.count == 2, bounds[0] < bounds[1] else { return nil }
                return bounds[0]...bounds[1]
            },
            encode: { range in range.map { "[\($0.lowerBound), \($0.upperBound)]" } ?? "[]" })
    }
}

extension Codec<Bool> {
    static var boolean: Self {
        Codec(
            "true or false", expected: "true or false",
            decode: { if case .boolean(let value) = $0 { value } else { nil } },
            encode: { "\($0)" })
    }
}

extension Codec<String> {
    /// Text of so many bytes (UTF-8).
    static func text(_ bytes: ClosedRange<Int>) -> Self {
        Codec(
            "text", expected: "text of \(bytes.lowerBound)…\(bytes.upperBound) bytes",
            decode: { value in value.string.flatMap { bytes.contains($0.utf8.count) ? $0 : nil } },
            encode: SettingValue.quoted)
    }

    /// A pattern of stream names.
    static var pattern: Self {
        let expected = "a stream name of 1…255 bytes in which * stands for any characters"
        return Codec(
            "pattern", expected: expected,
            decode: { value in
                guard let text = value.string, (1...255).contains(text.utf8.count) else {
                    return nil
                }
                return text.utf8.contains { $0 < 0x20 || $0 == 0x7F } ? nil : text
            },
            encode: SettingValue.quoted)
    }
}

extension Codec<String> {
    /// A key of CURVE, or nothing.
    static var curveKey: Self {
        let digits = Set(
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
                .utf8)
        return Codec(
            "key of 40 characters (Z85)",
            expected: "a key of 40 characters, as `foretide keygen` prints it",
            decode: { value in
                guard let text = value.string else { return nil }
                let isKey = text.utf8.count == 40 && text.utf8.allSatisfy(digits.contains)
                return isKey || text.isEmpty ? text : nil
            },
            encode: SettingValue.quoted)
    }
}

extension Codec where Value: RawRepresentable<String> & CaseIterable {
    /// One of the type's words.
    static func choice() -> Self {
        let words = Value.allCases.map(\.rawValue)
        let expected = "one of \(words.joined(separator: ", "))"
        return Codec(
            kind: expected,
            decode: { value throws(Refusal) in
                if let choice = value.string.flatMap(Value.init(rawValue:)) { return choice }
                let near = value.string.flatMap { Suggestion.nearest(to: $0, in: words) }
                let hint = near.map { "; did you mean \"\($0)\"?" } ?? ""
                throw Refusal(message: "expected \(expected)\(hint)")
            },
            encode: { SettingValue.quoted($0.rawValue) })
    }
}

extension Codec {
    /// A list; as a bare word on the command line or in the environment, items between commas.
    static func list<Item: Sendable>(of item: Codec<Item>, atLeast least: Int = 0) -> Self
    where Value == [Item] {
        let size = least == 0 ? "" : " of at least \(least)"
        return Codec(
            kind: "list\(size): \(item.kind)",
            decode: { value throws(Refusal) in
                let values: [SettingValue]
                switch value {
                case .list(let list): values = list
                case .word(let word):
                    values = word.split(separator: ",", omittingEmptySubsequences: false)
                        .map { .word(String($0)) }
                default: throw Refusal(message: "expected a list, as in [\(value)]")
                }
                guard values.count >= least else {
                    throw Refusal(message: "expected a list\(size)")
                }
                var items: [Item] = []
                for value in values {
                    do throws(Refusal) {
                        items.append(try item.decode(value))
                    } catch {
                        throw Refusal(message: "\(value): \(error.message)")
                    }
                }
                return items
            },
            encode: { "[\($0.map(item.encode).joined(separator: ", "))]" })
    }
}
