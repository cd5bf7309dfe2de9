import Evaluation

/// A value that can be written as JSON. Texts are our own: without quotes and control characters.
indirect enum JSONValue {
    case null
    case number(Double)
    case whole(Int)
    case text(String)
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    init(_ number: Double?) { self = number.map(JSONValue.number) ?? .null }

    /// In one line; numbers that are not finite as null.
    var text: String {
        switch self {
        case .null: "null"
        case .number(let value): value.isFinite ? NumberText.shortest(value) : "null"
        case .whole(let value): String(value)
        case .text(let value): "\"\(value)\""
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\"\($0.key)\":\($0.value.text)" }.joined(separator: ",") + "}"
        }
    }
}
