/// What each module may import, our own modules and others: DESIGN's rule, written down once.
///
/// SwiftPM checks only that a dependency is declared somewhere. `CONTRIBUTING.md` shows this table,
/// and a test holds the two together.
enum ImportTable {
    static let allowed: [(module: String, imports: [String])] = [
        ("Series", []),
        ("Kernels", ["CKernels"]),
        ("Networks", ["CKernels", "Kernels"]),
        ("Forecasting", ["Kernels", "Networks", "Series"]),
        ("Wire", ["Series", "CSimdJSON", "CMessagePack", "CWire"]),
        ("Transport", ["CZeroMQ", "Glibc"]),
        ("Store", ["CSQLite", "Glibc"]),
        ("Telemetry", ["Logging", "Synchronization", "Glibc"]),
        ("Settings", ["TOMLKit", "Series"]),
        ("Evaluation", ["Forecasting", "Series", "Glibc"]),
        (
            "Daemon",
            [
                "Series", "Kernels", "Networks", "Forecasting", "Wire", "Store", "Transport",
                "Telemetry",
                "Settings",
                "Evaluation", "Logging", "ServiceLifecycle", "UnixSignals", "Synchronization",
                "Glibc",
            ]
        ),
        (
            "Benchmarking",
            [
                "Daemon", "Evaluation", "Forecasting", "Kernels", "Networks", "Series", "Settings",
                "Transport", "Logging", "Synchronization", "Glibc",
            ]
        ),
        (
            "foretide",
            [
                "Benchmarking", "Daemon", "Evaluation", "Forecasting", "Series", "Settings",
                "Telemetry", "Wire", "ArgumentParser",
                "Logging",
                "FoundationEssentials", "Glibc",
            ]
        ),
        (
            "classics",
            ["Evaluation", "Forecasting", "Kernels", "Networks", "ArgumentParser", "Glibc"]
        ),
    ]

    /// The modules that are deterministic and pure: no clock, no files, no threads.
    static let core: Set<String> = ["Series", "Kernels", "Networks", "Forecasting", "Wire"]

    /// The row of CONTRIBUTING.md.
    static func row(_ module: String, _ imports: [String]) -> String {
        "| \(module) | \(imports.isEmpty ? "nothing" : imports.joined(separator: ", ")) |"
    }
}
