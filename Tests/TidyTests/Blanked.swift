/// Swift code of the same shape, line by line, in which comments, string literals and extended
/// regular expressions are spaces. Code inside `\(…)` stays.
func blanked(_ text: String) -> String {
    var scanner = BlankingScanner(bytes: Array(text.utf8))
    return String(decoding: scanner.scan(), as: UTF8.self)
}

/// Follows what is code and what is not: a stack, because a string can hold code with strings.
private struct BlankingScanner {
    private enum Context {
        /// Code, with the parentheses open in it.
        case code(depth: Int)
        /// A string with so many `#` around its quotes.
        case string(hashes: Int, quotes: Int)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var stack = [Context.code(depth: 0)]
    private var output: [UInt8] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func scan() -> [UInt8] {
        while position < bytes.count {
            switch stack[stack.count - 1] {
            case .code(let depth): scanCode(depth)
            case .string(let hashes, let quotes): scanString(hashes, quotes)
            }
        }
        return output
    }

    private mutating func scanCode(_ depth: Int) {
        let hashes = count(of: "#", from: position)
        if starts("//") {
            while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { blank(1) }
        } else if starts("/*") {
            blankComment()
        } else if hashes > 0, starts("/", at: position + hashes) {
            blank(hashes + 1)
            let end = "/" + String(repeating: "#", count: hashes)
            while position < bytes.count, !starts(end) { blank(1) }
            blank(end.count)
        } else if starts("\"", at: position + hashes) {
            let quotes = count(of: "\"", from: position + hashes) >= 3 ? 3 : 1
            blank(hashes + quotes)
            stack.append(.string(hashes: hashes, quotes: quotes))
        } else if starts(")"), depth == 0, stack.count > 1 {
            blank(1)
            stack.removeLast()
        } else {
            let change = starts("(") ? 1 : starts(")") ? -1 : 0
            stack[stack.count - 1] = .code(depth: depth + change)
            output.append(bytes[position])
            position += 1
        }
    }

    private mutating func scanString(_ hashes: Int, _ quotes: Int) {
        let marks = String(repeating: "#", count: hashes)
        if starts("\\" + marks + "(") {
            blank(hashes + 2)
            stack.append(.code(depth: 0))
        } else if starts("\\" + marks) {
            blank(hashes + 2)
        } else if starts(String(repeating: "\"", count: quotes) + marks) {
            blank(quotes + hashes)
            stack.removeLast()
        } else {
            blank(1)
        }
    }

    private mutating func blankComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                blank(2)
            } else if starts("*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && position < bytes.count
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where position < bytes.count {
            output.append(starts("\n") ? UInt8(ascii: "\n") : UInt8(ascii: " "))
            position += 1
        }
    }

    private func starts(_ text: String, at start: Int? = nil) -> Bool {
        bytes[(start ?? position)...].starts(with: text.utf8)
    }

    private func count(of character: Unicode.Scalar, from start: Int) -> Int {
        bytes[start...].prefix { $0 == UInt8(ascii: character) }.count
    }
}
