import Glibc
import Testing

import Transport

@Suite("Endpoint of a listener")
struct ListenerTests {
    /// A socket that is closed at the end of the test.
    private final class Opened {
        let descriptor: Int32

        init(_ family: Int32, _ kind: __socket_type = SOCK_STREAM) {
            descriptor = socket(family, Int32(kind.rawValue), 0)
        }

        deinit { close(descriptor) }

        func bindUnix(_ name: [UInt8]) -> Int32 {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
                unsafe room.copyBytes(from: name)
            }
            return unsafe withUnsafePointer(to: address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(2 + name.count))
                }
            }
        }
    }

    @Test("a tcp listener is known by its address", arguments: [AF_INET, AF_INET6])
    func tcp(family: Int32) throws {
        let opened = Opened(family)
        try #require(listen(opened.descriptor, 1) == 0)
        let endpoint = try Endpoint(listener: opened.descriptor)
        guard case .tcp(let host, let port) = endpoint.transport else {
            Issue.record("\(endpoint)")
            return
        }
        #expect(host == (family == AF_INET ? "0.0.0.0" : "::") && port > 0)
        // The same as the system says, as a text that can be read back.
        #expect(try Endpoint("\(endpoint)") == endpoint)
        #expect(try Endpoint("tcp://*:\(port)").describes(listener: endpoint))
        #expect(try Endpoint("tcp://*:*").describes(listener: endpoint))
        #expect(try !Endpoint("tcp://127.0.0.1:\(port)").describes(listener: endpoint))
    }

    @Test("a listener of the file system is known by its path or its abstract name")
    func unix() throws {
        let path = "/tmp/foretide-listener-\(getpid())"
        defer { unsafe unlink(path) }
        let named = Opened(AF_UNIX)
        try #require(named.bindUnix(Array(path.utf8)) == 0 && listen(named.descriptor, 1) == 0)
        #expect(try Endpoint(listener: named.descriptor) == Endpoint("ipc://\(path)"))
        let abstract = Opened(AF_UNIX)
        let name = "foretide-listener-\(getpid())"
        try #require(abstract.bindUnix([0] + name.utf8) == 0 && listen(abstract.descriptor, 1) == 0)
        #expect(try Endpoint(listener: abstract.descriptor) == Endpoint("ipc://@\(name)"))
    }

    @Test("what does not listen is refused")
    func refused() throws {
        func problem(_ descriptor: Int32) -> String? {
            #expect(throws: EndpointError.self) { try Endpoint(listener: descriptor) }?.problem
        }
        #expect(problem(-1) == "it is not open")
        let file = unsafe open("/dev/null", O_RDONLY)
        #expect(problem(file) == "it is no socket")
        close(file)
        for kind in [SOCK_STREAM, SOCK_DGRAM] {
            let opened = Opened(AF_INET, kind)
            withExtendedLifetime(opened) {
                #expect(problem(opened.descriptor) == "it is no stream socket that listens")
            }
        }
    }

    @Test(
        "an endpoint describes the listeners that a bind to it would have made",
        arguments: [
            ("tcp://127.0.0.1:5555", "tcp://127.0.0.1:5555", true),
            ("tcp://localhost:5555", "tcp://127.0.0.1:5555", true),
            ("tcp://lo:5555", "tcp://127.0.0.1:5555", true),
            ("tcp://127.0.0.1:5555", "tcp://127.0.0.1:5556", false),
            ("tcp://127.0.0.1:5555", "tcp://127.0.0.2:5555", false),
            ("tcp://127.0.0.1:5555", "tcp://0.0.0.0:5555", false),
            ("tcp://0.0.0.0:5555", "tcp://[::]:5555", true),
            ("tcp://[::1]:5555", "tcp://[0:0::1]:5555", true),
            ("tcp://[::1]:5555", "tcp://127.0.0.1:5555", false),
            ("tcp://127.0.0.1:*", "tcp://127.0.0.1:5555", true),
            ("ipc:///run/a", "ipc:///run/a", true),
            ("ipc:///run/a", "ipc:///run/b", false),
            ("ipc:///run/a", "tcp://127.0.0.1:5555", false),
        ])
    func describes(wanted: String, listener: String, expected: Bool) throws {
        #expect(try Endpoint(wanted).describes(listener: Endpoint(listener)) == expected)
    }
}
