import Glibc
import Store
import TestSupport
import Testing

/// FORETIDE_TORTURE says how often the writer is killed, in place of 20 times.
@Suite("A writer in another process", .serialized)
struct CrashTests {
    private static let repetitions =
        unsafe getenv("FORETIDE_TORTURE").flatMap { unsafe Int(String(cString: $0)) } ?? 20

    @Test("killed at any time leaves whole rounds, and none that it had said to be written is gone")
    func killed() throws {
        let temporary = try TemporaryFolder()
        var random = SplitMix64(seed: 3)
        var newest: UInt64 = 0
        for turn in 0..<Self.repetitions {
            let child = try ChildProcess(ChildProcess.crasher(), [temporary.path])
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let line = try #require(child.line())
                newest = try #require(UInt64(line), "\(line)")
            }
            usleep(UInt32.random(in: 0..<3000, using: &random))
            newest = child.killAndWait().last.flatMap { UInt64($0) } ?? newest

            let folder = try StateFolder(temporary.path)
            var database = try StateDatabase(folder)
            try #require(database.recovery == nil, "turn \(turn)")
            let all = try database.all()
            let rounds = Set(all.values.map(\.summary.sequence))
            try #require(all.count == 8 && rounds.count == 1, "turn \(turn): \(rounds)")
            // The last one may have been written and not yet said.
            try #require(rounds == [newest] || rounds == [newest + 1], "turn \(turn)")
            newest = rounds.first!
        }
    }

    @Test("keeps the folder to itself, and its death sets it free")
    func owner() throws {
        let temporary = try TemporaryFolder()
        let child = try ChildProcess(ChildProcess.crasher(), [temporary.path])
        _ = try #require(child.line())
        #expect(throws: StoreError.locked(path: temporary.path, process: child.process)) {
            try StateFolder(temporary.path)
        }
        _ = child.killAndWait()
        _ = try StateFolder(temporary.path)
    }

    @Test("does not disturb the sqlite3 program, nor that the writer")
    func commandLine() throws {
        let temporary = try TemporaryFolder()
        let child = try ChildProcess(ChildProcess.crasher(), [temporary.path])
        _ = try #require(child.line())
        for _ in 0..<10 {
            let shell = try ChildProcess(
                "sqlite3",
                [
                    "-readonly", temporary.file("state.db"),
                    "select stream, mae, samples from stream; select distinct sequence from stream",
                ])
            let lines = shell.rest()
            // Eight streams, and a single round.
            try #require(lines.count == 9, "\(lines)")
            #expect(lines.prefix(8).map { $0.prefix(2) } == (0..<8).map { "s\($0)" })
            let line = try #require(child.line())
            try #require(UInt64(line) != nil, "\(line)")
        }
    }

    @Test("that may not write larger files says so, and heals when it may")
    func fileSizeLimit() throws {
        let temporary = try TemporaryFolder()
        let child = try ChildProcess(ChildProcess.crasher(), [temporary.path, "starve"])
        let lines = child.rest()
        #expect(lines.last == "healed")
        let failure = try #require(lines.first { UInt64($0) == nil })
        #expect(failure.contains("SQLITE_IOERR_WRITE") || failure.contains("SQLITE_FULL"))
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        #expect(database.recovery == nil)
        #expect(try Set(database.all().values.map(\.summary.sequence)).count == 1)
    }
}
