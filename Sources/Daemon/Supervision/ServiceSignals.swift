import Glibc
import Synchronization

/// SIGTERM, SIGINT and SIGHUP of the daemon: none is lost and none ends the process from the first
/// instruction of `main` on. They are kept until there is somebody to act on them.
package enum ServiceSignals {
    /// Orders to stop after which a daemon that does not end is given up.
    private static let patience = 3
    private static let numbers = [SIGTERM, SIGINT, SIGHUP]

    private static let stops = Atomic(0)
    private static let reloads = Atomic(0)
    /// The two ends of a pipe: the handler writes, which is all that it may do.
    private static let readEnd = Atomic<Int32>(-1)
    private static let writeEnd = Atomic<Int32>(-1)
    /// A bit for each of `numbers` that was ignored when the program began, as nohup(1) has it.
    private static let ignored = Atomic(0)

    /// Keeps the signals. The very first call of `main`.
    package static func hold() {
        // The handler may run at any time, so what it uses must exist before.
        stops.store(0, ordering: .releasing)
        reloads.store(0, ordering: .releasing)
        var ends: [Int32] = [-1, -1]
        _ = unsafe pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A full pipe has said all there is to say.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        readEnd.store(ends[0], ordering: .releasing)
        writeEnd.store(ends[1], ordering: .releasing)
        for (index, number) in numbers.enumerated() {
            var action = sigaction()
            var before = sigaction()
            unsafe action.__sigaction_handler.sa_handler = { ServiceSignals.take($0) }
            action.sa_flags = Int32(SA_RESTART)
            unsafe sigaction(number, &action, &before)
            if isIgnoring(before) { ignored.bitwiseOr(1 << index, ordering: .relaxed) }
        }
    }

    private static func isIgnoring(_ action: sigaction) -> Bool {
        unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// For a command that is no daemon: the signals do again what they do to any program, also
    /// those that have come in.
    package static func release() {
        for (index, number) in numbers.enumerated() {
            let wasIgnored = ignored.load(ordering: .relaxed) & (1 << index) != 0
            signal(number, wasIgnored ? SIG_IGN : SIG_DFL)
        }
        if reloads.load(ordering: .acquiring) > 0 { raise(SIGHUP) }
        if stops.load(ordering: .acquiring) > 0 { raise(SIGTERM) }
    }

    /// Acts on the signals from now on, and on those that were kept, on a thread of its own.
    /// - Parameters:
    ///   - stop: after SIGTERM or SIGINT.
    ///   - reload: after SIGHUP, or several of them.
    package static func act(
        stop: @escaping @Sendable () -> Void, reload: @escaping @Sendable () -> Void
    ) {
        let readEnd = Self.readEnd.load(ordering: .acquiring)
        precondition(readEnd >= 0, "hold comes first")
        OwnThread.start(name: "signals") {
            while true {
                var byte: UInt8 = 0
                guard unsafe read(readEnd, &byte, 1) > 0 || errno == EINTR else { return }
                let hasReload = reloads.exchange(0, ordering: .acquiringAndReleasing) > 0
                if stops.load(ordering: .acquiring) > 0 { stop() } else if hasReload { reload() }
            }
        }
    }

    /// In the signal handler: atomics and one write only.
    private static func take(_ number: Int32) {
        if number == SIGHUP {
            reloads.add(1, ordering: .acquiringAndReleasing)
        } else {
            let (_, count) = stops.add(1, ordering: .acquiringAndReleasing)
            if count >= patience { _exit(128 + number) }
        }
        let saved = errno
        var byte: UInt8 = 0
        _ = unsafe write(writeEnd.load(ordering: .acquiring), &byte, 1)
        errno = saved
    }
}
