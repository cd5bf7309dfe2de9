/// A JSON document as a value: for what is small and rare. Samples and forecasts go without.
package enum JSONValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    /// A whole number within 64 bits; a larger one is read as `real`.
    case integer(Int64)
    case real(Double)
    case string(String)
    /// Nanoseconds, written as seconds with every digit, as in the messages. Only written.
    case time(Int64)
    case array([JSONValue])
    /// In the order of the document. A reader takes the last of the same name.
    case object([Member])

    package struct Member: Equatable, Sendable {
        package var name: String
        package var value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Reads a whole document. Bare NaN and infinities are taken as null.
    package init(parsing bytes: Span<UInt8>) throws(WireError) {
        guard !bytes.isEmpty else { throw .empty }
        var parser = JSONParser()
        let document = try parser.parse(bytes)
        self = Self.value(of: document, at: 0)
    }

    private static func value(of document: borrowing Document, at index: Int) -> JSONValue {
        switch document[index] {
        case .null, .other, .time: return .null
        case .bool(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .real(let value): return .real(value)
        case .string(let range): return .string(text(document, range))
        case .array(let count, _):
            var values: [JSONValue] = []
            values.reserveCapacity(count)
            var next = index + 1
            for _ in 0..<count {
                values.append(value(of: document, at: next))
                next = document.end(of: next)
            }
            return .array(values)
        case .map(let count, _):
            var members: [Member] = []
            members.reserveCapacity(count)
            var next = index + 1
            for _ in 0..<count {
                guard case .string(let range) = document[next] else { return .null }
                let place = next + 1
                members.append(Member(text(document, range), value(of: document, at: place)))
                next = document.end(of: place)
            }
            return .object(members)
        }
    }

    private static func text(_ document: borrowing Document, _ range: Range<Int>) -> String {
        var bytes: [UInt8] = []
        bytes.append(document.string(range))
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONValue {
    /// The member of that name; nil when there is none, or when this is no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// Adds a member to an object.
    package mutating func append(_ name: String, _ value: JSONValue) {
        guard case .object(var members) = self else { preconditionFailure("not an object") }
        members.append(Member(name, value))
        self = .object(members)
    }

    package var string: String? { if case .string(let text) = self { text } else { nil } }

    package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

    package var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .real(let number): number
        case .time(let nanoseconds): Double(nanoseconds) / 1e9
        default: nil
        }
    }

    package var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }

    package var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

    package var members: [Member]? { if case .object(let members) = self { members } else { nil } }

    /// A number; what is not finite has no JSON but null.
    package static func number(_ value: Double?) -> JSONValue {
        value.map { $0.isFinite ? .real($0) : .null } ?? .null
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }

    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    package init(stringLiteral value: String) { self = .string(value) }

    package init(integerLiteral value: Int64) { self = .integer(value) }

    package init(booleanLiteral value: Bool) { self = .boolean(value) }

    package init(nilLiteral: ()) { self = .null }
}
