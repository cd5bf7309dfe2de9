extension StateDatabase {
    /// Bytes of the write-ahead log from which it is emptied: that takes some milliseconds of a
    /// processor at once, for which others may have to wait.
    package static let logBytesToEmpty = 4 << 20

    /// Bytes in the write-ahead log: 0 after `emptyLog`.
    package var logBytes: Int { folder.size(StateFolder.databaseName + "-wal") }

    /// Moves what the write-ahead log holds into the file. Returns the bytes that were in it, nil
    /// when a reader is in the way: then the next time will do.
    package mutating func emptyLog(at time: Int64) throws(StoreError) -> Int? {
        let bytes = logBytes
        if bytes == 0 { return 0 }
        return try perform(at: time) { connection throws(StoreError) in
            try connection.database.emptyLog() ? bytes : nil
        }
    }

    /// Gives pages that deleted streams left behind back to the file system, at most `pages` of 16
    /// KiB, when more than a quarter of the file is such pages: fewer are soon used again. Returns
    /// how many.
    package mutating func shrink(pages: Int = 1024, at time: Int64) throws(StoreError) -> Int {
        try perform(at: time) { connection throws(StoreError) in
            let free = try connection.database.integer("PRAGMA freelist_count")
            let all = try connection.database.integer("PRAGMA page_count")
            guard free * 4 > all else { return 0 }
            try connection.database.execute("PRAGMA incremental_vacuum(\(pages))")
            return try Int(free - connection.database.integer("PRAGMA freelist_count"))
        }
    }

    /// Checks every row, sets aside what is damaged, and copies the whole database into a file of
    /// its own, which becomes the newest of two backups. Returns its bytes.
    ///
    /// Takes as long as it takes to write the database once: forecasts do not wait for it,
    /// checkpoints do.
    package mutating func backUp(at time: Int64) throws(StoreError) -> Int {
        _ = try forEach(at: time) { _, _ in }
        let folder = folder
        let next = StateFolder.nextBackupName
        folder.remove(next)
        _ = try folder.create(next)
        do {
            try perform(at: time) { connection throws(StoreError) in
                var copy = try connection.database.prepare("VACUUM INTO ?1")
                let path = Array(folder.file(next).utf8)
                try copy.bind(1, text: path.span)
                try copy.run()
            }
            try folder.flush(next)
            let (newest, older) = (StateFolder.backupNames[0], StateFolder.backupNames[1])
            if folder.exists(newest) { try folder.rename(newest, to: older) }
            try folder.rename(next, to: newest)
            try folder.flush()
            return folder.size(newest)
        } catch {
            folder.remove(next)
            throw error
        }
    }
}
