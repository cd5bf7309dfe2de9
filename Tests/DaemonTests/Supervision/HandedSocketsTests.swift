import Daemon
import Glibc
import Settings
import Testing

@Suite("HandedSockets")
struct HandedSocketsTests {
    /// Listening sockets under descriptors that follow one another, as systemd hands them over.
    private final class Listeners {
        let first: Int32
        let ports: [UInt16]

        init(_ count: Int) throws {
            var ports: [UInt16] = []
            var opened: [Int32] = []
            for _ in 0..<count {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let status = unsafe withUnsafeMutablePointer(to: &address) { address in
                    unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                        guard unsafe bind(descriptor, address, length) == 0 else { return -1 }
                        return unsafe Int(getsockname(descriptor, address, &length))
                    }
                }
                try #require(status == 0 && listen(descriptor, 1) == 0)
                ports.append(UInt16(bigEndian: address.sin_port))
                opened.append(descriptor)
            }
            // Tests run side by side: a block of descriptors that nobody else takes.
            var first: Int32 = 600
            var copies: [Int32] = []
            while copies.count < count {
                let copy = fcntl(opened[copies.count], F_DUPFD, first + Int32(copies.count))
                try #require(copy >= 0)
                if copy == first + Int32(copies.count) {
                    copies.append(copy)
                } else {
                    close(copy)
                    for copy in copies { close(copy) }
                    (copies, first) = ([], first + 50)
                }
            }
            for descriptor in opened { close(descriptor) }
            (self.first, self.ports) = (first, ports)
        }

        deinit { for index in 0..<ports.count { close(first + Int32(index)) } }

        func endpoint(_ index: Int) -> String { "tcp://127.0.0.1:\(ports[index])" }

        /// - Parameter names: of all of them, or nil for no names.
        func handed(
            _ names: String? = nil, to settings: Settings, count: Int? = nil, process: Int32? = nil
        ) throws(DaemonError) -> HandedSockets {
            var environment = [
                "LISTEN_PID": "\(process ?? getpid())", "LISTEN_FDS": "\(count ?? ports.count)",
            ]
            environment["LISTEN_FDNAMES"] = names
            return try HandedSockets(environment: environment, settings: settings, first: first)
        }
    }

    private static func settings(
        input: [String], pull: [String] = [], output: [String] = ["ipc://@out"]
    ) -> Settings {
        var settings = Settings()
        (settings.input.bind, settings.input.pullBind, settings.output.bind) = (input, pull, output)
        return settings
    }

    @Test("the address tells which is which", arguments: [nil, "a:a:a", "pull:output:input"])
    func byAddress(names: String?) throws {
        let listeners = try Listeners(3)
        let (pull, output, input) = (
            listeners.endpoint(0), listeners.endpoint(1), listeners.endpoint(2)
        )
        let settings = Self.settings(input: [input], pull: [pull], output: [output])
        let handed = try listeners.handed(names, to: settings)
        #expect(handed.descriptor(for: .pull, pull) == listeners.first)
        #expect(handed.descriptor(for: .output, output) == listeners.first + 1)
        #expect(handed.descriptor(for: .input, input) == listeners.first + 2)
        #expect(handed.descriptor(for: .input, pull) == nil)
        // Nobody but this process gets them.
        #expect(fcntl(listeners.first, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(listeners.first, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test("a name tells where the settings leave the port to the system")
    func byName() throws {
        let listeners = try Listeners(2)
        let any = "tcp://127.0.0.1:*"
        let settings = Self.settings(input: [any], output: [any])
        let handed = try listeners.handed("output:input", to: settings)
        #expect(handed.descriptor(for: .output, any) == listeners.first)
        #expect(handed.descriptor(for: .input, any) == listeners.first + 1)
        let error = #expect(throws: DaemonError.self) { try listeners.handed(to: settings) }
        #expect(error?.code == .configuration)
    }

    @Test("sockets of the file system may be bound by the daemon itself, tcp ones may not")
    func missing() throws {
        let listeners = try Listeners(1)
        let input = listeners.endpoint(0)
        let handed = try listeners.handed(to: Self.settings(input: [input, "ipc://@in"]))
        #expect(handed.descriptor(for: .input, "ipc://@in") == nil)
        let settings = Self.settings(input: [input, "tcp://127.0.0.1:1"])
        let error = #expect(throws: DaemonError.self) { try listeners.handed(to: settings) }
        #expect(error?.code == .configuration)
        #expect(error?.description.contains("ListenStream=127.0.0.1:1 ") == true)
    }

    @Test("a socket that no setting wants is refused, under a wrong name too")
    func superfluous() throws {
        let listeners = try Listeners(1)
        let other = Self.settings(input: ["ipc://@in"])
        let error = #expect(throws: DaemonError.self) { try listeners.handed(to: other) }
        #expect(error?.description.contains(listeners.endpoint(0)) == true)
        let settings = Self.settings(input: [listeners.endpoint(0)])
        #expect(throws: DaemonError.self) { try listeners.handed("output", to: settings) }
    }

    @Test("what is meant for another process, or for none, is left alone")
    func otherProcess() throws {
        let listeners = try Listeners(1)
        let settings = Self.settings(input: [listeners.endpoint(0)])
        let handed = try listeners.handed(to: settings, process: 1)
        #expect(handed.descriptor(for: .input, listeners.endpoint(0)) == nil)
        let none = try HandedSockets(environment: [:], settings: settings)
        #expect(none.descriptor(for: .input, listeners.endpoint(0)) == nil)
    }

    @Test("variables that make no sense are refused")
    func nonsense() throws {
        let listeners = try Listeners(1)
        let settings = Self.settings(input: [listeners.endpoint(0)])
        for count in [-1, 5000] {
            let error = #expect(throws: DaemonError.self) {
                try listeners.handed(to: settings, count: count)
            }
            #expect(error?.description.contains("LISTEN_FDS=\(count)") == true)
        }
        let error = #expect(throws: DaemonError.self) { try listeners.handed("a:b", to: settings) }
        #expect(error?.description.contains("LISTEN_FDNAMES") == true)
    }
}
