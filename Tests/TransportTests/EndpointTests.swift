import Testing
import Transport

@Suite("Endpoint")
struct EndpointTests {
    @Test(
        "every good text comes back as it was",
        arguments: [
            "tcp://127.0.0.1:5555", "tcp://*:5555", "tcp://127.0.0.1:*", "tcp://[::1]:5555",
            "tcp://localhost:1", "tcp://eth0:65535", "tcp://sensor_1.plant-a.example:5556",
            "ipc:///run/foretide/in.sock", "ipc://relative.sock", "ipc://@abstract",
            "inproc://monitor",
        ])
    func good(_ text: String) throws {
        #expect(try Endpoint(text).description == text)
    }

    @Test(
        "a bad text is refused, quoted, with what was expected",
        arguments: [
            ("", "expected tcp://"), ("5555", "expected tcp://"), ("tcp:/a:1", "expected tcp://"),
            ("norm://x:1", "expected tcp://"), ("udp://127.0.0.1:1", "expected tcp://"),
            ("tcp://127.0.0.1", "port is missing"), ("tcp://127.0.0.1:", "1 to 65535"),
            ("tcp://127.0.0.1:99999", "1 to 65535"), ("tcp://127.0.0.1:-1", "1 to 65535"),
            ("tcp://127.0.0.1:+1", "1 to 65535"), ("tcp://127.0.0.1:http", "1 to 65535"),
            ("tcp://:5555", "address, a name or *"), ("tcp://a/b:5555", "address, a name or *"),
            ("tcp://1.2.3.4:1;5.6.7.8:2", "brackets"), ("tcp://::1:5555", "brackets"),
            ("tcp://[::g]:5555", "IPv6"), ("tcp://a b:5555", "no spaces"),
            ("tcp://a:5555\n", "no spaces"), ("ipc://", "ipc://PATH"), ("ipc://@", "ipc://PATH"),
            ("ipc:///" + String(repeating: "x", count: 107), "1 to 107 bytes"),
            ("inproc://", "inproc://NAME"),
        ])
    func bad(_ text: String, _ expected: String) {
        let error = #expect(throws: EndpointError.self) { try Endpoint(text) }
        #expect(error?.description.contains(expected) == true, "\(error as Any)")
        #expect(error?.text == text)
    }

    @Test(
        "only what nobody outside can reach is loopback",
        arguments: [
            ("tcp://127.0.0.1:5555", true), ("tcp://127.255.0.9:5555", true),
            ("tcp://localhost:5555", true), ("tcp://[::1]:5555", true), ("tcp://lo:5555", true),
            ("tcp://[::ffff:127.0.0.1]:5555", true), ("ipc:///tmp/x", true), ("ipc://@x", true),
            ("inproc://x", true), ("tcp://*:5555", false), ("tcp://0.0.0.0:5555", false),
            ("tcp://[::]:5555", false), ("tcp://10.127.0.1:5555", false),
            ("tcp://128.0.0.1:5555", false), ("tcp://eth0:5555", false),
            ("tcp://[::ffff:10.0.0.1]:5555", false), ("tcp://127.0.0.1.example:5555", false),
            ("tcp://localhost.example:5555", false), ("tcp://[fe80::1]:5555", false),
        ])
    func loopback(_ text: String, _ expected: Bool) throws {
        #expect(try Endpoint(text).isLoopback == expected)
    }
}
