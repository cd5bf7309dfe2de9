extension Settings {
    /// A configuration file's name, as messages shall show it, and its text.
    package struct File: Sendable {
        package let name: String
        package let text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// Names of environment variables that are no settings and yet no mistake: the file's path,
    /// and those that Kubernetes adds for a service called foretide.
    package static let otherEnvironment = (
        names: ["FORETIDE_CONFIG", "FORETIDE_PORT"],
        prefixes: ["FORETIDE_PORT_", "FORETIDE_SERVICE_"]
    )

    /// The settings of all sources: the command line goes before the environment, that before the
    /// file, and that before the defaults.
    ///
    /// - Parameters:
    ///   - file: TOML with the keys of `sections` and [[streams]] tables, if there is one.
    ///   - environment: all variables; those that do not begin with `FORETIDE_` are not ours.
    ///   - commandLine: what followed each `--set`, such as `model.cell=none`.
    /// - Throws: every mistake in any of them, not only the first.
    package static func load(
        file: File? = nil, environment: [String: String] = [:], commandLine: [String] = []
    ) throws(InvalidSettings) -> Settings {
        var loader = SettingsLoader()
        if let file { loader.read(file) }
        loader.read(environment: environment)
        loader.read(commandLine: commandLine)
        return try loader.finish()
    }
}

/// Collects what the sources say, weakest source first, and every mistake.
struct SettingsLoader {
    private var settings = Settings()
    private var faults: [Origin.RankedFault] = []
    /// Who set a key last.
    private var origins: [String: Origin] = [:]
    /// Keys whose value was refused: what follows from them is not checked.
    private var refused: Set<String> = []
    /// Rules stand on the finished [model], so they wait for it.
    private var streams: Assignment?

    private static let rows = Settings.sections.flatMap(\.settings)
    private static let keys = rows.map(\.key) + [Settings.streamsKey]

    mutating func read(_ file: Settings.File) {
        let document: TOMLDocument
        do throws(TOMLDocument.Fault) {
            document = try TOMLDocument(file.text)
        } catch {
            let place = "\(file.name):\(error.line)"
            faults.append((0, error.line, SettingFault(place: place, problem: error.message)))
            return
        }
        guard case .table(let pairs) = document.root else { return }
        for (name, value) in pairs {
            let origin = Origin.file(name: file.name, document, [.key(name)])
            if name == Settings.streamsKey {
                assign(Assignment(key: name, candidates: [value], origin: origin))
            } else if Settings.sections.contains(where: { $0.name == name }) {
                readSection(name, value, origin)
            } else if case .table = value {
                let near = Suggestion.nearest(
                    to: name, in: Settings.sections.map(\.name) + [Settings.streamsKey])
                let hint = near.map { "; did you mean [\($0)]?" } ?? ""
                refuse(name, origin, "unknown section [\(name)]\(hint)")
            } else {
                assign(Assignment(key: name, candidates: [value], origin: origin))
            }
        }
    }

    private mutating func readSection(_ name: String, _ value: SettingValue, _ origin: Origin) {
        guard case .table(let pairs) = value else {
            return refuse(name, origin, "\(name) = \(value): expected a section, [\(name)]")
        }
        for (key, value) in pairs {
            assign(
                Assignment(
                    key: "\(name).\(key)", candidates: [value],
                    origin: origin.appending(.key(key))))
        }
    }

    mutating func read(environment: [String: String]) {
        let known = Self.keys.map { (key: $0, variable: Settings.environmentName(of: $0)) }
        let others = Settings.otherEnvironment
        for (name, text) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(Settings.environmentPrefix) {
            let origin = Origin.environment(name)
            if let key = known.first(where: { $0.variable == name })?.key {
                assign(Assignment(key: key, text: text, origin: origin))
            } else if !others.names.contains(name), !others.prefixes.contains(where: name.hasPrefix)
            {
                let near = Suggestion.nearestKey(to: Self.key(ofVariable: name), in: Self.keys)
                    .map(Settings.environmentName(of:))
                let hint = near.map { "; did you mean \($0)?" } ?? ""
                refuse(name, origin, "unknown environment variable\(hint)")
            }
        }
    }

    /// The key that a variable's name would be of: `FORETIDE_MODEL_HIDEN` gives `model.hiden`.
    private static func key(ofVariable name: String) -> String {
        let words = name.dropFirst(Settings.environmentPrefix.count).lowercased()
        return words.split(separator: "_", maxSplits: 1).joined(separator: ".")
    }

    mutating func read(commandLine: [String]) {
        for text in commandLine {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                refuse(text, .commandLine, "\(text): expected key=value, as in model.cell=none")
                continue
            }
            let value = String(text[text.index(after: equals)...])
            assign(Assignment(key: String(text[..<equals]), text: value, origin: .commandLine))
        }
    }

    private mutating func assign(_ assignment: Assignment) {
        let key = assignment.key
        origins[key] = assignment.origin
        if key == Settings.streamsKey {
            streams = assignment
        } else if let problem = assignment.store(in: &settings, by: Self.rows, as: key) {
            refuse(key, assignment.origin, problem)
        }
    }

    private mutating func refuse(_ key: String, _ origin: Origin?, _ problem: String) {
        refused.insert(key)
        faults.append((origin ?? .defaults).fault(problem))
    }
}

extension SettingsLoader {
    /// Resolves the rules, checks what no single row can see, and gives the settings or all faults.
    mutating func finish() throws(InvalidSettings) -> Settings {
        if let streams { resolve(streams) }
        for problem in settings.problems() where refused.isDisjoint(with: problem.keys) {
            // The value nearest to the person: one that was written, not a default.
            let key = problem.keys.first { origins[$0] != nil } ?? problem.keys[0]
            refuse(key, origins[key], problem.text)
        }
        guard faults.isEmpty else {
            let sorted = faults.enumerated().sorted { a, b in
                (a.element.rank, a.element.line, a.offset) < (
                    b.element.rank, b.element.line, b.offset
                )
            }
            throw InvalidSettings(faults: sorted.map(\.element.fault))
        }
        return settings
    }

    private mutating func resolve(_ streams: Assignment) {
        guard case .list(let rules) = streams.value else {
            return refuse(
                streams.key, streams.origin,
                "streams = \(streams.value): expected [[streams]] tables with match = \"...\"")
        }
        for (index, rule) in rules.enumerated() {
            let name = "streams[\(index)]"
            let origin = streams.origin.appending(.index(index))
            origins[name] = origin
            guard case .table(let pairs) = rule else {
                refuse(name, origin, "\(name) = \(rule): expected a table with match = \"...\"")
                continue
            }
            var resolved = StreamRule(match: "", model: settings.model)
            for (key, value) in pairs {
                let assignment = Assignment(
                    key: key, candidates: [value], origin: origin.appending(.key(key)))
                let fullName = "\(name).\(key)"
                origins[fullName] = assignment.origin
                if let problem = assignment.store(
                    in: &resolved, by: StreamRule.table, as: fullName)
                {
                    refuse(fullName, assignment.origin, problem)
                }
            }
            if !pairs.contains(where: { $0.key == "match" }) {
                refuse(
                    "\(name).match", origin,
                    "\(name): expected match = \"...\", the streams that the rule is for")
            }
            settings.streams.append(resolved)
        }
    }
}
