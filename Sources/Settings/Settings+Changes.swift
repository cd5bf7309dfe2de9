/// A setting that differs between two configurations.
package struct SettingChange: Sendable, Equatable {
    package let key: String
    /// As TOML text; for [[streams]] what became of the rules in words.
    package let old: String
    package let new: String
    /// Whether a running daemon can take it over.
    package let isReloadable: Bool

    package init(key: String, old: String, new: String, isReloadable: Bool) {
        self.key = key
        self.old = old
        self.new = new
        self.isReloadable = isReloadable
    }
}

extension Settings {
    /// What differs, in the order of the table; [[streams]] as one.
    package static func changes(from old: Settings, to new: Settings) -> [SettingChange] {
        var changes: [SettingChange] = []
        for row in sections.flatMap(\.settings) {
            let (before, after) = (row.text(old), row.text(new))
            if before == after { continue }
            changes.append(
                SettingChange(
                    key: row.key, old: before, new: after, isReloadable: row.isReloadable))
        }
        if old.streams != new.streams {
            changes.append(
                SettingChange(
                    key: streamsKey, old: text(old.streams), new: text(new.streams),
                    isReloadable: true))
        }
        return changes
    }

    private static func text(_ rules: [StreamRule]) -> String {
        rules.count == 1 ? "1 rule" : "\(rules.count) rules"
    }

    /// These settings with what a running daemon can take over from `new`.
    ///
    /// Each of them is valid; together they may not be, since the others stay as they were.
    package func reloaded(from new: Settings) throws(InvalidSettings) -> Settings {
        var settings = self
        for row in Self.sections.flatMap(\.settings) where row.isReloadable {
            row.copy(new, &settings)
        }
        settings.streams = new.streams
        let problems = settings.problems()
        guard problems.isEmpty else {
            throw InvalidSettings(
                faults: problems.map {
                    SettingFault(
                        place: "with the settings that need a restart", problem: $0.text)
                })
        }
        return settings
    }
}
