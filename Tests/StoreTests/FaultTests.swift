import CDiskFaults
import Glibc
import Store
import Testing

/// A disk that answers with an error at the n-th write, flush, truncation, rename or new file.
@Suite("A failing disk", .enabled(if: disk_can_fail(), "a sanitizer has these calls for itself"))
struct FaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        var calls: Int
        var code: Int32

        var testDescription: String { name }
    }

    static let faults = [
        Fault(name: "EIO at a write", calls: disk_write, code: EIO),
        Fault(name: "ENOSPC at a write", calls: disk_write, code: ENOSPC),
        Fault(name: "EROFS at a write", calls: disk_write, code: EROFS),
        Fault(name: "EIO at fsync", calls: disk_flush, code: EIO),
        Fault(name: "EIO at ftruncate", calls: disk_truncate, code: EIO),
        Fault(name: "EIO at rename", calls: disk_rename, code: EIO),
        Fault(name: "ENOSPC at a new file", calls: disk_create, code: ENOSPC),
        Fault(name: "EROFS at a new file", calls: disk_create, code: EROFS),
    ]

    /// What a daemon does: opens, restores, writes some rounds, empties the log, makes a backup.
    /// Each step may fail, and the next goes on. Returns the last round that was acknowledged.
    private func work(
        _ folder: StateFolder, from first: Int, failures: inout [StoreError]
    ) -> Int? {
        var acknowledged: Int?
        do throws(StoreError) {
            var database = try StateDatabase(in: folder, newestFormat: 1, at: now)
            for round in first..<first + 4 {
                do throws(StoreError) {
                    _ = try database.write(records(6, round: round, bytes: 20_000), at: now)
                    acknowledged = round
                    if round % 2 == 0 { _ = try database.emptyLog(at: now) }
                    if round % 4 == 1 { _ = try database.backUp(at: now) }
                } catch {
                    failures.append(error)
                }
            }
        } catch {
            failures.append(error)
        }
        return acknowledged
    }

    @Test(
        "is an error and nothing else, heals at the next try, and loses no acknowledged round",
        arguments: faults)
    func fault(_ fault: Fault) throws {
        var failing = 0
        for first in 1...30 {
            // A single failure, or three in a row.
            let times = first % 2 == 0 ? 3 : 1
            let temporary = try TemporaryFolder()
            let folder = try StateFolder(temporary.path)
            var failures: [StoreError] = []
            let start = try #require(work(folder, from: 10, failures: &failures))
            try #require(failures == [])
            disk_fail(Int32(fault.calls), Int32(first), Int32(times), fault.code)
            let during = work(folder, from: 20, failures: &failures)
            let failed = disk_heal()
            if failed > 0, !failures.isEmpty { failing += 1 }
            try #require(failures.allSatisfy { !$0.isDamage }, "\(failures)")

            var database = try StateDatabase(folder)
            try #require(database.recovery == nil)
            let rounds = try Set(database.all().values.map(\.summary.sampleCount))
            try #require(rounds.count == 1)
            // What failed may be there nevertheless; what did not fail must be.
            try #require(Int(rounds.first!) >= during ?? start, "\(first), \(times)")
            try database.write(records(6, round: 30))
            #expect(try database.all() == byName(records(6, round: 30)))
        }
        #expect(failing > 0)
    }

    /// The system may have given up the pages that it could not flush: what comes behind them in
    /// the log would be lost with them.
    @Test("that has failed to flush the log gets it into the file before anything is added")
    func failedFlush() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        for round in 0..<5 { try database.write(records(6, round: round, bytes: 50_000)) }
        let before = database.logBytes
        disk_fail(Int32(disk_flush), 1, 1, EIO)
        let error = #expect(throws: StoreError.self) {
            try database.write(records(6, round: 5, bytes: 50_000), at: now)
        }
        #expect(disk_heal() == 1)
        #expect(text(error).contains("SQLITE_IOERR_FSYNC"), "\(text(error))")
        try database.write(records(6, round: 6, bytes: 50_000))
        #expect(database.logBytes < before / 2)
        #expect(try database.all() == byName(records(6, round: 6, bytes: 50_000)))
    }

    @Test("while a damaged file is mended leaves what the next try needs")
    func faultWhileMending() throws {
        for calls in [disk_write, disk_flush, disk_rename, disk_create] {
            for first in 1...12 {
                let temporary = try TemporaryFolder()
                let folder = try StateFolder(temporary.path)
                do {
                    var database = try StateDatabase(folder)
                    try database.write(records(6))
                    _ = try database.backUp(at: now)
                    try database.close()
                }
                var bytes = temporary.read("state.db")
                for index in 0..<100 { bytes[index] = 0xff }
                temporary.write("state.db", bytes)
                disk_fail(Int32(calls), Int32(first), 1, EIO)
                let first = Result { _ = try StateDatabase(folder) }
                let failed = disk_heal()
                if case .failure(let error) = first { #expect(failed == 1, "\(error)") }
                var database = try StateDatabase(folder)
                try #require(try database.all() == byName(records(6)), "\(calls), \(first)")
            }
        }
    }
}
