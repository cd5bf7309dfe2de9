package import Evaluation
import Transport

/// `foretide publish`: a CSV file or synthetic sensors as a feed of a daemon, at a rate.
package struct Feed {
    /// What to send.
    package enum Source {
        /// Each column is a stream.
        case file(path: String, CSVReader.Options)
        case sensors([SyntheticSensor])
    }

    package struct Options: Sendable {
        package var publisher = FeedPublisher.Options()
        /// Samples of each stream per second; nil: as fast as they are taken.
        package var perSecond: Double?
        /// Samples of each stream, then the feed ends; nil: to the end of the file, or for ever.
        package var count: Int?
        /// Put before the name of every stream.
        package var prefix = ""

        package init() {}
    }

    /// Tells the time between two samples of a stream where neither the file nor a rate does.
    private static let defaultPerSecond = 1.0

    private let source: Source
    private let options: Options

    package init(_ source: Source, options: Options) {
        self.source = source
        self.options = options
    }

    /// Sends everything, and returns when it has left the process.
    /// - Parameter onStart: called with the number of streams once somebody listens.
    package func run(
        isStopping: () -> Bool, onStart: (Int) -> Void = { _ in }
    ) throws(DaemonError) -> Report {
        switch source {
        case .file(let path, let options):
            var reader = try Self.open(path, options)
            var csvRow = CSVReader.Row()
            return try send(
                reader.columns, reader.inputs, isStopping, onStart
            ) { row throws(DaemonError) in
                do throws(CSVError) {
                    guard try reader.next(into: &csvRow) else { return false }
                } catch {
                    throw DaemonError(error)
                }
                if let time = csvRow.time { row.time = time }
                row.values = csvRow.values
                row.inputs = csvRow.inputs
                return true
            }
        case .sensors(var sensors):
            return try send(sensors.map(\.name), [], isStopping, onStart) { row in
                row.values.removeAll(keepingCapacity: true)
                for index in sensors.indices { row.values.append(sensors[index].next()) }
                return true
            }
        }
    }

    private static func open(
        _ path: String, _ options: CSVReader.Options
    ) throws(DaemonError) -> CSVReader {
        do throws(CSVError) {
            return try CSVReader(path: path, options: options)
        } catch {
            throw DaemonError(error)
        }
    }

    /// - Parameter next: fills in a row whose time is already what the rate makes it; false at the
    ///   end of the feed.
    private func send(
        _ names: [String], _ inputs: [String], _ isStopping: () -> Bool, _ onStart: (Int) -> Void,
        next: (inout FeedRow) throws(DaemonError) -> Bool
    ) throws(DaemonError) -> Report {
        var report = Report(streams: names.count)
        var publisher = try Self.publisher(
            names.map { options.prefix + $0 }, inputs, options.publisher)
        guard try publisher.waitForSubscriber(isStopping: isStopping) else {
            report.isInterrupted = true
            return report
        }
        onStart(names.count)
        let start = SystemClock.monotonic()
        let firstTime = SystemClock.realtime()
        let interval = 1e9 / (options.perSecond ?? Self.defaultPerSecond)
        var pacer = Pacer(perSecond: options.perSecond, start: start)
        var row = FeedRow()
        var rows = 0
        while options.count.map({ rows < $0 }) ?? true {
            guard pacer.waitForTurn(isStopping: isStopping) else { break }
            row.time = firstTime + Int64((Double(rows) * interval).rounded())
            guard try next(&row) else { break }
            // A pause for want of a listener is not caught up on.
            let hadSubscriber = try publisher.hasSubscriber()
            guard try publisher.send(row, isStopping: isStopping) else { break }
            if !hadSubscriber { pacer.restart() }
            rows += 1
        }
        _ = try publisher.flush(isStopping: isStopping)
        report.isInterrupted = isStopping()
        report.samples = publisher.sentSamples
        report.seconds = Double(SystemClock.monotonic() - start) / 1e9
        return report
    }

    /// The context ends with the publisher, and waits until everything has left.
    private static func publisher(
        _ names: [String], _ inputs: [String], _ options: FeedPublisher.Options
    ) throws(DaemonError) -> FeedPublisher {
        let context: Context
        do throws(ZeroMQError) { context = try Context() } catch {
            throw DaemonError(.internal, "\(error)")
        }
        return try FeedPublisher(streams: names, inputs: inputs, options: options, in: context)
    }
}

extension DaemonError {
    init(_ error: CSVError) {
        let code: Code =
            switch error.cause {
            case .noInput: .noInput
            case .badData: .badData
            case .noSuchColumn: .usage
            case .readFailed: .inputOutput
            }
        self.init(code, error.description)
    }
}
