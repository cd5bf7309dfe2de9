/// Gets the sound rows out of a database file that may be damaged anywhere.
enum Salvage {
    /// Ids in a row without a sound stream before the rest is given up: what one damaged page holds
    /// at the most, many times over.
    private static let patience = 10_000

    /// Hands over every sound row that can be reached. False when something could not be.
    static func forEach(in path: String, _ body: (StreamRecord) throws(StoreError) -> Void)
        throws(StoreError) -> Bool
    {
        // What is wrong with the file, and how it shows, does not matter here.
        guard let database = try? Database(path: path),
            var reader = try? RecordReader(database),
            var next = try? database.prepare("SELECT min(id) FROM stream WHERE id > ?1")
        else { return false }
        // One transaction for all: beginning one takes longer than reading a row.
        try? database.execute("BEGIN")
        var id: Int64 = 0
        var failures = 0
        var isWhole = true
        while failures < patience, id < .max {
            let found: Int64?
            do throws(StoreError) {
                try next.bind(1, id)
                defer { next.reset() }
                guard try next.step(), let least = next.optionalInteger(0) else { return isWhole }
                found = least
            } catch {
                found = nil
            }
            // A damaged page may say any number, also one that came before: only a sound row's is
            // believed.
            if let found, found > id, case .sound(let record) = try? reader.find(id: found) {
                try body(record)
                id = found
                failures = 0
            } else {
                isWhole = false
                failures += 1
                id += 1
            }
        }
        return false
    }
}
