import Transport

/// The file that says who may connect: a public key a line, then whatever tells whose it is.
///
/// `#` is a character of keys too, so that a line is a comment when its first word is no key.
enum AuthorizedKeys {
    /// 300,000 keys.
    private static let longest = 16 << 20

    /// Errors: 78 with a line for each mistake.
    static func read(_ path: String) throws(DaemonError) -> Set<CurveKey> {
        let bytes: [UInt8]
        do throws(DaemonError) { bytes = try FileContents.read(path, limit: longest) } catch {
            throw DaemonError(.configuration, lines: error.lines)
        }
        return try parse(String(decoding: bytes, as: UTF8.self), named: path)
    }

    static func parse(_ text: String, named name: String) throws(DaemonError) -> Set<CurveKey> {
        var keys: Set<CurveKey> = []
        var mistakes: [String] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            guard let word = line.split(whereSeparator: \.isWhitespace).first else { continue }
            if let key = CurveKey(word) {
                keys.insert(key)
            } else if !word.hasPrefix("#") {
                mistakes.append(
                    "\(name):\(index + 1): expected a public key of 40 characters, as"
                        + " `foretide keygen` prints it, then perhaps whose it is")
            }
        }
        guard mistakes.isEmpty else { throw DaemonError(.configuration, lines: mistakes) }
        return keys
    }
}
