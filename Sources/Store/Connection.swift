/// An open and checked state database with its statements.
struct Connection: ~Copyable {
    let database: Database
    var reader: RecordReader
    var writer: RecordWriter

    /// Bytes of a file up to which every page is looked at before it is used, so that this takes at
    /// most about 2 s on a slow disk. Of a larger file it is the table `stream` alone; damage of
    /// the states is found as they are read.
    private static let checkedBytes = 256 << 20
    /// Bytes of pages kept in memory. What is more goes to the log before its transaction ends,
    /// so that not everything is written at that moment.
    private static let cacheBytes = 1 << 20

    /// Opens the database of the folder, makes it when there is none, brings it to the newest
    /// schema. Throws damage when the file is not sound.
    static func open(
        in folder: StateFolder, newestFormat: Int
    ) throws(StoreError) -> Connection {
        let isNew = try folder.create(StateFolder.databaseName)
        if isNew { try folder.flush() }
        let database = try Database(path: folder.databasePath)
        if try Schema.isBlank(database) {
            if !isNew, StateFolder.backupNames.contains(where: folder.exists) {
                throw Schema.damage("empty, but there are backups", database)
            }
            try Schema.begin(database)
        }
        try configure(database)
        if !isNew {
            // What a crash or a failing disk left in the log goes into the file before anything
            // is added to it.
            _ = try database.emptyLog()
            try check(database, bytes: folder.size(StateFolder.databaseName))
        }
        try Schema.update(database)
        let reader = try RecordReader(database)
        let writer = try RecordWriter(database, newestFormat: newestFormat)
        return Connection(database: database, reader: reader, writer: writer)
    }

    private static func configure(_ database: borrowing Database) throws(StoreError) {
        try database.execute(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA secure_delete = OFF;
            PRAGMA cache_size = -\(cacheBytes >> 10);
            """)
    }

    private static func check(
        _ database: borrowing Database, bytes: Int
    ) throws(StoreError) {
        let scope = bytes <= checkedBytes ? "" : "(stream)"
        let faults = try database.texts("PRAGMA quick_check\(scope)")
        guard faults == ["ok"] else {
            // Below a heading come up to 100 lines, each for one fault: the first says enough.
            let lines = faults.joined(separator: "\n").split(separator: "\n")
            let fault = lines.first { !$0.hasPrefix("***") } ?? "quick_check says nothing"
            throw Schema.damage(String(fault), database)
        }
    }
}
