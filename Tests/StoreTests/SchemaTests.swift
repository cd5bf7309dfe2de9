import Store
import Testing

@Suite("The schema")
struct SchemaTests {
    @Test("a newer one is refused and its file left as it is")
    func newer() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        do {
            var database = try StateDatabase(folder)
            try database.write(records(3))
            try database.close()
            let raw = try Database(path: folder.databasePath)
            try raw.execute("UPDATE about SET schema = 7; PRAGMA user_version = 7")
            #expect(try raw.integers("PRAGMA wal_checkpoint(TRUNCATE)") == [0])
        }
        let before = temporary.read("state.db")
        let error = #expect(throws: StoreError.self) { _ = try StateDatabase(folder) }
        #expect(
            error == .newerSchema(path: folder.databasePath, found: 7, supported: 1))
        #expect(text(error).contains("schema 7 of a newer foretide"))
        #expect(throws: StoreError.newerSchema(path: folder.databasePath, found: 7, supported: 1)) {
            _ = try StateReader(folder: temporary.path, newestFormat: 1)
        }
        #expect(temporary.read("state.db") == before)
        #expect(!temporary.names.contains { $0.contains("corrupt") })
    }

    @Test("another program's database is refused and left as it is")
    func foreign() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        do {
            let other = try Database(path: folder.databasePath)
            try other.execute("CREATE TABLE recipes(name TEXT); INSERT INTO recipes VALUES('soup')")
        }
        #expect(throws: StoreError.foreign(path: folder.databasePath)) {
            _ = try StateDatabase(folder)
        }
        let other = try Database(path: folder.databasePath)
        #expect(try other.texts("SELECT name FROM recipes") == ["soup"])
    }

    @Test("an older one becomes the newest in one step, with its rows")
    func migration() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        do {
            var database = try StateDatabase(folder)
            try database.write(records(3))
        }
        let steps =
            Schema.steps + ["ALTER TABLE stream ADD COLUMN unit TEXT;", "CREATE TABLE more(x);"]
        let raw = try Database(path: folder.databasePath)
        try Schema.update(raw, steps: steps)
        #expect(try raw.integer("PRAGMA user_version") == 3)
        #expect(try raw.integer("SELECT schema FROM about") == 3)
        #expect(try raw.texts("SELECT stream FROM stream WHERE unit IS NULL").count == 3)
        // Once there, nothing more happens.
        try Schema.update(raw, steps: steps)
    }

    @Test("a flipped bit in the definition of a table is found when the file is opened")
    func flippedDefinition() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        do {
            var database = try StateDatabase(folder)
            try database.write(records(3))
            try database.close()
        }
        var bytes = temporary.read("state.db")
        let column = Array("id INTEGER PRIMARY KEY, found_at".utf8)
        let start = try #require(
            bytes.indices.first { bytes[$0...].starts(with: column) })
        bytes[start + column.count - 1] ^= 1
        temporary.write("state.db", bytes)

        var database = try StateDatabase(folder)
        #expect(database.recovery?.reason.contains("definition of table quarantine") == true)
        #expect(database.recovery?.kept == 3)
        #expect(try database.all() == byName(records(3)))
        database.recovery = nil
        // Somebody's index for reports is no damage.
        do {
            let raw = try Database(path: folder.databasePath)
            try raw.execute("CREATE INDEX by_error ON stream(mae)")
        }
        database = try StateDatabase(folder)
        #expect(database.recovery == nil)
    }

    @Test("a step that fails changes nothing")
    func failingMigration() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        do {
            var database = try StateDatabase(folder)
            try database.write(records(3))
        }
        do {
            let raw = try Database(path: folder.databasePath)
            let error = #expect(throws: StoreError.self) {
                try Schema.update(
                    raw, steps: Schema.steps + ["CREATE TABLE more(x);", "DROP TABLE absent;"])
            }
            #expect(text(error).contains("SQLITE_ERROR: no such table: absent"))
        }
        var database = try StateDatabase(folder)
        #expect(database.recovery == nil)
        #expect(try database.all() == byName(records(3)))
    }
}
