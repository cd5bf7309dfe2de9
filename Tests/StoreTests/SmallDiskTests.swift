import Glibc
import Store
import Testing

@Suite(
    "A disk in trouble", .serialized,
    .enabled(if: SmallDisk.isPermitted, "mounting a tmpfs needs root"))
struct SmallDiskTests {
    @Test("that is full is said, costs nothing that was there, and heals with room")
    func full() throws {
        let disk = try SmallDisk(bytes: 16 << 20)
        let folder = try StateFolder(disk.path)
        var database = try StateDatabase(folder)
        try database.write(records(10, bytes: 50_000))
        let ballast = disk.fill(leaving: 100_000)
        for round in 1..<4 {
            let error = #expect(throws: StoreError.self) {
                try database.write(records(10, round: round, bytes: 50_000), at: now)
            }
            #expect(error.map { "\($0)".contains("SQLITE_FULL") } == true)
        }
        #expect(try database.all() == byName(records(10, bytes: 50_000)))
        #expect(throws: StoreError.self) { try database.backUp(at: now) }
        ballast.remove()
        try database.write(records(10, round: 9, bytes: 50_000))
        #expect(try database.all() == byName(records(10, round: 9, bytes: 50_000)))
        _ = try database.backUp(at: now)
    }

    @Test("that is full when the database is to be made is said, and heals with room")
    func fullAtStart() throws {
        let disk = try SmallDisk(bytes: 1 << 20)
        let ballast = disk.fill(leaving: 8192)
        let folder = try StateFolder(disk.path)
        #expect(throws: StoreError.self) { _ = try StateDatabase(folder) }
        ballast.remove()
        var database = try StateDatabase(folder)
        try database.write(records(3))
        #expect(try database.all() == byName(records(3)))
    }

    @Test("that is read-only is said, and heals")
    func readOnly() throws {
        let disk = try SmallDisk(bytes: 16 << 20)
        do {
            let folder = try StateFolder(disk.path)
            var database = try StateDatabase(folder)
            try database.write(records(10))
            try database.close()
        }
        disk.setReadOnly(true)
        let error = #expect(throws: StoreError.self) { try StateFolder(disk.path) }
        #expect(
            error.map { "\($0)" }
                == "\(disk.path)/state.lock: opening: Read-only file system; "
                + "mount it read-write, or take another state.directory")
        disk.setReadOnly(false)
        let folder = try StateFolder(disk.path)
        var database = try StateDatabase(folder)
        #expect(try database.all() == byName(records(10)))
        try database.write(records(10, round: 1))
    }
}
