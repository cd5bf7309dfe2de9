import Settings
import Testing

@Suite("Settings seen together")
struct CheckTests {
    @Test("a stride past the window is refused where it was written")
    func stride() {
        #expect(
            faults("[model]\nstride = 17") == [
                "foretide.toml:2: model.stride = 17: expected at most model.window, which is 16"
            ])
        #expect(
            faults("[model]\nwindow = 1") == [
                "foretide.toml:2: model.stride = 2: expected at most model.window, which is 1"
            ])
        #expect(
            faults("[[streams]]\nmatch = \"a\"\nstride = 20") == [
                "foretide.toml:3: streams[0].stride = 20: expected at most streams[0].window,"
                    + " which is 16"
            ])
        #expect(faults("[model]\nstride = 4\nwindow = 4") == [])
    }

    @Test("a stride is not compared with a window that was refused")
    func strideAndRefusedWindow() {
        #expect(
            faults("[model]\nstride = 500\nwindow = 5000") == [
                "foretide.toml:3: model.window = 5000: expected an integer 1…1024"
            ])
    }

    @Test("a rule that takes a wrong stride from [model] is not named a second time")
    func inheritedStride() {
        #expect(faults("[model]\nstride = 17\n[[streams]]\nmatch = \"a\"").count == 1)
    }

    @Test("there is a way in and a way out")
    func endpoints() {
        #expect(
            faults("[input]\nbind = []\npull_bind = []\n[output]\nbind = []") == [
                "foretide.toml:2: no input: give input.bind, input.connect or input.pull_bind"
                    + " an endpoint",
                "foretide.toml:5: no output: give output.bind or output.connect an endpoint",
            ])
        #expect(faults("[input]\nbind = []") == [])
        #expect(faults("[output]\nbind = []\nconnect = [\"tcp://a:1\"]") == [])
    }

    @Test("an address is bound once")
    func twice() {
        #expect(
            faults("[output]\nbind = [\"tcp://127.0.0.1:5555\"]") == [
                "foretide.toml:2: output.bind = \"tcp://127.0.0.1:5555\": already bound by"
                    + " input.bind"
            ])
        #expect(
            faults("[output]\nbind = [\"tcp://127.0.0.1:*\", \"tcp://127.0.0.1:*\"]") == [])
    }

    @Test(
        "a bind that other machines can reach is refused, and the message says what to do",
        arguments: [
            "tcp://*:5555", "tcp://0.0.0.0:5555", "tcp://192.168.1.7:5555", "tcp://eth0:5555",
            "tcp://[::]:5555", "tcp://127.evil.example:5555", "tcp://127.0.0.1.example:5555",
        ])
    func exposed(endpoint: String) {
        #expect(
            faults("[input]\npull_bind = [\"\(endpoint)\"]") == [
                "foretide.toml:2: input.pull_bind = \"\(endpoint)\": other machines could reach it"
                    + " without a key; give security.curve_secret_key_file and"
                    + " security.authorized_keys, bind 127.0.0.1 or ipc://, or set"
                    + " security.insecure = true if the network is trusted"
            ])
        let keys = "[security]\ncurve_secret_key_file = \"/k\"\n"
        let clients = "authorized_keys = \"/a\"\n"
        #expect(faults("\(keys)\(clients)[output]\nbind = [\"\(endpoint)\"]") == [])
        // Keys to be a client with let nobody in.
        let server = "curve_server_key = \"\(String(repeating: "a", count: 40))\"\n"
        #expect(faults("\(keys)\(server)[output]\nbind = [\"\(endpoint)\"]").count == 1)
        #expect(
            faults("[output]\nbind = [\"\(endpoint)\"]\n[security]\ninsecure = true") == [])
        #expect(
            faults("[output]\nbind = [\"\(endpoint)\"]", commandLine: ["security.insecure=true"])
                == [])
    }

    @Test(
        "a bind that stays on this machine is allowed",
        arguments: [
            "tcp://127.0.0.1:7000", "tcp://127.8.9.1:7000", "tcp://[::1]:7000", "tcp://lo:7000",
            "tcp://localhost:7000", "tcp://127.0.0.1:*", "tcp://127.0.0.1:0",
            "ipc:///run/foretide/in", "ipc://@foretide",
        ])
    func loopback(endpoint: String) {
        #expect(faults("[input]\nbind = [\"\(endpoint)\"]") == [])
    }

    @Test("each side of CURVE needs its own keys and the other's")
    func keys() {
        let own = "curve_secret_key_file = \"/k\"\n"
        let server = "curve_server_key = \"\(String(repeating: "a", count: 40))\"\n"
        let clients = "authorized_keys = \"/a\"\n"
        #expect(faults("[security]\n\(own)\(server)") == [])
        #expect(faults("[security]\n\(own)\(server)\(clients)") == [])
        #expect(
            faults("[security]\n\(clients)") == [
                "foretide.toml:2: security.authorized_keys is given without"
                    + " security.curve_secret_key_file: expected a file that `foretide keygen` has"
                    + " written"
            ])
        #expect(
            faults("[security]\n\(server)").first?.hasPrefix(
                "foretide.toml:2: security.curve_server_key is given without ") == true)
        #expect(
            faults("[security]\n\(own)").first?.hasPrefix(
                "foretide.toml:2: security.curve_secret_key_file is of no use by itself") == true)
    }

    @Test("connecting to other machines is allowed")
    func connect() {
        #expect(faults("[input]\nconnect = [\"tcp://192.168.1.7:5555\", \"tcp://plant:1\"]") == [])
    }

    @Test("a rule behind one that takes all its streams is refused")
    func neverUsed() {
        #expect(
            faults("[[streams]]\nmatch = \"a\"\n[[streams]]\nmatch = \"a\"") == [
                "foretide.toml:4: streams[1].match = \"a\": never used, because streams[0]"
                    + " matches first"
            ])
        #expect(faults("[[streams]]\nmatch = \"*\"\n[[streams]]\nmatch = \"b\"").count == 1)
        #expect(faults("[[streams]]\nmatch = \"b\"\n[[streams]]\nmatch = \"*\"") == [])
    }

    @Test("an exogenous input is named once, by a name, and there are at most 64")
    func inputs() {
        let many = (0..<65).map { "\"x\($0)\"" }.joined(separator: ",")
        #expect(faults("[model]\ninputs = [\"outside\", \"größe\"]") == [])
        #expect(
            faults("[model]\ninputs = [\"load\", \"a\", \"load\"]") == [
                "foretide.toml:2: model.inputs: \"load\" is in it twice: expected each name once"
            ])
        #expect(
            faults("[[streams]]\nmatch = \"a\"\ninputs = [\(many)]") == [
                "foretide.toml:3: streams[0].inputs: 65 names: expected at most 64"
            ])
        #expect(
            faults("[model]\ninputs = [\"\"]") == [
                "foretide.toml:2: model.inputs = [\"\"]: \"\": expected a name of 1…255 bytes"
                    + " without control characters"
            ])
        let text = "[model]\ninputs = [\(many)]\n[[streams]]\nmatch = \"a\""
        #expect(faults(text) == ["foretide.toml:2: model.inputs: 65 names: expected at most 64"])
    }

    @Test(
        "each mistake in an endpoint has its own message",
        arguments: [
            (
                "127.0.0.1:5555",
                "expected an endpoint, as in \"tcp://127.0.0.1:5555\" or"
                    + " \"ipc:///run/foretide/input\""
            ),
            ("udp://127.0.0.1:5555", "expected tcp:// or ipc://, not udp://"),
            ("inproc://x", "expected tcp:// or ipc://, not inproc://"),
            ("ipc://", "expected an ipc path of 1…107 bytes"),
            ("ipc://\(String(repeating: "x", count: 108))", "expected an ipc path of 1…107 bytes"),
            ("tcp://:5555", "expected a host and a port, as in \"tcp://127.0.0.1:5555\""),
            ("tcp://a", "expected a host and a port, as in \"tcp://127.0.0.1:5555\""),
            ("tcp://a:65536", "expected a port 1…65535"),
            ("tcp://a:0", "expected a port 1…65535"),
            ("tcp://a:+1", "expected a port 1…65535"),
            ("tcp://::1:5555", "expected an IPv6 address in brackets, as in \"tcp://[::1]:5555\""),
            ("tcp://*:5555", "expected the address of one host to connect to, not *"),
        ])
    func endpointMistakes(endpoint: String, message: String) {
        #expect(
            faults("[input]\nconnect = [\"\(endpoint)\"]") == [
                "foretide.toml:2: input.connect = [\"\(endpoint)\"]: \"\(endpoint)\": \(message)"
            ])
    }

    @Test("a bind's port may be left to the system")
    func bindPort() {
        #expect(
            faults("[input]\nbind = [\"tcp://127.0.0.1:x\"]") == [
                "foretide.toml:2: input.bind = [\"tcp://127.0.0.1:x\"]: \"tcp://127.0.0.1:x\":"
                    + " expected a port 1…65535, or * for any that is free"
            ])
    }
}
