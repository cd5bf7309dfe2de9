/// A value as a person wrote it, before a setting has said what it should be.
package enum SettingValue: Sendable, Equatable {
    case text(String)
    /// Text without quotes, on the command line or in the environment.
    case word(String)
    case integer(Int)
    case decimal(Double)
    case boolean(Bool)
    case list([SettingValue])
    /// Keys in alphabetical order.
    case table([(key: String, value: SettingValue)])
    /// A TOML date or time: no setting is one.
    case date(String)

    package static func == (a: Self, b: Self) -> Bool {
        switch (a, b) {
        case (.text(let a), .text(let b)), (.word(let a), .word(let b)),
            (.date(let a), .date(let b)):
            a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.decimal(let a), .decimal(let b)): a == b
        case (.boolean(let a), .boolean(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.table(let a), .table(let b)): a.elementsEqual(b) { $0 == $1 }
        default: false
        }
    }

    /// The value if it is text, quoted or not.
    var string: String? {
        switch self {
        case .text(let text), .word(let text): text
        default: nil
        }
    }
}

extension SettingValue: CustomStringConvertible {
    /// The value as TOML text on one line.
    package var description: String {
        switch self {
        case .text(let text), .word(let text): Self.quoted(text)
        case .integer(let value): "\(value)"
        case .decimal(let value): "\(value)"
        case .boolean(let value): "\(value)"
        case .date(let text): text
        case .list(let values): "[\(values.map(\.description).joined(separator: ", "))]"
        case .table(let pairs):
            "{\(pairs.map { "\($0.key) = \($0.value)" }.joined(separator: ", "))}"
        }
    }

    /// A TOML basic string.
    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
