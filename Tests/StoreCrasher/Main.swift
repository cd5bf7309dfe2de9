import Glibc
import Store

/// A process for `StoreTests` to kill and to starve: it writes the state of a few streams over and
/// over, and says after each transaction which round is on the disk.
@main
enum StoreCrasher {
    static let streams = 8

    static func main() {
        do throws(StoreError) {
            let arguments = CommandLine.arguments
            let folder = try StateFolder(arguments[1])
            var database = try StateDatabase(in: folder, newestFormat: 1, at: 0)
            if arguments.count > 2 {
                try starve(&database)
            } else {
                while true { try writeRound(&database) }
            }
        } catch {
            say("\(error)")
            exit(1)
        }
    }

    private static func writeRound(_ database: inout StateDatabase) throws(StoreError) {
        let round = try lastRound(&database) + 1
        let bytes = 30_000
        _ = try database.write(
            (0..<streams).map { index in
                var summary = StreamSummary(name: Array("s\(index)".utf8))
                summary.sequence = round
                let fill = UInt8(truncatingIfNeeded: round &+ UInt64(index))
                return StreamRecord(
                    summary: summary, state: [UInt8](repeating: fill, count: bytes))
            }, at: 0)
        say("\(round)")
        if round % 5 == 0 { _ = try database.emptyLog(at: 0) }
        if round % 11 == 0 { _ = try database.backUp(at: 0) }
    }

    private static func lastRound(_ database: inout StateDatabase) throws(StoreError) -> UInt64 {
        var last: UInt64 = 0
        try database.forEachSummary(at: 0) { last = max(last, $0.sequence) }
        return last
    }

    /// Writes under a limit on the size of files until it fails, then without.
    private static func starve(_ database: inout StateDatabase) throws(StoreError) {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 800_000, rlim_max: .max)
        unsafe setrlimit(__rlimit_resource_t(1), &limit)
        for _ in 0..<1000 {
            do throws(StoreError) {
                try writeRound(&database)
            } catch {
                say("\(error)")
                break
            }
        }
        limit.rlim_cur = .max
        unsafe setrlimit(__rlimit_resource_t(1), &limit)
        try writeRound(&database)
        say("healed")
    }

    private static func say(_ line: String) {
        let bytes = Array((line.replacingNewlines + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
    }
}

extension String {
    /// On one line.
    fileprivate var replacingNewlines: String { String(map { $0.isNewline ? " " : $0 }) }
}
