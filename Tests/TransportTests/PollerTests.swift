import Glibc
import Synchronization
import Testing
import Transport

@Suite("Poller, Wakeup", .serialized)
struct PollerTests {
    @Test("a wait ends at its time when nothing happens")
    func timeout() throws {
        let pipe = try Pipe()
        var poller = Poller()
        let entry = poller.add(pipe.pull)
        let start = ContinuousClock.now
        let isReady = try poller.wait(timeout: .milliseconds(20))
        #expect(!isReady && !poller.isReadable(entry))
        #expect(ContinuousClock.now - start >= .milliseconds(19))
    }

    @Test("a message wakes the wait, and only its own entry is readable")
    func readable() throws {
        let pipe = try Pipe()
        let other = try Socket(.pull, in: pipe.context)
        var poller = Poller()
        let otherEntry = poller.add(other)
        let entry = poller.add(pipe.pull)
        _ = try pipe.push.send(["hello"])
        let isReady = try eventually {
            try poller.wait(timeout: patience)
            return poller.isReadable(entry)
        }
        #expect(isReady && !poller.isReadable(otherEntry))
        poller.remove(entry)
        let isStillReady = try poller.wait(timeout: .zero)
        #expect(!isStillReady)
        let again = poller.add(pipe.pull)
        #expect(again == entry, "the free place is used again")
        let isReadyAgain = try poller.wait(timeout: patience)
        #expect(isReadyAgain)
        poller.setEvents([], of: again)
        let isSilenced = try !poller.wait(timeout: .zero)
        #expect(isSilenced)
    }

    @Test("a socket and a descriptor that are ready together are both found, until they are taken")
    func both() throws {
        let pipe = try Pipe()
        let wakeup = try Wakeup()
        var message = Message(capacity: 1)
        var poller = Poller()
        let socketEntry = poller.add(pipe.pull)
        let entry = poller.add(descriptor: wakeup.descriptor)
        for text in ["first", "second"] { _ = try pipe.push.send([text]) }
        wakeup.wake()
        for count in 1...2 {
            // libzmq's descriptor tells of both messages once.
            let areFound = try eventually {
                try poller.wait(timeout: patience)
                return poller.isReadable(socketEntry) && poller.isReadable(entry)
            }
            try #require(areFound, "message \(count)")
            let isTaken = try pipe.pull.receive(into: &message) == .message
            try #require(isTaken)
        }
        _ = try poller.wait(timeout: patience)
        #expect(poller.isReadable(entry) && !poller.isReadable(socketEntry))
        wakeup.clear()
        let isReady = try poller.wait(timeout: .zero)
        #expect(!isReady && !poller.isReadable(entry))
    }

    @Test("a change that brings nothing to read does not end the wait")
    func change() throws {
        let context = try Context()
        let pull = try Socket(.pull, in: context)
        let endpoint = try pull.bind(Endpoint("tcp://127.0.0.1:*"))
        var poller = Poller()
        let entry = poller.add(pull)
        let push = try Socket(.push, in: context)
        let start = ContinuousClock.now
        // The connection that comes about meanwhile is such a change.
        try push.connect(endpoint)
        let isReady = try poller.wait(timeout: .milliseconds(300))
        #expect(!isReady && !poller.isReadable(entry))
        #expect(ContinuousClock.now - start >= .milliseconds(298))
    }

    @Test("another thread wakes the wait; many wakes are one")
    func wakeUp() throws {
        final class Shared: Sendable {
            let wakeup: Wakeup
            init() throws { wakeup = try Wakeup() }
        }
        let shared = try Shared()
        let pipe = try Pipe()
        var poller = Poller()
        let socketEntry = poller.add(pipe.pull)
        let entry = poller.add(descriptor: shared.wakeup.descriptor)
        for _ in 0..<20 {
            let thread = BackgroundThread { for _ in 0..<3 { shared.wakeup.wake() } }
            let isReady = try poller.wait(timeout: patience)
            try #require(isReady && poller.isReadable(entry) && !poller.isReadable(socketEntry))
            thread.join()
            let cleared = [shared.wakeup.clear(), shared.wakeup.clear()]
            try #require(cleared == [true, false])
        }
    }

    @Test("signals interrupt the wait and lose nothing")
    func signals() throws {
        final class Progress: Sendable {
            let received = Atomic<Int>(0)
            let interruptions = Atomic<Int>(0)
            let isDone = Atomic<Bool>(false)
        }
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in }
        unsafe sigaction(SIGUSR1, &action, nil)
        let progress = Progress()
        let thread = BackgroundThread {
            do { try Self.poll(2000, progress.received, progress.interruptions) } catch {
                Issue.record(error)
            }
            progress.isDone.store(true, ordering: .releasing)
        }
        while !progress.isDone.load(ordering: .acquiring) {
            thread.signal(SIGUSR1)
            usleep(200)
        }
        thread.join()
        #expect(progress.received.load(ordering: .relaxed) == 2000)
        #expect(progress.interruptions.load(ordering: .relaxed) > 0)
    }

    /// Sends itself `count` messages, takes them in, then waits until a signal has interrupted.
    private static func poll(
        _ count: Int, _ received: borrowing Atomic<Int>, _ interruptions: borrowing Atomic<Int>
    ) throws {
        // The threads that run Swift's tasks block all signals, and theirs inherit that.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGUSR1)
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        let pipe = try Pipe()
        var message = Message(capacity: 1)
        var poller = Poller()
        _ = poller.add(pipe.pull)
        for _ in 0..<count { _ = try pipe.push.send(["tick"]) }
        while received.load(ordering: .relaxed) < count
            || interruptions.load(ordering: .relaxed) == 0
        {
            if try !poller.wait(timeout: patience) { interruptions.add(1, ordering: .relaxed) }
            // A few at a time, so that there are many waits to interrupt.
            for _ in 0..<10 {
                guard try pipe.pull.receive(into: &message) == .message else { break }
                received.add(1, ordering: .relaxed)
            }
        }
    }
}
