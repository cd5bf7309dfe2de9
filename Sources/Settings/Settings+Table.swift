import Series

/// A table of the file, [name], with its settings.
package struct Section: Sendable {
    package let name: String
    package let doc: String
    package let settings: [Setting<Settings>]

    init(_ name: String, _ doc: String, _ settings: [Setting<Settings>]) {
        self.name = name
        self.doc = doc
        self.settings = settings.map { $0.nested(in: name, at: \.self) }
    }
}

extension Settings {
    /// The one table of settings. File check, environment, `--set`, `foretide config` and
    /// docs/settings.md are all made from it.
    package static let sections: [Section] = [
        Section("input", "Where samples come from.", inputTable),
        Section("output", "Where forecasts go.", outputTable),
        Section(
            "model", "How a stream is forecast, and how it is learned.",
            Model.table.map { $0.nested(at: \.model, reloadable: true) }),
        Section("state", "What is kept on the disk (docs/state.md).", stateTable),
        Section("limits", "How much a feed can make the daemon hold.", limitsTable),
        Section(
            "engine", "The engine itself.",
            [
                Setting(
                    "workers", \.engine.workers, .integer(0...256),
                    "Threads that share the work on streams; 0: one for each processor."
                        + " Forecasts do not depend on it."),
                Setting(
                    "seed", \.engine.seed, .integer(0...UInt64(Int64.max)),
                    "Start of every stream's random numbers, together with the stream's name."),
                Setting(
                    "isa", \.engine.isa, .choice(),
                    "Instructions to compute with; auto: the best there are. Results of two differ"
                        + " in the last bits."),
            ]),
        Section("control", "The control socket (docs/control.md).", controlTable),
        Section("security", "Who may connect (docs/operating.md).", securityTable),
        Section(
            "log", "What is written to stderr.",
            [
                Setting(
                    "level", \.log.level, .choice(), reloadable: true,
                    "The least severe event that is logged."),
                Setting("format", \.log.format, .choice(), "How a line of the log is written."),
            ]),
    ]

    /// The key of the file's [[streams]] tables.
    static let streamsKey = "streams"

    private static let inputTable: [Setting<Settings>] = [
        Setting(
            "bind", \.input.bind, .list(of: .endpoint(.bind)),
            "Where publishers connect (a SUB socket)."),
        Setting(
            "connect", \.input.connect, .list(of: .endpoint(.connect)),
            "Publishers to connect to (the same SUB socket)."),
        Setting(
            "pull_bind", \.input.pullBind, .list(of: .endpoint(.bind)),
            "Where PUSH sockets connect (a PULL socket): such a feed waits when we are slow."
        ),
        Setting(
            "subscribe", \.input.subscribe, .list(of: .text(0...255), atLeast: 1),
            "Topics to take, by prefix: \"s1\" also takes \"s10\", \"\" takes all."),
        Setting(
            "format", \.input.format, .choice(),
            "Format of payloads; auto tells by the first byte; f64, f32: raw little-endian."
        ),
        Setting(
            "high_water_mark", \.input.highWaterMark, .integer(1...100_000_000), unit: "messages",
            "Queue per publisher. A full one makes PUSH wait and PUB drop, on the sender's side."),
        Setting(
            "reorder", \.input.reorder, .duration(.zero ... .seconds(86_400)),
            "How late a sample may be, by the timestamps of its stream, to be put in order. Each"
                + " forecast waits as long for samples before it; 0s holds none back."),
    ]

    private static let outputTable: [Setting<Settings>] = [
        Setting(
            "bind", \.output.bind, .list(of: .endpoint(.bind)),
            "Where subscribers connect (an XPUB socket)."),
        Setting(
            "connect", \.output.connect, .list(of: .endpoint(.connect)),
            "Subscribers or proxies to connect to (the same XPUB socket)."),
        Setting("format", \.output.format, .choice(), "Format of the forecasts; binary is TSB1."),
        Setting(
            "high_water_mark", \.output.highWaterMark, .integer(1...100_000_000), unit: "messages",
            "Queue per subscriber; slow_subscriber says what happens when it is full."),
        Setting(
            "last_value_cache", \.output.lastValueCache, .boolean,
            "Send each new subscriber the newest forecast of every stream it asks for, at once."),
        Setting(
            "slow_subscriber", \.output.slowSubscriber, .choice(),
            "When a subscriber's queue is full: drop its newest messages, or block everything."),
    ]

    private static let stateTable: [Setting<Settings>] = [
        Setting(
            "directory", \.state.directory, .text(0...4000),
            "Folder of the state database, for this process alone, on a local disk. Empty: the one"
                + " that systemd names (STATE_DIRECTORY), else nothing is kept."),
        Setting(
            "restore", \.state.restore, .boolean,
            "Go on with the streams found there. false: start anew, and write over each stream"
                + " that comes."),
        Setting(
            "checkpoint_interval", \.state.checkpointInterval,
            .duration(.milliseconds(100) ... .seconds(86_400)), reloadable: true,
            "How often the streams that changed are written: what a crash can cost. Longer by"
                + " itself, up to 20 times, when the disk would get more than 32 MiB a second."),
        Setting(
            "retention", \.state.retention, .duration(.zero ... .seconds(36_500 * 86_400)),
            reloadable: true,
            "A stream that has been silent for longer is deleted from the disk; 0s keeps all. At"
                + " least 20 checkpoint intervals."),
    ]

    private static let controlTable: [Setting<Settings>] = [
        Setting(
            "bind", \.control.bind, .controlAddress,
            "Where `foretide ctl` and `foretide streams` connect (a ROUTER). auto: control.sock"
                + " in the folder that systemd names (RUNTIME_DIRECTORY), else in"
                + " $XDG_RUNTIME_DIR/foretide, else none; empty: none."),
        Setting(
            "access", \.control.access, .choice(),
            "Who may connect besides root: the daemon's user (mode 0600), or its group too (0660)."
        ),
    ]

    private static let securityTable: [Setting<Settings>] = [
        Setting(
            "curve_secret_key_file", \.security.curveSecretKeyFile, .text(0...4000),
            "Our keys, as `foretide keygen` writes them: a path, or without a / the name of a"
                + " credential of systemd (LoadCredential=). Empty: no encryption."),
        Setting(
            "authorized_keys", \.security.authorizedKeys, .text(0...4000),
            "File of the public keys of those who may connect, one a line; a path as above. With"
                + " it all tcp addresses that are bound are encrypted (CURVE), and nobody else is"
                + " let in. A reload reads the file anew."),
        Setting(
            "curve_server_key", \.security.curveServerKey, .curveKey,
            "Public key of the other side at the tcp addresses of input.connect and"
                + " output.connect. Empty: they are not encrypted."),
        Setting(
            "insecure", \.security.insecure, .boolean,
            "Allow binds that other machines can reach, without encryption or keys."),
    ]

    private static let limitsTable: [Setting<Settings>] = [
        Setting(
            "max_streams", \.limits.maxStreams, .integer(1...10_000_000), unit: "streams",
            reloadable: true,
            "Streams held in memory. Beyond it the longest idle one leaves memory, when there is a"
                + " state directory, for one that comes back, or for a new one once its name has"
                + " come three times; else a new one is refused and counted."),
        Setting(
            "memory", \.limits.memoryBytes, .size(1 << 20...1 << 40), reloadable: true,
            "About what streams may take; beyond it as with max_streams. The process needs some"
                + " 55 MB besides."),
        Setting(
            "message_bytes", \.limits.messageBytes, .size(1 << 10...1 << 30),
            "Largest frame; the connection of a larger one is closed."),
        Setting(
            "values_per_sample", \.limits.valuesPerSample, .integer(Limits.numbersPerSample),
            unit: "values",
            "Most channels and exogenous inputs of one sample, together; a larger one is rejected"
                + " and counted."),
    ]
}
