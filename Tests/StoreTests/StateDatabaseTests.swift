import Glibc
import Store
import Testing

@Suite("The state database")
struct StateDatabaseTests {
    @Test("gives back what was written, to the bit, after it was closed")
    func roundTrip() throws {
        let temporary = try TemporaryFolder()
        var odd = StreamRecord(summary: StreamSummary(name: Array("Wärme/κ 1".utf8)), state: [])
        odd.summary.settingsSignature = .max
        odd.summary.scores = .init(mae: .nan, mase: -0.0)
        odd.summary.updatedAt = .min
        odd.summary.lastTime = .max
        var whole = record("whole")
        whole.summary.scores = .init(mae: 3, mase: 1e300)
        let all = [odd, whole, record("long", bytes: 700_000)]
        do {
            let folder = try StateFolder(temporary.path)
            var database = try StateDatabase(folder)
            try database.write(all)
            try database.close()
        }
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        #expect(try database.all() == byName(all))
        #expect(try database.load(odd.summary.name, at: now) == odd)
        #expect(try database.load(Array("unknown".utf8), at: now) == nil)
        #expect(try database.names(at: now).count == 3)
        #expect(database.recovery == nil)
    }

    @Test("keeps the newest of what is written under a name, whatever its length")
    func overwriting() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        for round in 0..<20 {
            try database.write(records(8, round: round, bytes: (round * 7919) % 60_000))
        }
        #expect(try database.all() == byName(records(8, round: 19, bytes: (19 * 7919) % 60_000)))
        #expect(try database.count(at: now) == 8)
    }

    @Test("makes its folder and files for this user only")
    func permissions() throws {
        let temporary = try TemporaryFolder()
        let before = umask(0)
        defer { umask(before) }
        let inner = temporary.file("a") + "/b"
        let folder = try StateFolder(inner)
        var database = try StateDatabase(folder)
        try database.write(records(2))
        _ = try database.backUp(at: now)
        for name in ["a", "a/b"] { #expect(temporary.permissions(name) == 0o700) }
        let files = [
            "state.db", "state.db-wal", "state.db-shm", "state.db.backup-1", "state.lock",
        ]
        for name in files { #expect(temporary.permissions("a/b/\(name)") == 0o600, "\(name)") }
    }

    @Test("forgets what it is told to, and nothing else")
    func forgetting() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        try database.write(records(5))
        let names = ["s1", "s3", "s9"].map { Array($0.utf8) }
        #expect(try database.forget(names, at: now) == 2)
        #expect(
            try database.all() == byName(records(5).filter { !names.contains($0.summary.name) }))
        // Its row of the other table has gone too.
        let raw = try Database(path: folder.databasePath)
        #expect(try raw.integer("SELECT count(*) FROM state") == 3)
    }

    @Test("a state of a newer format is neither handed over, written over nor deleted for its age")
    func newerFormat() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var newer = record("s1")
        newer.summary.formatVersion = 2
        do {
            var database = try StateDatabase(in: folder, newestFormat: 2, at: now)
            try database.write([record("s0"), newer])
        }
        var database = try StateDatabase(folder)
        let outcome = try database.write(records(2, round: 1), at: now)
        #expect(outcome.written == 1)
        #expect(outcome.refused == [newer.summary.name])
        var names: [[UInt8]] = []
        let restored = try database.forEach(at: now) { summary, _ in names.append(summary.name) }
        #expect(names == [Array("s0".utf8)])
        #expect(restored.newer == 1)
        #expect(try database.load(newer.summary.name, at: now) == nil)
        #expect(try database.deleteOlder(than: .max, at: now) == 1)
        try database.close()
        var later = try StateDatabase(in: folder, newestFormat: 2, at: now)
        #expect(try later.all() == byName([newer]))
    }

    @Test("retention deletes the oldest first, so many at a time, and the file becomes smaller")
    func retention() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        try database.write((0..<60).map { record("s\($0)", round: $0, bytes: 50_000) })
        #expect(try database.shrink(at: now) == 0)
        let bound = now + 50
        #expect(try database.deleteOlder(than: bound, limit: 30, at: now) == 30)
        #expect(try database.load(Array("s29".utf8), at: now) == nil)
        #expect(try database.load(Array("s30".utf8), at: now) != nil)
        #expect(try database.deleteOlder(than: bound, limit: 30, at: now) == 20)
        #expect(try database.count(at: now) == 10)
        _ = try database.emptyLog(at: now)
        let before = temporary.read("state.db").count
        #expect(try database.shrink(pages: 40, at: now) == 40)
        while try database.shrink(pages: 40, at: now) > 0 {}
        _ = try database.emptyLog(at: now)
        #expect(temporary.read("state.db").count < before / 2)
        #expect(try database.all().count == 10)
    }

    @Test("begins a new file when somebody removes the one in use, and says so")
    func removed() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        try database.write(records(3))
        for name in ["state.db", "state.db-wal", "state.db-shm"] {
            unsafe unlink(temporary.file(name))
        }
        try database.write(records(2, round: 1))
        #expect(database.recovery?.reason == "\(folder.databasePath) was removed or replaced")
        try database.close()
        var next = try StateDatabase(folder)
        #expect(try next.all() == byName(records(2, round: 1)))
    }

    @Test("a reader with an open transaction makes the log grow to its limit and no further")
    func readerInTheWay() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(
            in: folder, newestFormat: 1, logLimitBytes: 200_000, at: now)
        try database.write(records(4))
        _ = try database.emptyLog(at: now)
        do {
            let reader = try Database(path: folder.databasePath, .readOnly)
            try reader.execute("BEGIN; SELECT count(*) FROM stream")
            try database.write(records(4, round: 1, bytes: 100_000))
            #expect(try database.emptyLog(at: now) == nil)
            let error = #expect(throws: StoreError.self) {
                try database.write(records(4, round: 2))
            }
            #expect(text(error).contains("a reader keeps it from being emptied"))
            #expect(try database.all() == byName(records(4, round: 1, bytes: 100_000)))
        }
        #expect(database.logBytes > 200_000)
        try database.write(records(4, round: 2))
        #expect(database.logBytes < 200_000)
    }
}
