import Glibc

/// The variables in which systemd speaks to one process: they are no business of anyone after it.
package enum ServiceEnvironment {
    private static let variables = [
        "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS",
        "LISTEN_FDNAMES",
    ]

    /// Removes them. To be called before there are other threads: they may read the environment.
    package static func forget() {
        for variable in variables { unsafe unsetenv(variable) }
    }
}
