import Glibc
import Synchronization

/// Ctrl-C and its like for the commands that work through a loop of their own: the loop asks, and
/// ends as if its work were done.
package enum Interruption {
    private static let flag = Atomic(false)

    /// Whether SIGINT, SIGTERM or SIGHUP has come in since `install`.
    package static var isRequested: Bool { flag.load(ordering: .acquiring) }

    /// From here on the first of these signals only sets the flag, and wakes whoever sleeps; the
    /// second one of its kind ends the process. Writing to a closed pipe becomes an error (EPIPE).
    package static func install() {
        // The handler may run at any time, so the flag must exist before.
        flag.store(false, ordering: .releasing)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            unsafe action.__sigaction_handler.sa_handler = { _ in
                Interruption.flag.store(true, ordering: .releasing)
            }
            action.sa_flags = CInt(bitPattern: UInt32(SA_RESETHAND))
            unsafe sigaction(number, &action, nil)
        }
        signal(SIGPIPE, SIG_IGN)
    }
}
