import Glibc
import Store
import Testing

@Suite("Backups")
struct BackupTests {
    /// Changes one column of one row behind the database's back.
    private func tamper(_ temporary: borrowing TemporaryFolder, _ sql: String) throws {
        let raw = try Database(path: temporary.file("state.db"))
        try raw.execute(sql)
    }

    @Test("are two, the newest first, and whole databases")
    func rotation() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        for round in 0..<4 {
            try database.write(records(3, round: round))
            #expect(try database.backUp(at: now) > 15_000)
        }
        let backups = temporary.names.filter { $0.contains("backup") }
        #expect(backups == ["state.db.backup-1", "state.db.backup-2"])
        for (name, round) in zip(backups, [3, 2]) {
            let backup = try Database(path: temporary.file(name), .readOnly)
            #expect(try backup.texts("PRAGMA integrity_check") == ["ok"])
            let expected = UInt64(3 * (round + 1))
            #expect(try backup.integer("SELECT sum(sequence) FROM stream") == expected)
        }
    }

    @Test(
        "one damaged row costs its stream the time since the backup, and the others nothing",
        arguments: [
            "UPDATE state SET state = zeroblob(5000) WHERE id = 2",
            "UPDATE state SET state = substr(state, 2) WHERE id = 2",
            "DELETE FROM state WHERE id = 2",
            "UPDATE stream SET sequence = sequence + 1 WHERE id = 2",
            "UPDATE stream SET stream = 'S1' WHERE id = 2",
            "UPDATE stream SET last_time = NULL WHERE id = 2",
            "UPDATE stream SET mae = mae * 1.0000001 WHERE id = 2",
            "UPDATE stream SET partition = partition + 1 WHERE id = 2",
            "UPDATE stream SET format = 0 WHERE id = 2",
            "UPDATE stream SET settings = settings + 1 WHERE id = 2",
            "UPDATE stream SET samples = samples - 1 WHERE id = 2",
            "UPDATE stream SET updated_at = 0 WHERE id = 2",
            "UPDATE stream SET forecast = CAST('x' AS BLOB) WHERE id = 2",
            "UPDATE stream SET crc = crc + 4294967296 WHERE id = 2",
        ])
    func damagedRow(sql: String) throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        try database.write(records(4, round: 1))
        _ = try database.backUp(at: now)
        try database.write(records(4, round: 2))
        try tamper(temporary, sql)

        var restored: [[UInt8]: StreamRecord] = [:]
        let outcome = try database.forEach(at: now) { summary, state in
            restored[summary.name] = StreamRecord(
                summary: summary, state: state.indices.map { state[$0] })
        }
        var expected = byName(records(4, round: 2))
        expected[Array("s1".utf8)] = record("s1", round: 1)
        #expect(restored == expected)
        #expect(outcome.setAside == 1)
        #expect(outcome.fromBackup == 1)
        // It is kept for whoever wants to look, and is not found again.
        let raw = try Database(path: folder.databasePath)
        #expect(try raw.integers("SELECT found_at FROM quarantine") == [now])
        #expect(try database.all() == expected)
        #expect(try database.forEach(at: now) { _, _ in }.setAside == 0)
        #expect(database.recovery == nil)
    }

    @Test("without one, a damaged row is lost alone, also when it is asked for by name")
    func noBackup() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        try database.write(records(4))
        try tamper(temporary, "UPDATE stream SET mase = 0.51 WHERE stream = 's2'")
        let name = Array("s2".utf8)
        var reader = try StateReader(folder: temporary.path, newestFormat: 1)
        guard case .damaged = try reader.find(name) else {
            Issue.record("the damage is not seen")
            return
        }
        #expect(try database.setAside(name, at: now).setAside == 1)
        #expect(try database.load(name, at: now) == nil)
        #expect(try database.all().count == 3)
        // The stream starts anew, under the same name.
        try database.write([record("s2", round: 5)])
        #expect(try database.load(name, at: now) == record("s2", round: 5))
        // Asked once more, nothing happens to the sound row.
        #expect(try database.setAside(name, at: now).setAside == 0)
    }

    @Test("a damaged row is not copied over the sound one of the backup before")
    func scrubbing() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        try database.write(records(4))
        _ = try database.backUp(at: now)
        try tamper(temporary, "UPDATE state SET state = zeroblob(5000) WHERE id = 3")
        _ = try database.backUp(at: now)
        let newest = try Database(path: temporary.file("state.db.backup-1"), .readOnly)
        #expect(try newest.integer("SELECT count(*) FROM state WHERE state = zeroblob(5000)") == 0)
        #expect(try newest.integer("SELECT count(*) FROM stream") == 4)
    }
}
