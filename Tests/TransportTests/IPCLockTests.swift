import Glibc
import Testing
import Transport

@Suite("ipc paths", .serialized)
struct IPCLockTests {
    private func bindFails(
        _ path: String, in context: Context
    ) -> ZeroMQError.Cause? {
        let error = #expect(throws: ZeroMQError.self) {
            try Socket(.pull, in: context).bind(Endpoint(.ipc(path: path)))
        }
        return error?.cause
    }

    private func works(_ pull: borrowing Socket, _ path: String, in context: Context) throws {
        let push = try Socket(.push, in: context)
        try push.connect(Endpoint(.ipc(path: path)))
        _ = try push.send(["hello"])
        var message = Message(capacity: 1)
        let reception = try receive(from: pull, into: &message)
        try #require(reception == .message)
    }

    @Test("a second bind is refused with the pid and the first goes on; after a close it works")
    func secondBind() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/in.sock"
        let context = try Context()
        for _ in 0..<20 {
            let first = try Socket(.pull, in: context)
            try first.bind(Endpoint(.ipc(path: path)))
            try #require(bindFails(path, in: context) == .lockedBy(process: getpid()))
            try works(first, path, in: context)
            first.close()
            #expect(folder.names == [])
        }
        let text = ZeroMQError.Cause.lockedBy(process: 4711).description
        #expect(text.contains("process 4711 is bound to it"))
    }

    @Test("what a killed process left behind is taken over")
    func stale() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/in.sock"
        let context = try Context()
        // A socket file that nobody listens on, and a lock file that nobody holds.
        try bindPlainSocket(path, keepListening: false)
        close(unsafe open(path + ".lock", O_CREAT | O_WRONLY, 0o600))
        let pull = try Socket(.pull, in: context)
        try pull.bind(Endpoint(.ipc(path: path)))
        try works(pull, path, in: context)
        pull.close()
        #expect(folder.names == [])
    }

    @Test("a program that does not know the lock is not robbed of its path")
    func foreignListener() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/in.sock"
        let context = try Context()
        let descriptor = try bindPlainSocket(path, keepListening: true)
        #expect(bindFails(path, in: context) == .lockedBy(process: nil))
        #expect(folder.names == ["in.sock"])
        close(descriptor)
        unsafe unlink(path)
    }

    @Test("a file at the path is left alone")
    func file() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/precious"
        let context = try Context()
        close(unsafe open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(bindFails(path, in: context) == .notASocket)
        #expect(folder.names == ["precious"])
        unsafe unlink(path)
    }

    @Test("unbinding gives the path back too")
    func unbind() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/in.sock"
        let context = try Context()
        let pull = try Socket(.pull, in: context)
        try pull.bind(Endpoint(.ipc(path: path)))
        try pull.unbind(Endpoint(.ipc(path: path)))
        #expect(folder.names == [])
        let other = try Socket(.pull, in: context)
        try other.bind(Endpoint(.ipc(path: path)))
        try works(other, path, in: context)
    }

    @Test("an abstract name needs no lock: the kernel refuses the second bind")
    func abstract() throws {
        let context = try Context()
        let name = "@foretide-\(getpid())-\(UInt64.random(in: .min ... .max))"
        let pull = try Socket(.pull, in: context)
        try pull.bind(Endpoint(.ipc(path: name)))
        #expect(bindFails(name, in: context) == .addressInUse)
        try works(pull, name, in: context)
    }

    /// Binds a Unix socket without ZeroMQ, and closes it again without removing it if told to.
    @discardableResult
    private func bindPlainSocket(_ path: String, keepListening: Bool) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            unsafe bytes.copyBytes(from: path.utf8.prefix(bytes.count - 1))
        }
        let status = unsafe withUnsafePointer(to: address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0 && listen(descriptor, 8) == 0)
        if !keepListening { close(descriptor) }
        return descriptor
    }
}
