import Settings
import Testing

@Suite("Mistakes in settings")
struct FaultTests {
    @Test(
        "each wrong value is named with its line, itself and what was expected",
        arguments: [
            ("model.hidden", "\"abc\"", "expected an integer 1…512"),
            ("model.hidden", "0", "expected an integer 1…512"),
            ("model.hidden", "513", "expected an integer 1…512"),
            ("model.hidden", "24.0", "expected an integer 1…512"),
            ("model.hidden", "[24]", "expected an integer 1…512"),
            ("model.hidden", "{a = 1}", "expected an integer 1…512"),
            ("model.hidden", "2024-01-31", "expected an integer 1…512"),
            ("model.learning_rate", "0", "expected a number 1e-07…1"),
            ("model.learning_rate", "nan", "expected a number 1e-07…1"),
            ("model.clip_norm", "inf", "expected a number 0…1000000"),
            ("model.dropout", "true", "expected a number 0…0.9"),
            ("model.level", "1.0", "expected a number 0.5…0.999"),
            (
                "model.cell", "\"grru\"",
                "expected one of none, elman, gru, lstm, lstm_peephole; did you mean \"gru\"?"
            ),
            (
                "model.cell", "\"transformer\"",
                "expected one of none, elman, gru, lstm, lstm_peephole"
            ),
            (
                "model.experts", "[\"full\", \"arr8\"]",
                "\"arr8\": expected one of persistence, ar2, ar8, recurrent, full, arx; did you "
                    + "mean \"ar8\"?"
            ),
            ("model.experts", "[]", "expected a list of at least 1"),
            ("model.loss", "\"huber\"", "expected one of squared, absolute"),
            ("model.period", "1", "expected \"auto\" or an integer 2…4000"),
            ("model.period", "24.5", "expected \"auto\" or an integer 2…4000"),
            ("model.period", "\"day\"", "expected \"auto\" or an integer 2…4000"),
            ("model.optimizer", "1", "expected one of sgd, momentum, rmsprop, adam"),
            ("security.insecure", "\"yes\"", "expected true or false"),
            (
                "security.curve_server_key", "\"abc\"",
                "expected a key of 40 characters, as `foretide keygen` prints it"
            ),
            (
                "security.curve_server_key", "\"\(String(repeating: "~", count: 40))\"",
                "expected a key of 40 characters, as `foretide keygen` prints it"
            ),
            ("engine.seed", "-1", "expected an integer 0…9223372036854775807"),
            (
                "limits.message_bytes", "\"1 MiBs\"",
                "expected a size 1KiB…1GiB, as in \"512KiB\", \"1MiB\" or \"2GiB\""
            ),
            (
                "limits.message_bytes", "1023",
                "expected a size 1KiB…1GiB, as in \"512KiB\", \"1MiB\" or \"2GiB\""
            ),
            (
                "input.bind", "\"tcp://127.0.0.1:1\"",
                "expected a list, as in [\"tcp://127.0.0.1:1\"]"
            ),
            ("input.subscribe", "[]", "expected a list of at least 1"),
            ("input.subscribe", "[1]", "1: expected text of 0…255 bytes"),
            (
                "log.level", "\"warn\"",
                "expected one of trace, debug, info, notice, warning, error, critical"
            ),
        ])
    func value(key: String, value: String, expected: String) {
        let parts = key.split(separator: ".")
        let file = "# a comment\n[\(parts[0])]\n\n\(parts[1]) = \(value)\n"
        #expect(faults(file) == ["foretide.toml:4: \(key) = \(value): \(expected)"])
    }

    @Test("the source of a wrong value is named")
    func sources() {
        let environment = ["FORETIDE_MODEL_HIDDEN": "abc"]
        #expect(
            faults(environment: environment) == [
                "FORETIDE_MODEL_HIDDEN: model.hidden = \"abc\": expected an integer 1…512"
            ])
        #expect(
            faults(commandLine: ["model.hidden=1.5"]) == [
                "--set: model.hidden = 1.5: expected an integer 1…512"
            ])
        #expect(
            faults(commandLine: ["model.hidden", "=3"]) == [
                "--set: model.hidden: expected key=value, as in model.cell=none",
                "--set: =3: expected key=value, as in model.cell=none",
            ])
        #expect(
            faults(commandLine: ["model.hidden=1\nmodel.window=2"]) == [
                "--set: model.hidden = \"1\\nmodel.window=2\": expected an integer 1…512"
            ])
    }

    @Test("unknown keys, sections and variables come with the nearest known one")
    func unknown() {
        #expect(
            faults("[model]\nhiden = 1") == [
                "foretide.toml:2: unknown setting model.hiden; did you mean model.hidden?"
            ])
        #expect(
            faults("[input]\nhidden = 1") == [
                "foretide.toml:2: unknown setting input.hidden; did you mean model.hidden?"
            ])
        #expect(
            faults("seed = 1") == [
                "foretide.toml:1: unknown setting seed; did you mean engine.seed?"
            ])
        #expect(
            faults("[model]\nzzzzzz = 1") == ["foretide.toml:2: unknown setting model.zzzzzz"])
        #expect(
            faults("\n[modle]\nhidden = 1\nwindow = 2") == [
                "foretide.toml:2: unknown section [modle]; did you mean [model]?"
            ])
        #expect(faults("[kitchen]\nx = 1") == ["foretide.toml:1: unknown section [kitchen]"])
        #expect(
            faults("model = 3") == [
                "foretide.toml:1: model = 3: expected a section, [model]"
            ])
        #expect(
            faults(environment: ["FORETIDE_MODEL_HIDEN": "1", "FORETIDE_WINDOW": "3"]) == [
                "FORETIDE_MODEL_HIDEN: unknown environment variable;"
                    + " did you mean FORETIDE_MODEL_HIDDEN?",
                "FORETIDE_WINDOW: unknown environment variable;"
                    + " did you mean FORETIDE_MODEL_WINDOW?",
            ])
        #expect(
            faults(environment: ["FORETIDE_": "1"])
                == ["FORETIDE_: unknown environment variable"])
        #expect(
            faults(commandLine: ["model.momentum=2"])
                == ["--set: unknown setting model.momentum"])
    }

    @Test("all mistakes of all sources are listed: the file's by line, then the others")
    func all() {
        let file = """
            [output]
            format = "xml"

            [model]
            windw = 3
            hidden = "abc"
            [[streams]]
            match = "a"
            stride = 0
            [input]
            bind = ["tcp://127.0.0.1"]
            """
        #expect(
            faults(
                file, environment: ["FORETIDE_LOG_LEVEL": "loud"], commandLine: ["engine.seed=x"])
                == [
                    "foretide.toml:2: output.format = \"xml\": expected one of json, msgpack,"
                        + " binary",
                    "foretide.toml:5: unknown setting model.windw; did you mean model.window?",
                    "foretide.toml:6: model.hidden = \"abc\": expected an integer 1…512",
                    "foretide.toml:9: streams[0].stride = 0: expected an integer 1…1024",
                    "foretide.toml:11: input.bind = [\"tcp://127.0.0.1\"]: \"tcp://127.0.0.1\":"
                        + " expected a host and a port, as in \"tcp://127.0.0.1:5555\"",
                    "FORETIDE_LOG_LEVEL: log.level = \"loud\": expected one of trace, debug, info,"
                        + " notice, warning, error, critical",
                    "--set: engine.seed = \"x\": expected an integer 0…9223372036854775807",
                ])
    }

    @Test("a text that is not TOML is named with its line, and the other sources still are read")
    func syntax() throws {
        let messages = faults("[model]\nhidden = \n", commandLine: ["engine.seed=x"])
        try #require(messages.count == 2)
        #expect(messages[0].hasPrefix("foretide.toml:2: "))
        #expect(messages[1].hasPrefix("--set: engine.seed"))
        #expect(faults("[model]\nhidden = 1\nhidden = 2")[0].hasPrefix("foretide.toml:3: "))
        #expect(
            faults("a = \"\\u0000\"") == ["foretide.toml:1: NUL characters are not allowed"])
        #expect(faults("a = 1\u{0}") == ["foretide.toml:1: NUL characters are not allowed"])
    }

    @Test("rules of streams are checked like [model]")
    func rules() {
        #expect(
            faults("[[streams]]\nhidden = 3") == [
                "foretide.toml:1: streams[0]: expected match = \"...\", the streams that the rule"
                    + " is for"
            ])
        #expect(
            faults("[[streams]]\nmatch = \"\"") == [
                "foretide.toml:2: streams[0].match = \"\": expected a stream name of 1…255 bytes"
                    + " in which * stands for any characters"
            ])
        #expect(
            faults("[[streams]]\nmatch = \"a\"\n[[streams]]\nmatch = \"b\"\nhiden = 3") == [
                "foretide.toml:5: unknown setting streams[1].hiden; did you mean hidden?"
            ])
        #expect(
            faults("[streams]\nmatch = \"a\"") == [
                "foretide.toml:1: streams = {match = \"a\"}: expected [[streams]] tables with"
                    + " match = \"...\""
            ])
        #expect(
            faults(commandLine: ["streams=[1]"]) == [
                "--set: streams[0] = 1: expected a table with match = \"...\""
            ])
    }

    @Test("the line is that of the key, through comments, lists, strings and dotted keys")
    func lines() {
        let file = """
            # hidden = 0
            input.bind = [
              "tcp://127.0.0.1:1", # ]
              "x",
            ]

            model = { window = 0, hidden = 24 }
            log."level" = "x"
            engine.seed = \"\"\"
              [model]
              hidden = 1
              \"\"\"
            [output]

            connect = [

              "y" ]
            """
        let places = faults(file).map { $0.prefix(while: { $0 != " " }) }
        #expect(
            places == [2, 7, 8, 9, 15].map { "foretide.toml:\($0):" }, "\(faults(file))")
        let windows = file.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\r\n")
        #expect(faults(windows).map { $0.prefix(while: { $0 != " " }) } == places)
    }

    @Test("in a long file with a thousand rules the right lines are named")
    func longFile() {
        let rules = (0..<1000).map {
            "[[streams]]\nmatch = \"\($0)\"\nhidden = \($0 == 10 || $0 == 998 ? 0 : 1)\n"
        }
        #expect(
            faults(rules.joined()) == [
                "foretide.toml:33: streams[10].hidden = 0: expected an integer 1…512",
                "foretide.toml:2997: streams[998].hidden = 0: expected an integer 1…512",
            ])
    }
}
