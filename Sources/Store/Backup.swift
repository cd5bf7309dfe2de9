/// The two copies of the database beside it.
enum Backup {
    /// The newest sound copy of the stream of that name, else of the one in that row: the name may
    /// be what is damaged.
    static func find(_ name: [UInt8], id: Int64, in folder: StateFolder) -> StreamRecord? {
        for backup in StateFolder.backupNames where folder.exists(backup) {
            // A backup that cannot be read is one that does not have the stream.
            guard let database = try? Database(path: folder.file(backup), .readOnly),
                var reader = try? RecordReader(database)
            else { continue }
            if case .sound(let record)? = try? reader.find(name.span) { return record }
            if case .sound(let record)? = try? reader.find(id: id) { return record }
        }
        return nil
    }
}
