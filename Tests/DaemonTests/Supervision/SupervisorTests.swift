import Glibc
import Testing

import Daemon

@Suite("Supervisor")
struct SupervisorTests {
    @Test("what is told arrives, at a path and at an abstract name", arguments: [false, true])
    func tells(abstract: Bool) throws {
        let socket = try NotificationSocket(abstract: abstract)
        let supervisor = Supervisor(environment: ["NOTIFY_SOCKET": socket.name])
        #expect(supervisor.isListening && supervisor.problem == nil)
        supervisor.ready("Serving")
        supervisor.status("2 streams")
        #expect(socket.heard() == ["READY=1\nSTATUS=Serving", "STATUS=2 streams"])
    }

    @Test("a text of several lines stays one variable")
    func oneLine() throws {
        let socket = try NotificationSocket()
        Supervisor(environment: ["NOTIFY_SOCKET": socket.name]).status("a\nWATCHDOG=1\tb")
        #expect(socket.heard() == ["STATUS=a WATCHDOG=1 b"])
    }

    @Test("stopping is told once")
    func stopping() throws {
        let socket = try NotificationSocket()
        let supervisor = Supervisor(environment: ["NOTIFY_SOCKET": socket.name])
        supervisor.stopping("a")
        supervisor.stopping("b")
        #expect(socket.heard() == ["STOPPING=1\nSTATUS=a"])
    }

    @Test("work that goes on is told once a second at most")
    func working() throws {
        let socket = try NotificationSocket()
        let supervisor = Supervisor(environment: ["NOTIFY_SOCKET": socket.name])
        let start = SystemClock.monotonic()
        for step in 0..<1000 { supervisor.isWorking(on: "step \(step)") }
        let seconds = Int((SystemClock.monotonic() - start) / 1_000_000_000)
        let heard = socket.heard()
        #expect(heard.first == "EXTEND_TIMEOUT_USEC=30000000\nSTATUS=step 0")
        #expect((1...(1 + seconds)).contains(heard.count))
    }

    @Test("a sign of life comes at half of the time, by the caller's clock")
    func beats() throws {
        let socket = try NotificationSocket()
        let supervisor = Supervisor(environment: [
            "NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "\(getpid())",
        ])
        #expect(supervisor.heartbeatNanoseconds == 1_000_000_000)
        for millisecond in stride(from: Int64(10_000), to: 14_500, by: 10) {
            supervisor.beat(at: millisecond * 1_000_000)
        }
        #expect(socket.heard() == Array(repeating: "WATCHDOG=1", count: 5))
    }

    @Test("a sign of life that finds the queue full is tried again")
    func fullQueue() throws {
        let socket = try NotificationSocket()
        let supervisor = Supervisor(environment: [
            "NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "2000000",
        ])
        // A datagram queue of Linux holds a few hundred at most (net.unix.max_dgram_qlen).
        for number in 0..<5000 { supervisor.status("\(number)") }
        supervisor.beat(at: 1)
        #expect(!socket.heard().contains("WATCHDOG=1"))
        supervisor.beat(at: 2)
        #expect(socket.heard() == ["WATCHDOG=1"])
    }

    @Test(
        "no sign of life where none is asked for",
        arguments: [
            [:], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "soon"], ["WATCHDOG_USEC": "-5"],
            ["WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"],
        ])
    func noWatchdog(environment: [String: String]) throws {
        let socket = try NotificationSocket()
        var environment = environment
        environment["NOTIFY_SOCKET"] = socket.name
        let supervisor = Supervisor(environment: environment)
        #expect(supervisor.heartbeatNanoseconds == nil)
        supervisor.beat(at: 1_000_000_000_000)
        #expect(socket.heard().isEmpty)
    }

    @Test(
        "what is no address is said, and telling does nothing",
        arguments: ["relative", "@", "/" + String(repeating: "x", count: 200), "vsock:2:1234"])
    func badAddress(name: String) {
        let supervisor = Supervisor(environment: ["NOTIFY_SOCKET": name])
        #expect(!supervisor.isListening)
        #expect(supervisor.problem?.contains("NOTIFY_SOCKET=\(name)") == true)
        supervisor.ready("Serving")
    }

    @Test("nobody has no problem")
    func none() {
        #expect(Supervisor.none.problem == nil && !Supervisor.none.isListening)
        #expect(Supervisor(environment: ["NOTIFY_SOCKET": ""]).problem == nil)
        Supervisor.none.stopping("")
    }
}
