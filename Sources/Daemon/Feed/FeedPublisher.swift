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
    private let inputNames: [[UInt8]]
    private let encoder: SampleEncoder
    private var socket: FeedSocket
    /// What waits for its batch to be full, per stream, and where each has its name, behind which
    /// those of the inputs lie.
    private var batches: [SampleBatch]
    private var batchedNames: [Sample.TextRange]
    private var rows = 0
    private var sequence: UInt64 = 0
    private var payload: [UInt8] = []

    /// Opens the socket. inputs: names of the exogenous inputs that every stream's samples have.
    /// Errors: 64 for options that exclude each other, 65 for a bad name, 69 when it cannot bind.
    init(
        streams: [String], inputs: [String], options: Options, in context: Context
    ) throws(DaemonError) {
        precondition(options.batch >= 1)
        if options.format == .text, options.batch > 1 {
            throw DaemonError(
                .usage,
                "--batch \(options.batch): text has one sample a message: choose another "
                    + "--format or leave out --batch")
        }
        if !inputs.isEmpty, options.format != .json, options.format != .messagePack {
            throw DaemonError(
                .usage,
                "--input-column: \(options.format.rawValue) has no inputs: choose --format json or "
                    + "msgpack")
        }
        let names = streams.map { Array($0.utf8) }
        let inputNames = inputs.map { Array($0.utf8) }
        var batches = Array(repeating: SampleBatch(), count: names.count)
        var batchedNames: [Sample.TextRange] = []
        for index in names.indices {
            batchedNames.append(
                try Self.addNames(names[index], inputNames, to: &batches[index]))
        }
        let socket = try FeedSocket(
            endpoint: options.endpoint, binds: options.binds, curve: options.curve,
            queuedMessages: max(10, Self.queuedSamples / options.batch),
            patience: options.patience, notice: options.notice, in: context)
        self.names = names
        self.inputNames = inputNames
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
        precondition(row.values.count == names.count && row.inputs.count == inputNames.count)
        for index in names.indices {
            batches[index].addValue(row.values[index])
            var end = batchedNames[index].range.upperBound
            for (input, name) in inputNames.enumerated() {
                let place = Sample.TextRange(start: end, count: name.count)
                batches[index].addInput(row.inputs[input], name: place)
                end += name.count
            }
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
            batchedNames[index] = try Self.addNames(
                names[index], inputNames, to: &batches[index])
        }
        sequence += UInt64(rows)
        rows = 0
        return true
    }

    /// The stream's name, with those of its inputs behind it.
    private static func addNames(
        _ name: [UInt8], _ inputs: [[UInt8]], to batch: inout SampleBatch
    ) throws(DaemonError) -> Sample.TextRange {
        let place = try addName(name, to: &batch)
        for input in inputs { _ = try addName(input, to: &batch) }
        return place
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
