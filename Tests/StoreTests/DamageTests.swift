import Glibc
import Store
import TestSupport
import Testing

/// Damaged files: flipped bits, zeroed sectors, lost ends, in the database, its log or both.
///
/// FORETIDE_TORTURE says how often, in place of 20 for each kind.
@Suite("A damaged file")
struct DamageTests {
    enum Damage: CaseIterable, Sendable {
        case flip, flips, zeroedSector, truncation, foreignSector

        /// Returns what it did, for the one who has to look into it.
        func inflict(on bytes: inout [UInt8], using random: inout SplitMix64) -> String {
            guard !bytes.isEmpty else { return "nothing" }
            let position = Int.random(in: 0..<bytes.count, using: &random)
            let sector = position / 512 * 512..<min(position / 512 * 512 + 512, bytes.count)
            switch self {
            case .flip:
                bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case .flips:
                for _ in 0..<50 {
                    let other = Int.random(in: 0..<bytes.count, using: &random)
                    bytes[other] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            case .zeroedSector:
                for index in sector { bytes[index] = 0 }
            case .truncation:
                bytes.removeLast(bytes.count - position)
            case .foreignSector:
                for index in sector { bytes[index] = UInt8(truncatingIfNeeded: random.next()) }
            }
            return "\(self) at \(position) of \(bytes.count)"
        }
    }

    private static let repetitions =
        unsafe getenv("FORETIDE_TORTURE").flatMap { unsafe Int(String(cString: $0)) } ?? 20
    private static let streams = 20

    /// A folder as a crash leaves it: round 3 in the file, 4 and 5 in the log, 2 in the backup.
    private struct Original {
        var files: [(name: String, bytes: [UInt8])] = []

        init(hasBackup: Bool) throws {
            let temporary = try TemporaryFolder()
            let folder = try StateFolder(temporary.path)
            var database = try StateDatabase(folder)
            for round in 1...5 {
                try database.write(records(streams, round: round, bytes: 7000))
                if round == 2, hasBackup { _ = try database.backUp(at: now) }
                if round == 3 { _ = try database.emptyLog(at: now) }
            }
            for name in temporary.names where name != "state.lock" && name != "state.db-shm" {
                files.append((name, temporary.read(name)))
            }
        }

        func restore(into temporary: borrowing TemporaryFolder) {
            for name in temporary.names where name != "state.lock" {
                unsafe unlink(temporary.file(name))
            }
            for file in files { temporary.write(file.name, file.bytes) }
        }
    }

    @Test("is found out or harmless: no stream ever has a state that was not its own")
    func damage() throws {
        let original = try Original(hasBackup: true)
        let rounds = (2...5).map { byName(records(Self.streams, round: $0, bytes: 7000)) }
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var rebuilt = 0
        for name in ["state.db", "state.db-wal"] {
            for damage in Damage.allCases {
                for seed in 0..<UInt64(Self.repetitions) {
                    var random = SplitMix64(seed: seed)
                    original.restore(into: temporary)
                    var bytes = temporary.read(name)
                    let what = damage.inflict(on: &bytes, using: &random)
                    temporary.write(name, bytes)
                    let text: Comment = "\(name), \(what), seed \(seed)"

                    var database = try StateDatabase(folder)
                    let all = try database.all()
                    if database.recovery != nil { rebuilt += 1 }
                    for (name, record) in all {
                        let isOwn = rounds.contains { $0[name] == record }
                        try #require(isOwn, text)
                    }
                    // The backup has them all.
                    try #require(all.count == Self.streams, text)
                    // And it goes on.
                    try database.write(records(Self.streams, round: 6, bytes: 7000))
                    let next = byName(records(Self.streams, round: 6, bytes: 7000))
                    try #require(try database.all() == next, text)
                }
            }
        }
        #expect(rebuilt > 0)
        #expect(temporary.names.filter { $0.hasPrefix("state.db.corrupt-") }.count <= 4)
    }

    @Test("one flipped bit in a sound file costs at most what stands on its page")
    func oneFlip() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        let newest = byName(records(Self.streams, round: 5, bytes: 7000))
        do {
            var database = try StateDatabase(folder)
            try database.write(Array(newest.values))
            try database.close()
        }
        let bytes = temporary.read("state.db")
        var lost: [Int] = []
        for seed in 0..<UInt64(Self.repetitions) {
            var random = SplitMix64(seed: seed)
            for name in temporary.names where name != "state.lock" {
                unsafe unlink(temporary.file(name))
            }
            var damaged = bytes
            // Not on the first page: without it and without a backup there is nothing.
            let position = Int.random(in: 16384..<bytes.count, using: &random)
            damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            temporary.write("state.db", damaged)
            var database = try StateDatabase(folder)
            let all = try database.all()
            for (name, record) in all { try #require(newest[name] == record, "seed \(seed)") }
            lost.append(Self.streams - all.count)
        }
        // Two states stand on a page, so most flips hit one stream, and few a page of many.
        #expect(lost.filter { $0 > 2 }.count <= Self.repetitions / 5)
        #expect(lost.contains { $0 > 0 })
    }

    @Test("without a backup is moved away, and what can be read goes on")
    func movedAway() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        do {
            var database = try StateDatabase(folder)
            try database.write(records(Self.streams))
            try database.close()
        }
        var bytes = temporary.read("state.db")
        for index in 0..<100 { bytes[index] = 0xff }
        temporary.write("state.db", bytes)
        var database = try StateDatabase(folder)
        #expect(
            database.recovery?.movedTo
                == temporary.file("state.db.corrupt-20251121T024000.123456789Z"))
        #expect(database.recovery?.reason.contains("SQLITE_NOTADB") == true)
        #expect(database.recovery?.kept == 0)
        #expect(temporary.read("state.db.corrupt-20251121T024000.123456789Z") == bytes)
        try database.write(records(3))
        #expect(try database.all() == byName(records(3)))
    }

    @Test("found while it is in use is mended under way")
    func inUse() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        try database.write(records(400, bytes: 40_000))
        _ = try database.backUp(at: now)
        _ = try database.emptyLog(at: now)
        // Every page but the first few and those in SQLite's memory.
        var bytes = temporary.read("state.db")
        for index in 16384 * 4..<bytes.count { bytes[index] = 0x5a }
        let file = unsafe open(temporary.file("state.db"), O_WRONLY | O_CLOEXEC)
        _ = unsafe bytes.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
        close(file)
        try database.write(records(400, round: 1, bytes: 40_000))
        try database.write(records(400, round: 2, bytes: 40_000))
        #expect(database.recovery != nil)
        #expect(try database.all() == byName(records(400, round: 2, bytes: 40_000)))
    }
}
