import Logging

extension LogLine {
    /// Text that stays on its line and cannot steer a terminal: control characters as escapes.
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { visible, scalar in
            if isControl(scalar) {
                visible += escape(scalar)
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
    }

    /// A value after `key=`: bare if it is one plain word, else in quotes.
    static func textValue(_ value: Logger.MetadataValue) -> String {
        let text = "\(value)"
        let isPlain =
            !text.isEmpty
            && !text.unicodeScalars.contains {
                isControl($0) || $0.properties.isWhitespace || $0 == "\"" || $0 == "="
            }
        return isPlain ? text : quoted(text)
    }

    /// A value of JSON; numbers and truths stay what they are.
    static func jsonValue(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): return quoted(text)
        case .array(let values): return "[\(values.map(jsonValue).joined(separator: ","))]"
        case .dictionary(let pairs):
            let members = pairs.sorted { $0.key < $1.key }
                .map { "\(quoted($0.key)):\(jsonValue($0.value))" }
            return "{\(members.joined(separator: ","))}"
        case .stringConvertible(let value):
            switch value {
            case let truth as Bool: return "\(truth)"
            case let integer as any BinaryInteger: return "\(integer)"
            case let number as Double where number.isFinite: return "\(number)"
            default: return quoted("\(value)")
            }
        }
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        let body = text.unicodeScalars.reduce(into: "") { body, scalar in
            if isControl(scalar) || scalar == "\"" || scalar == "\\" {
                body += escape(scalar)
            } else {
                body.unicodeScalars.append(scalar)
            }
        }
        return "\"\(body)\""
    }

    /// The C0 and C1 controls and the separators of lines and paragraphs.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }

    /// As in JSON.
    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            let hex = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
    }
}
