extension Settings {
    /// The configuration file that `foretide config` writes: every setting, commented out, with
    /// its meaning, range, default and environment variable. Lines of text begin with `# `, those
    /// to be uncommented with `#` and the key.
    package static var defaultConfiguration: String {
        let defaults = Settings()
        var text = """
            # Settings of foretide, each with its default. To change one, remove the # before it.
            # Precedence: --set key=value, environment, this file, default.

            """
        for section in sections {
            text += "\n# \(section.doc)\n[\(section.name)]\n"
            for setting in section.settings {
                let kind = [setting.kind, setting.unit.map { "in \($0)" }].compactMap(\.self)
                text += """

                    \(wrapped(setting.doc))
                    # \(kind.joined(separator: " ")) (\(setting.environmentName))
                    #\(setting.name) = \(setting.text(defaults))

                    """
            }
        }
        let example = streamsExample.split(separator: "\n").map { "#     \($0)\n" }.joined()
        return text + "\n\(wrapped(streamsDoc))\n\(example)"
    }

    /// The page docs/settings.md.
    package static var referencePage: String {
        let defaults = Settings()
        var text = """
            # Settings

            This page is made from the table in `Sources/Settings`; change it there, then run
            `UPDATE_DOCS=1 swift test --filter SettingsTests`.

            A setting can be given in four ways; an earlier one goes before a later one:

            1. on the command line: `--set model.cell=none`,
               `--set 'input.bind=["tcp://127.0.0.1:7555"]'`. The value is TOML; what is not TOML is
               text. A list may be written `a,b`.
            2. in the environment: `FORETIDE_MODEL_CELL=none`, values as on the command line.
               A variable `FORETIDE_...` that is no setting is an error, except `FORETIDE_CONFIG`
               and what Kubernetes adds for a service called foretide (`FORETIDE_SERVICE_...`,
               `FORETIDE_PORT...`).
            3. in the configuration file (TOML). `foretide config` prints one with all defaults.
            4. the default.

            `foretide check FILE` names every mistake with its line and what was expected. *Reload*
            marks what a running daemon takes over after `foretide ctl reload` or SIGHUP, as it does
            [[streams]]; the other settings need a restart ([control.md](control.md)).

            """
        for section in sections {
            text += """

                ## [\(section.name)]

                \(section.doc)

                | setting | type and range | unit | default | reload | meaning |
                |---|---|---|---|---|---|

                """
            for setting in section.settings {
                let cells = [
                    "`\(setting.key)`", setting.kind, setting.unit ?? "",
                    "`\(setting.text(defaults))`", setting.isReloadable ? "yes" : "no", setting.doc,
                ]
                text += "| \(cells.joined(separator: " | ")) |\n"
            }
        }
        return text + "\n## [[streams]]\n\n\(streamsDoc)\n\n```toml\n\(streamsExample)```\n"
    }

    private static let streamsDoc =
        "Streams that differ from [model]: match is a stream's name, in which * stands for any"
        + " characters; every key of [model] may follow, and data_range = [lowest, highest]: a"
        + " value outside cannot be real and is taken as missing. The first rule that matches wins."

    /// Valid as it stands; a test reads it.
    static let streamsExample = """
        [[streams]]
        match = "plant/*"
        cell = "lstm"
        window = 32
        data_range = [-40, 150]

        """

    /// Comment lines of at most 100 columns.
    private static func wrapped(_ text: String) -> String {
        var lines = ["#"]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + 1 + word.count > 100 { lines.append("#") }
            lines[lines.count - 1] += " " + word
        }
        return lines.joined(separator: "\n")
    }
}

extension Setting {
    /// The key inside its section.
    package var name: Substring { key.split(separator: ".").last ?? "" }
}
