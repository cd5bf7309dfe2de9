import Store
import Testing

@Suite("SQLite's errors")
struct SQLiteErrorTests {
    @Test("say what was done, the constant's name and the reason")
    func description() throws {
        let database = try Database(path: ":memory:")
        try database.execute("CREATE TABLE t(x INTEGER PRIMARY KEY); INSERT INTO t VALUES(1)")
        let error = #expect(throws: StoreError.self) {
            try database.execute("INSERT INTO t VALUES(1)")
        }
        #expect(
            text(error) == "INSERT INTO t VALUES(1): SQLITE_CONSTRAINT_PRIMARYKEY: "
                + "UNIQUE constraint failed: t.x")
    }

    @Test("of the system have its words")
    func system() throws {
        let error = #expect(throws: StoreError.self) {
            _ = try Database(path: "/nonexistent/folder/state.db")
        }
        let sentence = text(error)
        #expect(sentence.hasPrefix("opening /nonexistent/folder/state.db: SQLITE_CANTOPEN"))
        #expect(sentence.hasSuffix("(No such file or directory)"))
    }

    @Test("of a file that is no database are damage")
    func damage() throws {
        let temporary = try TemporaryFolder()
        temporary.write("state.db", [UInt8](repeating: 7, count: 8192))
        let database = try Database(path: temporary.file("state.db"))
        let error = #expect(throws: StoreError.self) {
            try database.integer("SELECT count(*) FROM sqlite_schema")
        }
        #expect(error?.isDamage == true)
        #expect(text(error).contains("SQLITE_NOTADB"))
    }
}
