extension Rules {
    static let functionLimit = 60

    /// Functions with more lines than the limit, from the keyword to the last brace, by counting
    /// braces: close enough for a limit.
    static func functionLengths(_ file: SourceFile) -> [String] {
        guard file.isSwift else { return [] }
        let lines = file.codeLines
        return lines.indices.compactMap { start in
            guard
                let name = functionName(lines[start]),
                let end = lastLine(ofBodyIn: lines, from: start), end - start >= functionLimit
            else { return nil }
            let count = end - start + 1
            return file.fault(
                line: start + 1, "\(name) has \(count) lines, at most \(functionLimit)")
        }
    }

    /// The name of the function that the line begins, if it begins one.
    private static func functionName(_ line: Substring) -> Substring? {
        let words = line.split(separator: " ")
        if let keyword = words.firstIndex(of: "func"), keyword + 1 < words.count {
            return words[keyword + 1].prefix { $0 != "(" && $0 != "<" }
        }
        // A call, `A.init(` or `= init(`, does not follow modifiers only.
        let first = words.first { !modifiers.contains($0) && $0.first != "@" } ?? ""
        let name = first.prefix(while: \.isLetter)
        return ["init", "deinit", "subscript"].contains(name) ? name : nil
    }

    private static let modifiers: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private", "static", "mutating",
        "convenience", "required", "override", "consuming", "borrowing", "nonisolated",
    ]

    /// Where the body ends whose head begins in the line; nothing for a head without a body.
    private static func lastLine(ofBodyIn lines: [Substring], from start: Int) -> Int? {
        var depth = 0
        for index in start..<lines.count {
            if index > start, depth == 0, endsHead(lines[index]) { return nil }
            for byte in lines[index].utf8 {
                if byte == UInt8(ascii: "{") { depth += 1 }
                if byte == UInt8(ascii: "}") {
                    depth -= 1
                    if depth <= 0 { return index }
                }
            }
        }
        return nil
    }

    /// Whether the line is the next declaration, or the end of the type: a requirement of a
    /// protocol has no body.
    private static func endsHead(_ line: Substring) -> Bool {
        let words = line.split(separator: " ")
        let first = words.first { !modifiers.contains($0) && $0.first != "@" } ?? ""
        return first.first == "}"
            || ["func", "var", "let", "case", "struct", "enum", "associatedtype"].contains(first)
            || first.hasPrefix("init(")
    }
}
