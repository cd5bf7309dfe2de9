import Glibc

/// What there is to know about the process, the same as long as it lives.
package struct ControlFacts: Sendable {
    /// Nil: settings cannot be read anew.
    package var reload: SettingsReload?
    /// What `control.bind = "auto"` stands for; empty: nothing.
    package var automaticAddress = ""
    /// By the monotonic clock, nanoseconds.
    let start = SystemClock.monotonic()
    /// Names the process: no two on a machine have the same.
    let run: String

    package init() {
        run = String(SystemClock.realtime(), radix: 36) + "-" + String(getpid(), radix: 36)
    }
}

/// The program.
package enum Program {
    package static let version = "0.1.0"
}
