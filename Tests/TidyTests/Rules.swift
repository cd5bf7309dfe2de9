/// The rules that the compiler does not know: each gives the faults of one file.
enum Rules {
    static let lineLimit = 100
    static let fileLimit = 400

    /// Files that may hold `@unchecked Sendable`, each with the invariant in a comment.
    static let uncheckedSendableFiles: Set<String> = []

    /// A word that code must not contain, where, and why.
    private struct BannedWord: Sendable {
        let word: String
        let why: String
        var isBanned: @Sendable (SourceFile) -> Bool = { _ in true }
    }

    private static let bannedWords = [
        BannedWord(word: "try!", why: "a failure of the world is a typed error"),
        BannedWord(word: "fatalError(", why: "a bug is a precondition, the world a typed error"),
        BannedWord(
            word: "@unchecked Sendable", why: "let the compiler see it, or list the file",
            isBanned: { !uncheckedSendableFiles.contains($0.path) }),
        BannedWord(
            word: "print(", why: "only the program writes to stdout; log instead",
            isBanned: { $0.isInSources && $0.target != "foretide" }),
    ]

    /// What the deterministic core must not name: clocks, threads, unseeded randomness.
    private static let impureWords = [
        "ContinuousClock", "SuspendingClock", "clock_gettime", "SystemRandomNumberGenerator",
        "Task {", "await ", "shuffled()", "randomElement()",
    ]

    /// Comments count too: an open end belongs into an issue.
    private static let openEndWords = ["TODO", "FIXME"]

    /// Beginnings of paths that exist on one machine only.
    private static let machinePathWords = ["/work/", "/root/", "/opt/swift", "/home/", "/tmp/h/"]

    static func imports(_ file: SourceFile) -> [String] {
        guard file.isInSources || file.isExample, file.isSwift, let module = file.target
        else { return [] }
        guard let row = ImportTable.allowed.first(where: { $0.module == module }) else {
            return [file.fault("the module \(module) has no row in the import table")]
        }
        return file.codeLines.enumerated().compactMap { index, line in
            let words = line.split { $0 == " " || $0 == "." }
            guard
                let keyword = words.firstIndex(of: "import"),
                words[..<keyword].allSatisfy({ importModifiers.contains($0) || $0.first == "@" }),
                let name = words[(keyword + 1)...].first(where: { !importKinds.contains($0) }),
                !row.imports.contains(String(name))
            else { return nil }
            return file.fault(line: index + 1, "\(module) may not import \(name)")
        }
    }

    private static let importModifiers: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private",
    ]
    private static let importKinds: Set<Substring> = [
        "struct", "class", "enum", "func", "var", "let", "protocol", "typealias",
    ]

    static func words(_ file: SourceFile) -> [String] {
        guard file.isSwift else { return [] }
        return bannedWords.filter { $0.isBanned(file) }.flatMap { banned in
            lines(with: banned.word, in: file.code)
                .map { file.fault(line: $0, "\(banned.word) is not used: \(banned.why)") }
        }
    }

    static func purity(_ file: SourceFile) -> [String] {
        guard file.isInSources, file.isSwift, ImportTable.core.contains(String(file.target ?? ""))
        else { return [] }
        let named = impureWords.flatMap { word in
            lines(with: word, in: file.code)
                .map { file.fault(line: $0, "\(word) has no place in the pure core") }
        }
        // Without a generator of its own, `random(in:)` takes the system's.
        let codeLines = file.codeLines
        let unseeded = lines(with: "random(", in: file.code)
            .filter { !codeLines[$0 - 1].contains("using") }
            .map { file.fault(line: $0, "random without using: has no place in the pure core") }
        return named + unseeded
    }

    static func openEnds(_ file: SourceFile) -> [String] {
        openEndWords.flatMap { word in
            lines(with: word, in: file.text)
                .map { file.fault(line: $0, "\(word): open an issue instead") }
        }
    }

    static func machinePaths(_ file: SourceFile) -> [String] {
        machinePathWords.flatMap { path in
            lines(with: path, in: file.text)
                .map { file.fault(line: $0, "\(path) exists on one machine only") }
        }
    }

    static func lineLengths(_ file: SourceFile) -> [String] {
        file.lines.enumerated().compactMap { index, line in
            guard line.utf8.count > lineLimit, line.count > lineLimit else { return nil }
            return file.fault(line: index + 1, "\(line.count) columns, at most \(lineLimit)")
        }
    }

    static func fileLengths(_ file: SourceFile) -> [String] {
        if file.text.allSatisfy(\.isWhitespace) { return [file.fault("an empty file")] }
        let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
        return count <= fileLimit ? [] : [file.fault("\(count) lines, at most \(fileLimit)")]
    }

    /// The lines, counted from 1, in which the word stands and is not the end of a longer one.
    private static func lines(with word: String, in text: String) -> [Int] {
        let bytes = Array(text.utf8)
        let word = Array(word.utf8)
        var lines: [Int] = []
        var line = 1
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            guard
                bytes[index] == word[0], lines.last != line,
                bytes[index...].starts(with: word),
                index == 0 || !isWordByte(bytes[index - 1])
            else { continue }
            lines.append(line)
        }
        return lines
    }

    /// Letters, digits and what joins them into names of code and of files.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "~"), 0x80...:
            true
        default: false
        }
    }
}
