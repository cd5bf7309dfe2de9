package import Series

/// Everything a person can set, as plain values; the initial values here are the defaults.
///
/// `Settings.sections` describes every one of them (key, type, unit, range, meaning); `load` fills
/// them from a file, the environment and the command line. A new setting is one property here and
/// one row there.
package struct Settings: Sendable, Equatable {
    package var input = Input()
    package var output = Output()
    package var model = Model()
    /// Streams that differ from `model`, in the order they are tried: the first match wins.
    package var streams: [StreamRule] = []
    package var state = State()
    package var limits = Limits()
    package var engine = Engine()
    package var control = Control()
    package var security = Security()
    package var log = Log()

    package init() {}

    /// Which model a stream gets: the first rule whose pattern matches; the last one matches all.
    package var modelRules: [StreamRule] { streams + [StreamRule(match: "*", model: model)] }
}

extension Settings {
    /// Where samples come from.
    package struct Input: Sendable, Equatable {
        package var bind = ["tcp://127.0.0.1:5555"]
        package var connect: [String] = []
        package var pullBind = ["tcp://127.0.0.1:5557"]
        package var subscribe = [""]
        package var format = InputFormat.auto
        /// Messages queued per peer.
        package var highWaterMark = 100_000
        /// How late a sample may be to be put in order; zero holds none back.
        package var reorder = Duration.zero
    }

    /// Where forecasts go.
    package struct Output: Sendable, Equatable {
        package var bind = ["tcp://127.0.0.1:5556"]
        package var connect: [String] = []
        package var format = OutputFormat.json
        /// Messages queued per subscriber.
        package var highWaterMark = 100_000
        package var lastValueCache = true
        package var slowSubscriber = SlowSubscriber.drop
    }

    /// What is kept on the disk.
    package struct State: Sendable, Equatable {
        /// Where; empty: nowhere.
        package var directory = ""
        /// Whether to begin with what is there.
        package var restore = true
        package var checkpointInterval = Duration.seconds(30)
        /// How long a silent stream is kept; zero: for ever.
        package var retention = Duration.seconds(7 * 86_400)
    }

    /// The engine itself.
    package struct Engine: Sendable, Equatable {
        package enum ISA: String, CaseIterable, Sendable {
            /// The best that the processor has.
            case auto
            case scalar
            case x86v2 = "x86-64-v2"
            case x86v3 = "x86-64-v3"
            case x86v4 = "x86-64-v4"
            case neon
        }

        /// Threads that work on streams; 0: as many as the machine has processors.
        package var workers = 0
        package var seed: UInt64 = 1
        package var isa = ISA.auto
    }

    /// The control socket.
    package struct Control: Sendable, Equatable {
        package enum Access: String, CaseIterable, Sendable {
            case user, group
        }

        /// `auto`, an ipc endpoint, or empty: none.
        package var bind = Control.automatic
        package var access = Access.user

        package static let automatic = "auto"
    }

    /// Who may connect.
    package struct Security: Sendable, Equatable {
        /// A path, or the name of a credential; empty: none.
        package var curveSecretKeyFile = ""
        package var authorizedKeys = ""
        /// 40 characters of Z85, or empty: no encryption.
        package var curveServerKey = ""
        package var insecure = false
    }

    /// What is written to stderr.
    package struct Log: Sendable, Equatable {
        package var level = LogLevel.info
        package var format = LogFormat.text
    }
}

/// What a payload is: told by its first byte (`auto`), or always one format.
package enum InputFormat: String, CaseIterable, Sendable {
    case auto, json, msgpack, binary, text, f64, f32
}

/// What a forecast is published as; `binary` is TSB1.
package enum OutputFormat: String, CaseIterable, Sendable {
    case json, msgpack, binary
}

/// What happens when a subscriber's queue is full.
package enum SlowSubscriber: String, CaseIterable, Sendable {
    /// Its newest messages are dropped; everyone else is unaffected.
    case drop
    /// The engine waits, and so do all other subscribers and the input.
    case block
}

/// The least severe event that is logged.
package enum LogLevel: String, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error, critical
}

/// How a line of the log is written.
package enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}
