import Glibc
import Testing

/// A program with a pipe from its standard output; killed when it goes out of scope.
final class ChildProcess {
    let process: pid_t
    private let output: Int32
    private var pending: [UInt8] = []

    init(_ program: String, _ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        let made = unsafe pipe(&ends)
        try #require(made == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var process = pid_t()
        let words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        let status = unsafe posix_spawnp(&process, program, &actions, nil, words, environ)
        unsafe words.forEach { unsafe free($0) }
        unsafe posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        try #require(status == 0, "\(program) does not start")
        self.process = process
        output = ends[0]
    }

    deinit {
        if process > 0 {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        close(output)
    }

    /// The program that `Tests/StoreCrasher` is built into, beside that of the tests.
    static func crasher() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe readlink("/proc/self/exe", $0.baseAddress!, $0.count)
        }
        let path = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return String(path[...path.lastIndex(of: "/")!]) + "StoreCrasher"
    }

    /// The next line, nil at the end.
    func line() -> String? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeFirst(end + 1)
                return line
            }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe read(output, $0.baseAddress, $0.count)
            }
            if count <= 0 { return nil }
            pending += bytes.prefix(count)
        }
    }

    /// Kills it, waits for its end, and returns the lines that it had still written.
    func killAndWait() -> [String] {
        kill(process, SIGKILL)
        return rest()
    }

    /// The lines up to its end.
    func rest() -> [String] {
        var lines: [String] = []
        while let line = line() { lines.append(line) }
        return lines
    }
}
