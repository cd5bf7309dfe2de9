/// One `key = value` of any source, still unchecked.
struct Assignment: Sendable {
    let key: String
    /// The value; then, if it came as plain text, that text as a word: `5` may be a topic.
    let candidates: [SettingValue]
    let origin: Origin

    var value: SettingValue { candidates[0] }
}

extension Assignment {
    /// Text of the command line or the environment: a TOML value, or else a bare word.
    init(key: String, text: String, origin: Origin) {
        self.key = key
        self.origin = origin
        let value = TOMLDocument.value(text)
        // A list in TOML is never a word too: [] would be the list of one text, "[]".
        let isList = value != nil && text.first == "["
        candidates = (value.map { [$0] } ?? []) + (isList ? [] : [.word(text)])
    }

    /// Puts the value into its place, or says why not.
    /// - Parameter name: the key in the message; for a rule of [[streams]] it says which one.
    func store<Root>(
        in root: inout Root, by rows: [Setting<Root>], as name: String
    ) -> String? {
        guard let row = rows.first(where: { $0.key == key }) else {
            let near = Suggestion.nearestKey(to: key, in: rows.map(\.key))
            return "unknown setting \(name)\(near.map { "; did you mean \($0)?" } ?? "")"
        }
        var refusal = ""
        for candidate in candidates {
            do throws(Refusal) {
                try row.assign(candidate, &root)
                return nil
            } catch {
                if refusal.isEmpty { refusal = error.message }
            }
        }
        return "\(name) = \(value): \(refusal)"
    }
}

/// Where an assignment was written.
enum Origin: Sendable {
    case file(name: String, TOMLDocument, [TOMLDocument.Step])
    case environment(String)
    case commandLine
    /// Nobody wrote it.
    case defaults

    /// The origin of something inside the value.
    func appending(_ step: TOMLDocument.Step) -> Origin {
        guard case .file(let name, let document, let path) = self else { return self }
        return .file(name: name, document, path + [step])
    }

    /// A fault and its place in the list of faults.
    typealias RankedFault = (rank: Int, line: Int, fault: SettingFault)

    func fault(_ problem: String) -> RankedFault {
        switch self {
        case .file(let name, let document, let path):
            let line = document.line(of: path)
            return (0, line, SettingFault(place: "\(name):\(line)", problem: problem))
        case .environment(let name):
            return (1, 0, SettingFault(place: name, problem: problem))
        case .commandLine:
            return (2, 0, SettingFault(place: "--set", problem: problem))
        case .defaults:
            return (3, 0, SettingFault(place: "default", problem: problem))
        }
    }
}
