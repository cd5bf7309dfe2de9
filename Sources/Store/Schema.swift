/// The tables of the state database, and how an older file becomes a newer one.
package enum Schema {
    /// SQLite's application_id: "Ftde", so that `file` and we know our own.
    static let applicationID: Int64 = 0x4674_6465

    /// Bytes of a page. States are long, so a page larger than SQLite's 4096 halves the work of
    /// writing them; over 16 KiB a change of a few bytes costs too much.
    static let pageBytes = 16384

    /// Step i takes schema i to i + 1. A step that has been released is never changed. One that
    /// changes `stream` or `state` must also teach `Salvage` the older columns.
    package static let steps = [
        """
        CREATE TABLE about(
            id INTEGER PRIMARY KEY CHECK(id = 1),
            schema INTEGER NOT NULL  -- as user_version; they differ only in a damaged file
        ) STRICT;
        INSERT INTO about VALUES(1, 0);

        CREATE TABLE stream(
            id INTEGER PRIMARY KEY,
            stream TEXT NOT NULL UNIQUE,
            partition INTEGER NOT NULL,
            samples INTEGER NOT NULL,
            sequence INTEGER NOT NULL,  -- of the last forecast published
            last_time INTEGER,          -- of the last sample, nanoseconds since 1970 UTC
            mae REAL,
            mase REAL,
            updated_at INTEGER NOT NULL,  -- nanoseconds since 1970 UTC
            settings INTEGER NOT NULL,    -- signature
            format INTEGER NOT NULL,      -- of the state
            forecast BLOB NOT NULL,       -- the last one published
            state_crc INTEGER NOT NULL,   -- CRC-32C of the state
            crc INTEGER NOT NULL          -- CRC-32C of all other columns but id
        ) STRICT;
        CREATE INDEX stream_by_update ON stream(updated_at);

        -- Apart from the rest, so that an update of the same size is written in place and a list of
        -- the streams does not turn over their states.
        CREATE TABLE state(
            id INTEGER PRIMARY KEY,  -- of stream
            state BLOB NOT NULL
        ) STRICT;

        -- Rows whose checksum was wrong, as they were found.
        CREATE TABLE quarantine(
            id INTEGER PRIMARY KEY, found_at INTEGER NOT NULL,
            stream, partition, samples, sequence, last_time, mae, mase, updated_at, settings,
            format, forecast, state_crc, crc, state
        );
        """
    ]

    /// Brings the database to the newest schema, from nothing or from an older one, at once or not
    /// at all: an error leaves a transaction that ends with the connection.
    package static func update(
        _ database: borrowing Database, steps: [String] = steps
    ) throws(StoreError) {
        let found = try version(of: database)
        guard found <= steps.count else {
            throw .newerSchema(path: database.path, found: found, supported: steps.count)
        }
        try check(database, against: steps[..<found])
        if found == steps.count { return }
        try database.execute(
            """
            BEGIN IMMEDIATE;
            \(steps[found...].joined(separator: "\n"))
            UPDATE about SET schema = \(steps.count);
            PRAGMA user_version = \(steps.count);
            PRAGMA application_id = \(applicationID);
            COMMIT;
            """)
    }

    /// SQLite reads the definitions of tables from the file: a flipped bit in one makes another
    /// table of it, which shows only when it is used.
    private static func check(
        _ database: borrowing Database, against steps: ArraySlice<String>
    ) throws(StoreError) {
        if steps.isEmpty { return }
        let sound = try Database(path: ":memory:")
        for step in steps { try sound.execute(step) }
        let definitions =
            "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1"
        let found = try Set(database.texts(definitions))
        // Who adds an index for reports of their own does no harm.
        for definition in try sound.texts(definitions) where !found.contains(definition) {
            let name = definition.prefix { $0 != ":" }
            throw damage("the definition of \(name) is not as it was made", database)
        }
    }

    /// What an empty file must be told before its first table.
    package static func begin(_ database: borrowing Database) throws(StoreError) {
        try database.execute(
            "PRAGMA page_size = \(pageBytes); PRAGMA auto_vacuum = INCREMENTAL;")
    }

    /// Whether nothing has ever been written to the database.
    static func isBlank(_ database: borrowing Database) throws(StoreError) -> Bool {
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema")
        let version = try database.integer("PRAGMA user_version")
        return tables == 0 && version == 0
    }

    /// 0 for a blank file. Two places tell the version, so that a flipped bit is not taken for a
    /// newer program's file.
    static func version(of database: borrowing Database) throws(StoreError) -> Int {
        if try isBlank(database) { return 0 }
        let tables = try database.texts("SELECT name FROM sqlite_schema WHERE type = 'table'")
        guard tables.contains("about") else {
            if tables.contains("stream") { throw damage("there is no table about", database) }
            throw .foreign(path: database.path)
        }
        let version = try database.integer("SELECT schema FROM about")
        guard try database.integer("PRAGMA user_version") == version, version > 0,
            try database.integer("PRAGMA application_id") == applicationID
        else { throw damage("user_version or application_id is not as in about", database) }
        return Int(version)
    }

    static func damage(_ message: String, _ database: borrowing Database) -> StoreError {
        .sqlite(.damage(message, "checking \(database.path)"))
    }
}
