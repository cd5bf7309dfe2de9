import Glibc
import Store
import Testing

@Suite("The writer's thread")
struct StateWriterTests {
    /// A writer on its thread, and what it reported.
    private final class Running: Sendable {
        let writer: StateWriter
        private let thread: BackgroundThread
        private let reports: Collected

        init(_ folder: StateFolder, holdingUp gate: Gate? = nil, telling told: Gate? = nil) {
            let reports = Collected()
            let writer = StateWriter(
                folder: folder, newestFormat: 1, now: { now },
                report: {
                    gate?.pass()
                    reports.append($0)
                    told?.open(times: 1)
                }, rest: {})
            self.reports = reports
            self.writer = writer
            thread = BackgroundThread { writer.run() }
        }

        func finish() -> [StateWriter.Report] {
            writer.stop()
            thread.join()
            return reports.all
        }
    }

    /// Appended to on one thread, read after that has ended.
    private final class Collected: Sendable {
        private nonisolated(unsafe) var reports: [StateWriter.Report] = []
        func append(_ report: StateWriter.Report) { unsafe reports.append(report) }
        var all: [StateWriter.Report] { unsafe reports }
    }

    /// Closed until it is opened.
    private final class Gate: Sendable {
        private let ends: [Int32]

        init() {
            var ends: [Int32] = [0, 0]
            unsafe pipe(&ends)
            self.ends = ends
        }

        deinit { for end in ends where end >= 0 { close(end) } }

        func pass() {
            var byte: UInt8 = 0
            _ = unsafe read(ends[0], &byte, 1)
        }

        func open(times: Int) {
            let bytes = [UInt8](repeating: 1, count: times)
            _ = unsafe bytes.withUnsafeBytes { unsafe write(ends[1], $0.baseAddress, $0.count) }
        }
    }

    @Test("does what it is told in order, and reports each under its number")
    func order() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        let running = Running(folder)
        let orders: [StateWriter.Order] = [
            .write(records(3)), .write(records(3, round: 5)), .backUp,
            .forget([Array("s0".utf8)]), .deleteOlder(than: now + 5), .setAside(Array("s1".utf8)),
        ]
        for (number, order) in orders.enumerated() {
            #expect(running.writer.submit(order, number: UInt64(number)))
        }
        let reports = running.finish()
        #expect(reports.map(\.number) == [0, 1, 2, 3, 4, 5])
        let done = try reports.map { try $0.result.get() }
        guard case .wrote(let outcome) = done[0] else {
            Issue.record("\(done[0])")
            return
        }
        #expect(outcome.written == 3 && outcome.bytes > 15_000)
        #expect(reports[0].bytes == outcome.bytes)
        #expect(done[3] == .forgot(streams: 1))
        #expect(done[4] == .deleted(streams: 0))
        #expect(done[5] == .setAside(RestoreOutcome()))
        var database = try StateDatabase(folder)
        #expect(try database.all() == byName(Array(records(3, round: 5).dropFirst())))
        #expect(!running.writer.submit(.backUp, number: 9), "it has stopped")
    }

    @Test("has a bounded mailbox, and does what is in it before it ends")
    func bound() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        let gate = Gate()
        let running = Running(folder, holdingUp: gate)
        var accepted = 0
        for round in 0..<50 where running.writer.submit(.write(records(1, round: round)), number: 0)
        {
            accepted += 1
        }
        // One may be under way beside those that wait.
        #expect((StateWriter.capacity...StateWriter.capacity + 1).contains(accepted))
        gate.open(times: 50)
        #expect(running.finish().count == accepted)
        var database = try StateDatabase(folder)
        #expect(try database.all().count == 1)
    }

    @Test("empties the log when it has grown, and counts those bytes too")
    func log() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        let running = Running(folder)
        let batch = records(20, bytes: 2 << 20)
        #expect(running.writer.submit(.write(batch), number: 1))
        let reports = running.finish()
        #expect(reports[0].bytes > 2 * 40 << 20)
        #expect(reports[0].logFailure == nil)
    }

    @Test("goes on after damage, and says that the file was mended")
    func damage() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        temporary.write("state.db", [UInt8](repeating: 9, count: 20_000))
        let running = Running(folder)
        #expect(running.writer.submit(.write(records(3)), number: 1))
        #expect(running.writer.submit(.write(records(3, round: 1)), number: 2))
        let reports = running.finish()
        #expect(reports.map { $0.recovery != nil } == [true, false])
        #expect(try reports.map { try $0.result.get() }.count == 2)
    }

    @Test(
        "reports what cannot be written, and writes when it can again",
        .enabled(if: SmallDisk.isPermitted, "mounting a tmpfs needs root"))
    func healing() throws {
        let disk = try SmallDisk(bytes: 4 << 20)
        let ballast = disk.fill(leaving: 0)
        let folder = try StateFolder(disk.path)
        let (gate, told) = (Gate(), Gate())
        let running = Running(folder, holdingUp: gate, telling: told)
        #expect(running.writer.submit(.write(records(3)), number: 1))
        #expect(running.writer.submit(.write(records(3)), number: 2))
        gate.open(times: 1)
        told.pass()
        // The second may have failed too by now; the third cannot.
        ballast.remove()
        #expect(running.writer.submit(.write(records(3)), number: 3))
        gate.open(times: 2)
        let reports = running.finish()
        guard case .failure = reports[0].result, case .success = reports[2].result else {
            Issue.record("\(reports)")
            return
        }
        var database = try StateDatabase(folder)
        #expect(try database.all() == byName(records(3)))
    }
}
