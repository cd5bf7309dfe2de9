/// What became of a database file that was damaged or taken away.
package struct Recovery: Equatable, Sendable {
    /// Why the file was given up.
    package var reason: String
    /// Where the damaged file is now; nil when it was taken away.
    package var movedTo: String?
    /// Streams whose newest state could be read from the damaged file.
    package var kept = 0
    /// Streams that go on with an older state, from a backup.
    package var fromBackup = 0
}

/// Makes a sound database out of a damaged one and its backups.
enum Rebuild {
    /// Damaged files that are kept, the newest ones.
    private static let keptFiles = 2

    /// Takes over every sound row, then from the newest backup the streams that are missing. The
    /// damaged file is moved away only when all of it is on the disk: whatever happens in between,
    /// there is always one to begin with.
    static func run(
        in folder: StateFolder, reason: String, at time: Int64
    ) throws(StoreError) -> Recovery {
        folder.remove(StateFolder.replacementName)
        _ = try folder.create(StateFolder.replacementName)
        let moved = StateFolder.corruptPrefix + UTCTime.compact(time)
        var recovery = Recovery(reason: reason, movedTo: folder.file(moved))
        do {
            try fill(folder, &recovery)
            try folder.flush(StateFolder.replacementName)
        } catch {
            folder.remove(StateFolder.replacementName)
            throw error
        }
        try folder.rename(StateFolder.databaseName, to: moved)
        try finish(in: folder)
        prune(folder)
        return recovery
    }

    /// A crash may have come between the two renames: then the replacement is whole and there is
    /// no database. With a database, a replacement is one that was never finished.
    static func finish(in folder: StateFolder) throws(StoreError) {
        guard folder.exists(StateFolder.replacementName) else { return }
        if folder.exists(StateFolder.databaseName) {
            folder.remove(StateFolder.replacementName)
        } else {
            try folder.rename(StateFolder.replacementName, to: StateFolder.databaseName)
            try folder.flush()
        }
    }

    private static func fill(
        _ folder: StateFolder, _ recovery: inout Recovery
    ) throws(StoreError) {
        let fresh = try Database(path: folder.file(StateFolder.replacementName))
        try Schema.begin(fresh)
        // Nobody reads it before it is whole: it needs no journal on the disk.
        try fresh.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")
        try Schema.update(fresh)
        var reader = try RecordReader(fresh)
        var writer = try RecordWriter(fresh, newestFormat: .max)
        try fresh.execute("BEGIN")
        var kept = 0
        _ = try Salvage.forEach(in: folder.databasePath) { record throws(StoreError) in
            if try writer.write(record) { kept += 1 }
        }
        var added = 0
        for backup in StateFolder.backupNames where folder.exists(backup) {
            let isWhole = try Salvage.forEach(in: folder.file(backup)) {
                record throws(StoreError) in
                guard case .nothing = try reader.find(record.summary.name.span) else { return }
                if try writer.write(record) { added += 1 }
            }
            if isWhole { break }
        }
        try fresh.execute("COMMIT")
        recovery.kept = kept
        recovery.fromBackup = added
    }

    private static func prune(_ folder: StateFolder) {
        let damaged = folder.names().filter {
            $0.hasPrefix(StateFolder.corruptPrefix) && !$0.hasSuffix("-wal")
        }
        for name in damaged.dropLast(keptFiles) { folder.remove(name) }
    }
}
