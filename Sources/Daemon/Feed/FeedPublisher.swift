import Series
package import Transport
package import Wire

/// Sends a feed: one message per stream and `batch` rows, as two frames, the stream's name and the
/// payload.
package struct FeedPublisher: ~Copyable {
    package struct Options: Sendable {
        /// Where to connect or bind.
        package var endpoint = "tcp://127.0.0.1:5555"
        package var binds = false
        /// Who we are to a daemon that asks for keys.
        package var curve: CurveIdentity?
        package var format = InputFormat.json
        /// Samples of one stream in one message.
        package var batch = 1
        /// How long to wait for somebody who listens.
        package var patience = Duration.seconds(10)
        /// Takes a line for a person, when it waits long for somebody who listens.
        package var notice: @Sendable (String) -> Void = { _ in }

        package init() {}
    }

    /// Samples that may wait in our queue. What is queued at the end must leave within the linger
    /// time, so that the queue is short; a longer one would gain nothing, since we wait for it.
    private static let queuedSamples = 1_000

    /// Samples handed over to libzmq so far.
    private(set) var sentSamples = 0
    private let batch: Int
    private let names: [[UInt8]]
    private let nameHashes: [UInt64]
    private let encoder: SampleEncoder
    private var socket: FeedSocket
    /// What waits for its batch to be full, per stream, and where each has its name.
    private var batches: [SampleBatch]
    private var batchedNames: [Sample.TextRange]
    private var rows = 0
    private var sequence: UInt64 = 0
    private var payload: [UInt8] = []

    /// Opens the socket. Errors: 64 for options that exclude each other, 65 for a bad name, 69 when
    /// it cannot bind.
    init(streams: [String], options: Options, in context: Context) throws(DaemonError) {
        precondition(options.batch >= 1)
        if options.format == .text, options.batch > 1 {
            throw DaemonError(
                .usage,
                "--batch \(options.batch): text has one sample a message: choose another "
                    + "--format or leave out --batch")
        }
        let names = streams.map { Array($0.utf8) }
        var batches = Array(repeating: SampleBatch(), count: names.count)
        var batchedNames: [Sample.TextRange] = []
        for index in names.indices {
            batchedNames.append(try Self.addName(names[index], to: &batches[index]))
        }
        let socket = try FeedSocket(
            endpoint: options.endpoint, binds: options.binds, curve: options.curve,
            queuedMessages: max(10, Self.queuedSamples / options.batch),
            patience: options.patience, notice: options.notice, in: context)
        self.names = names
        self.batches = batches
        self.batchedNames = batchedNames
        self.socket = socket
        nameHashes = names.map { StreamName.hash($0.span) }
        encoder = SampleEncoder(format: options.format)
        batch = options.batch
    }

    /// Waits until somebody listens.
    /// - Returns: false when told to stop.
    mutating func waitForSubscriber(isStopping: () -> Bool) throws(DaemonError) -> Bool {
        try socket.waitForSubscriber(isStopping: isStopping)
    }

    /// Whether somebody listens now.
    mutating func hasSubscriber() throws(DaemonError) -> Bool { try socket.hasSubscriber() }

    /// Takes a row, and sends the batch when this makes it full.
    /// - Returns: false when told to stop.
    mutating func send(
        _ row: borrowing FeedRow, isStopping: () -> Bool
    ) throws(DaemonError) -> Bool {
        precondition(row.values.count == names.count)
        for index in names.indices {
            batches[index].addValue(row.values[index])
            batches[index].appendSample(
                name: batchedNames[index], nameHash: nameHashes[index], time: row.time)
        }
        rows += 1
        return rows < batch ? true : try flush(isStopping: isStopping)
    }

    /// Sends what waits for a full batch.
    /// - Returns: false when told to stop.
    mutating func flush(isStopping: () -> Bool) throws(DaemonError) -> Bool {
        guard rows > 0 else { return true }
        for index in names.indices {
            payload.removeAll(keepingCapacity: true)
            encoder.encode(0..<rows, of: batches[index], sequence: sequence, into: &payload)
            guard
                try socket.send(topic: names[index], payload: payload, isStopping: isStopping)
            else { return false }
            sentSamples += rows
            batches[index].removeAll()
            batchedNames[index] = try Self.addName(names[index], to: &batches[index])
        }
        sequence += UInt64(rows)
        rows = 0
        return true
    }

    private static func addName(
        _ name: [UInt8], to batch: inout SampleBatch
    ) throws(DaemonError) -> Sample.TextRange {
        do throws(StreamName.Fault) {
            return try batch.addName(name.span)
        } catch {
            throw DaemonError(
                .badData,
                "stream name \"\(String(decoding: name, as: UTF8.self))\" is \(error): expected 1 "
                    + "to \(Limits.nameBytes) bytes without control characters")
        }
    }
}
