import Series
import Settings
import Testing

/// The faults of settings that must not load, one text each.
func faults(
    _ file: String? = nil, environment: [String: String] = [:], commandLine: [String] = []
) -> [String] {
    do throws(InvalidSettings) {
        _ = try Settings.load(
            file: file.map { Settings.File(name: "foretide.toml", text: $0) },
            environment: environment, commandLine: commandLine)
        return []
    } catch {
        return error.faults.map(\.description)
    }
}

func load(
    _ file: String? = nil, environment: [String: String] = [:], commandLine: [String] = []
) throws -> Settings {
    try Settings.load(
        file: file.map { Settings.File(name: "foretide.toml", text: $0) },
        environment: environment, commandLine: commandLine)
}

@Suite("Loading settings")
struct LoadTests {
    @Test("nothing given means the defaults")
    func nothing() throws {
        #expect(try load() == Settings())
        #expect(try load("") == Settings())
        #expect(try load("\u{FEFF}# only a comment\r\n[input]\r\n") == Settings())
    }

    @Test("the defaults are those of the design")
    func defaults() {
        let settings = Settings()
        #expect(settings.input.bind == ["tcp://127.0.0.1:5555"])
        #expect(settings.input.pullBind == ["tcp://127.0.0.1:5557"])
        #expect(settings.output.bind == ["tcp://127.0.0.1:5556"])
        #expect(settings.input.subscribe == [""])
        #expect(settings.output.slowSubscriber == .drop)
        #expect(settings.model.cell == .gru)
        #expect(settings.model.hidden == 24)
        #expect(settings.model.window == 16)
        #expect(settings.model.stride == 2)
        #expect(settings.limits.messageBytes == 1 << 20)
        #expect(settings.engine.seed == 1)
        #expect(!settings.security.insecure)
    }

    @Test("every kind of value is read from a file")
    func file() throws {
        let settings = try load(
            """
            [input]
            bind = [
              "tcp://127.0.0.1:7001",  # a comment
              "ipc:///run/foretide/in",
            ]
            connect = ["tcp://plant.example:5555", "tcp://[fe80::1]:1"]
            format = 'msgpack'
            high_water_mark = 1_000
            [output]
            last_value_cache = false
            slow_subscriber = "block"
            [model]
            cell = "lstm_peephole"
            learning_rate = 1e-3
            clip_norm = 2
            [limits]
            message_bytes = "64KiB"
            [engine]
            seed = 0x10
            """)
        #expect(settings.input.bind == ["tcp://127.0.0.1:7001", "ipc:///run/foretide/in"])
        #expect(settings.input.connect == ["tcp://plant.example:5555", "tcp://[fe80::1]:1"])
        #expect(settings.input.format == .msgpack)
        #expect(settings.input.highWaterMark == 1000)
        #expect(!settings.output.lastValueCache)
        #expect(settings.output.slowSubscriber == .block)
        #expect(settings.model.cell == .lstmPeephole)
        #expect(settings.model.learningRate == 0.001)
        #expect(settings.model.clipNorm == 2)
        #expect(settings.limits.messageBytes == 65_536)
        #expect(settings.engine.seed == 16)
    }

    @Test("the command line goes before the environment, that before the file")
    func precedence() throws {
        let file = "[model]\nhidden = 1\nwindow = 31\nstride = 11"
        let environment = ["FORETIDE_MODEL_HIDDEN": "2", "FORETIDE_MODEL_WINDOW": "32"]
        let settings = try load(
            file, environment: environment,
            commandLine: ["model.hidden=3", "model.hidden=4"])
        #expect(settings.model.hidden == 4)
        #expect(settings.model.window == 32)
        #expect(settings.model.stride == 11)
        #expect(settings.model.level == 0.9)
    }

    @Test("a value of the command line is TOML, and what is not TOML is text")
    func commandLine() throws {
        let settings = try load(commandLine: [
            "model.cell=none", "model.optimizer=\"sgd\"", "model.dropout=0.25",
            #"input.bind=["tcp://127.0.0.1:7555", "ipc://@foretide"]"#,
            "input.connect=tcp://a:1,tcp://b:2", "output.last_value_cache=false",
            "limits.message_bytes=2MiB", "input.subscribe=5", "log.level=debug",
        ])
        #expect(settings.model.cell == .none)
        #expect(settings.model.optimizer == .sgd)
        #expect(settings.model.dropout == 0.25)
        #expect(settings.input.bind == ["tcp://127.0.0.1:7555", "ipc://@foretide"])
        #expect(settings.input.connect == ["tcp://a:1", "tcp://b:2"])
        #expect(!settings.output.lastValueCache)
        #expect(settings.limits.messageBytes == 2 << 20)
        #expect(settings.input.subscribe == ["5"])
        #expect(settings.log.level == .debug)
    }

    @Test("environment variables hold single values, lists between commas, and TOML")
    func environment() throws {
        let settings = try load(environment: [
            "FORETIDE_INPUT_PULL_BIND": "[]",
            "FORETIDE_INPUT_CONNECT": "tcp://a:1,tcp://b:2",
            "FORETIDE_INPUT_SUBSCRIBE": #"["plant/", "a,b"]"#,
            "FORETIDE_LOG_FORMAT": "json",
            "FORETIDE_SECURITY_INSECURE": "true",
            "FORETIDE_STREAMS": #"[{match = "a", hidden = 3}]"#,
            "FORETIDE_CONFIG": "/etc/foretide.toml",
            "FORETIDE_SERVICE_HOST": "10.0.0.1",
            "FORETIDE_PORT": "tcp://10.0.0.1:5555",
            "FORETIDE_PORT_5555_TCP_ADDR": "10.0.0.1",
            "PATH": "/bin",
        ])
        #expect(settings.input.pullBind == [])
        #expect(settings.input.connect == ["tcp://a:1", "tcp://b:2"])
        #expect(settings.input.subscribe == ["plant/", "a,b"])
        #expect(settings.log.format == .json)
        #expect(settings.security.insecure)
        #expect(settings.streams.map(\.match) == ["a"])
        #expect(settings.streams.map(\.model.hidden) == [3])
    }

    @Test("an empty subscription in the environment takes all topics")
    func emptySubscription() throws {
        #expect(try load(environment: ["FORETIDE_INPUT_SUBSCRIBE": ""]).input.subscribe == [""])
    }

    @Test("each rule stands on the finished [model], whatever its source and order")
    func rules() throws {
        let settings = try load(
            """
            [[streams]]
            match = "plant/*"
            hidden = 8
            [[streams]]
            match = "*/temp"
            cell = "none"
            [model]
            hidden = 10
            window = 20
            """,
            environment: ["FORETIDE_MODEL_WINDOW": "30"], commandLine: ["model.level=0.8"])
        let rules = settings.modelRules
        try #require(rules.count == 3)
        #expect(rules.map(\.match) == ["plant/*", "*/temp", "*"])
        #expect(rules.map(\.model.hidden) == [8, 10, 10])
        #expect(rules.map(\.model.window) == [30, 30, 30])
        #expect(rules.map(\.model.level) == [0.8, 0.8, 0.8])
        #expect(rules.map(\.model.cell) == [.gru, .none, .gru])
        #expect(rules[2].model == settings.model)
    }

    @Test("rules of the command line replace those of the file")
    func rulesAreReplaced() throws {
        let file = "[[streams]]\nmatch = \"a\"\n[[streams]]\nmatch = \"b\""
        let settings = try load(file, commandLine: [#"streams=[{match="c", stride=1}]"#])
        #expect(settings.streams.map(\.match) == ["c"])
        #expect(try load(file, commandLine: ["streams=[]"]).streams.isEmpty)
    }

    @Test("a rule has the range of real values, which is none unless it is set")
    func dataRange() throws {
        let rules = try load(
            """
            [[streams]]
            match = "a"
            data_range = [0, 150.5]
            [[streams]]
            match = "b"
            data_range = []
            """
        ).modelRules
        #expect(rules.map(\.dataRange) == [0...150.5, nil, nil])
        for range in ["[1]", "[1, 1]", "[2, 1]", "[0, 1, 2]", "[0, inf]", "[nan, 1]", "5"] {
            #expect(throws: InvalidSettings.self, "\(range)") {
                try load("[[streams]]\nmatch = \"a\"\ndata_range = \(range)")
            }
        }
    }
}
