import Glibc
import Synchronization

/// Ctrl-C and its like for the commands that work through a loop of their own: the loop asks, and
/// ends as if its work were done.
package enum Interruption {
    /// Signals after which a loop that does not end is given up.
    private static let patience = 3

    private static let count = Atomic(0)

    /// Whether SIGINT, SIGTERM or SIGHUP has come in since `install`.
    package static var isRequested: Bool { count.load(ordering: .acquiring) > 0 }

    /// From here on these signals only count, and wake whoever sleeps; the third one ends the
    /// process. Writing to a closed pipe becomes an error (EPIPE).
    package static func install() {
        // The handler may run at any time, so the counter must exist before.
        count.store(0, ordering: .releasing)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            unsafe action.__sigaction_handler.sa_handler = { number in
                let (_, count) = Interruption.count.add(1, ordering: .acquiringAndReleasing)
                if count >= Interruption.patience { _exit(128 + number) }
            }
            unsafe sigaction(number, &action, nil)
        }
        signal(SIGPIPE, SIG_IGN)
    }
}
