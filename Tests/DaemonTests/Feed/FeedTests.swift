import Daemon
import Evaluation
import Glibc
import Series
import Testing
import Transport
import Wire

@Suite("A feed")
struct FeedTests {
    /// Runs a feed, and what stands for its daemon, each on a thread of its own: blocking ones must
    /// not hold up the threads of the other tests.
    /// - Parameter receive: gets a bound SUB that has no subscription yet.
    static func run<Received: Sendable>(
        _ source: @escaping @Sendable () throws -> Feed.Source,
        _ change: (inout Feed.Options) -> Void = { _ in },
        receiveHighWaterMark: Int = 100_000,
        _ receive: @escaping @Sendable (borrowing Socket) throws -> Received
    ) async throws -> (received: Received, report: Feed.Report) {
        let (endpoints, announce) = AsyncStream<String>.makeStream()
        async let received = OwnThread.run(name: "receiver") {
            defer { announce.finish() }
            var options = SocketOptions()
            options.receiveHighWaterMark = receiveHighWaterMark
            let socket = try Socket(.subscribe, in: try Context(), options: options)
            announce.yield(try socket.bind(Endpoint("tcp://127.0.0.1:*")).description)
            return try receive(socket)
        }
        var options = Feed.Options()
        for await endpoint in endpoints {
            options.publisher.endpoint = endpoint
            break
        }
        change(&options)
        let settled = options
        async let report = OwnThread.run(name: "feed") {
            try Feed(try source(), options: settled).run { false }
        }
        return (try await received, try await report)
    }

    /// The samples that arrive, as `name=value`.
    static func samples(
        of source: @escaping @Sendable () throws -> Feed.Source, count: Int,
        _ change: (inout Feed.Options) -> Void = { _ in }
    ) async throws -> (received: [String], report: Feed.Report) {
        try await run(source, change) { socket in
            try socket.subscribe("")
            var poller = Poller()
            _ = poller.add(socket)
            var message = Message(capacity: 3)
            var decoder = Decoder(format: .auto, limits: Limits())
            var batch = SampleBatch()
            var received: [String] = []
            while received.count < count, try poller.wait(timeout: .seconds(20)) {
                while try socket.receive(into: &message) == .message {
                    _ = try decode(message, with: &decoder, into: &batch)
                    for sample in batch.samples {
                        let name = String(decoding: batch.text[sample.name.range], as: UTF8.self)
                        let inputs = sample.inputs.map { index in
                            let name = batch.text[batch.inputNames[index].range]
                            let text = String(decoding: name, as: UTF8.self)
                            return " \(text)=\(batch.inputValues[index])"
                        }
                        received.append(
                            "\(name)=\(batch.values[sample.values.lowerBound])" + inputs.joined())
                    }
                }
            }
            return received
        }
    }

    private static func decode(
        _ message: borrowing Message, with decoder: inout Decoder, into batch: inout SampleBatch
    ) throws {
        try decoder.decode(topic: message[0], payload: message[1], into: &batch)
    }

    @Test(
        "every sample arrives, in order, in every format",
        arguments: [
            (InputFormat.json, 1), (.json, 7), (.messagePack, 1), (.messagePack, 7),
            (.binary, 1), (.binary, 7), (.text, 1),
        ])
    func arrives(format: InputFormat, batch: Int) async throws {
        let (received, report) = try await Self.samples(
            of: { .sensors(try SyntheticSpec("walk,counter").sensors(seed: 3)) }, count: 600
        ) {
            $0.count = 300
            $0.publisher.format = format
            $0.publisher.batch = batch
            $0.prefix = "p/"
        }
        var sensors = try SyntheticSpec("walk,counter").sensors(seed: 3)
        let walk = (0..<300).map { _ in "p/walk=\(sensors[0].next())" }
        let counter = (0..<300).map { _ in "p/counter=\(sensors[1].next())" }
        #expect(received.filter { $0.hasPrefix("p/walk") } == walk)
        #expect(received.filter { $0.hasPrefix("p/counter") } == counter)
        #expect(report.samples == 600)
        #expect(report.streams == 2)
        #expect(!report.isInterrupted)
    }

    @Test("a receiver that is slow to start and slow to read loses nothing")
    func waits() async throws {
        let (count, report) = try await Self.run(
            { .sensors(try SyntheticSpec("walk").sensors(seed: 1)) }, { $0.count = 30_000 },
            receiveHighWaterMark: 10
        ) { socket in
            usleep(50_000)
            try socket.subscribe("")
            var poller = Poller()
            _ = poller.add(socket)
            var message = Message(capacity: 2)
            var count = 0
            while count < 30_000, try poller.wait(timeout: .seconds(10)) {
                if count % 5_000 == 0 { usleep(20_000) }
                while try socket.receive(into: &message) == .message { count += 1 }
            }
            return count
        }
        #expect(count == 30_000)
        #expect(report.samples == 30_000)
    }

    @Test("the columns of a file are streams")
    func sendsFile() async throws {
        let path = "/tmp/foretide-feed-\(getpid()).csv"
        defer { unsafe unlink(path) }
        try Self.write("date,temp,place,rpm\n2016-07-01,1.5,a,10\n2016-07-02,2.5,b,NA\n", path)
        let (received, report) = try await Self.samples(
            of: { .file(path: path, CSVReader.Options()) }, count: 4)
        #expect(received == ["temp=1.5", "rpm=10.0", "temp=2.5", "rpm=nan"])
        #expect(report.samples == 4)
    }

    @Test(
        "the columns of inputs go with every stream",
        arguments: [InputFormat.json, .messagePack])
    func sendsInputs(format: InputFormat) async throws {
        let path = "/tmp/foretide-inputs-\(getpid())-\(format.rawValue).csv"
        defer { unsafe unlink(path) }
        try Self.write(
            "date,temp,größe,rpm,load\n2016-07-01,1.5,3,10,7\n2016-07-02,2.5,,20,8\n"
                + "2016-07-03,3.5,4,30,9\n", path)
        var columns = CSVReader.Options()
        columns.inputColumns = ["load", "größe"]
        for batch in [1, 2] {
            let (received, report) = try await Self.samples(
                of: { [columns] in .file(path: path, columns) }, count: 6
            ) {
                $0.publisher.format = format
                $0.publisher.batch = batch
            }
            #expect(
                received.sorted() == [
                    "rpm=10.0 load=7.0 größe=3.0", "rpm=20.0 load=8.0 größe=nan",
                    "rpm=30.0 load=9.0 größe=4.0", "temp=1.5 load=7.0 größe=3.0",
                    "temp=2.5 load=8.0 größe=nan", "temp=3.5 load=9.0 größe=4.0",
                ])
            #expect(report.samples == 6 && report.streams == 2)
        }
    }

    @Test("nobody who listens is an error that says what to do")
    func tellsOfNobody() throws {
        var options = Feed.Options()
        options.publisher.endpoint = "ipc:///tmp/foretide-nobody-\(getpid())"
        options.publisher.patience = .milliseconds(150)
        let sensors = try SyntheticSpec("sine").sensors(seed: 1)
        let error = #expect(throws: DaemonError.self) {
            try Feed(.sensors(sensors), options: options).run { false }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains("nobody listens at ipc:///tmp") == true)
    }

    @Test("mistakes get the exit code of their kind")
    func tellsMistakes() throws {
        func code(
            _ source: Feed.Source, _ change: (inout Feed.Options) -> Void = { _ in }
        ) -> DaemonError.Code? {
            var options = Feed.Options()
            options.publisher.patience = .zero
            change(&options)
            do {
                _ = try Feed(source, options: options).run { false }
                return nil
            } catch {
                return error.code
            }
        }
        let sensors = Feed.Source.sensors(try SyntheticSpec("sine").sensors(seed: 1))
        #expect(code(.file(path: "/nonexistent.csv", .init())) == .noInput)
        #expect(code(.file(path: "/dev/null", .init())) == .badData)
        #expect(code(sensors) { $0.publisher.endpoint = "5555" } == .usage)
        #expect(code(sensors) { $0.prefix = "bad\u{1}" } == .badData)
        let textBatches = code(sensors) {
            $0.publisher.format = .text
            $0.publisher.batch = 2
        }
        #expect(textBatches == .usage)
        let path = "/tmp/foretide-no-inputs-\(getpid()).csv"
        defer { unsafe unlink(path) }
        try Self.write("a,b\n1,2\n3,4\n", path)
        var columns = CSVReader.Options()
        columns.inputColumns = ["b"]
        for format in [InputFormat.binary, .text] {
            #expect(code(.file(path: path, columns)) { $0.publisher.format = format } == .usage)
        }
        let noFolder = code(sensors) {
            $0.publisher.endpoint = "ipc:///nonexistent/socket"
            $0.publisher.binds = true
        }
        #expect(noFolder == .unavailable)
    }

    private static func write(_ text: String, _ path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let bytes = Array(text.utf8)
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        close(descriptor)
        try #require(count == bytes.count)
    }
}
