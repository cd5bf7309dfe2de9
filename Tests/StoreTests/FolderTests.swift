import Glibc
import Store
import Testing

@Suite("A state folder")
struct FolderTests {
    @Test("belongs to one owner at a time, and the second is told which process that is")
    func twoOwners() throws {
        let temporary = try TemporaryFolder()
        do {
            let folder = try StateFolder(temporary.path)
            let error = #expect(throws: StoreError.self) { try StateFolder(temporary.path) }
            #expect(error == .locked(path: temporary.path, process: getpid()))
            #expect(text(error).contains("process \(getpid()) uses this state folder"))
            #expect(folder.path == temporary.path)
        }
        _ = try StateFolder(temporary.path)
    }

    @Test("can be read by anybody who may, without the lock, while its owner writes")
    func readers() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        var database = try StateDatabase(folder)
        var newer = record("s1")
        newer.summary.formatVersion = 9
        try database.write([record("s0")])
        var reader = try StateReader(folder: temporary.path, newestFormat: 1)
        for round in 1..<10 {
            try database.write(records(4, round: round))
            guard case .sound(let found) = try reader.find(Array("s3".utf8)) else {
                Issue.record("s3 is not there")
                return
            }
            try #require(found == record("s3", round: round))
        }
        guard case .nothing = try reader.find(newer.summary.name + [65]) else {
            Issue.record("found what is not there")
            return
        }
        var sequences: [UInt64] = []
        try reader.forEachSummary { sequences.append($0.sequence) }
        #expect(sequences == [10, 10, 10, 10])
        #expect(try reader.forEach { _, _ in }.restored == 4)
    }

    @Test("whose path is a file is an error that says so")
    func file() throws {
        let temporary = try TemporaryFolder()
        temporary.write("file", [1])
        let error = #expect(throws: StoreError.self) { try StateFolder(temporary.file("file")) }
        #expect(text(error).contains("Not a directory"))
    }

    @Test("goes on with a replacement that was whole, and throws away one that was not")
    func replacements() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(temporary.path)
        do {
            var database = try StateDatabase(folder)
            try database.write(records(3))
            try database.close()
        }
        // Killed while it was being made.
        temporary.write("state.db.new", [1, 2, 3])
        do {
            var database = try StateDatabase(folder)
            #expect(try database.all() == byName(records(3)))
            #expect(!temporary.names.contains("state.db.new"))
            try database.close()
        }
        // Killed after the damaged file was moved away.
        unsafe rename(temporary.file("state.db"), temporary.file("state.db.new"))
        var database = try StateDatabase(folder)
        #expect(try database.all() == byName(records(3)))
        #expect(!temporary.names.contains("state.db.new"))
    }
}
