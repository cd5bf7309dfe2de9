// swift-tools-version: 6.2
import PackageDescription

/// The house rules of the language: every target builds with them.
let houseFlags: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// One of our modules. What it may import is the table of CONTRIBUTING.md, checked by `TidyTests`.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, resources: resources, swiftSettings: houseFlags)
}

/// The tests of one module, in a folder of the same name.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [])
    -> Target
{
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, resources: resources,
        swiftSettings: houseFlags)
}

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let serviceLifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")

let package = Package(
    name: "foretide",
    products: [.executable(name: "foretide", targets: ["foretide"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        .executableTarget(
            name: "foretide",
            dependencies: [
                "Benchmarking", "Daemon", "Evaluation", "Forecasting", "Settings", "Telemetry",
                "Wire", argumentParser, logging,
            ],
            swiftSettings: houseFlags),
        // Makes the factory weights anew.
        .executableTarget(
            name: "prior", dependencies: ["Forecasting", "Networks", argumentParser],
            path: "scripts/prior", exclude: ["README.md"], swiftSettings: houseFlags),
        // The textbook experiments of docs/classics.md.
        .executableTarget(
            name: "classics",
            dependencies: ["Evaluation", "Forecasting", "Kernels", "Networks", argumentParser],
            path: "examples/classics", exclude: ["noisy_sine.py"], swiftSettings: houseFlags),

        module(
            "Daemon",
            [
                "Evaluation", "Forecasting", "Kernels", "Networks", "Series", "Settings", "Store",
                "Telemetry", "Transport", "Wire", logging, serviceLifecycle, unixSignals,
            ]),
        module(
            "Benchmarking",
            [
                "Daemon", "Evaluation", "Forecasting", "Kernels", "Networks", "Series", "Settings",
                "Transport", logging,
            ]),
        module("Evaluation", ["Forecasting", "Series"]),
        module("Settings", ["Series", toml]),
        module("Telemetry", [logging]),
        module("Transport", ["CZeroMQ"]),
        module("Wire", ["Series", "CWire", "CSimdJSON", "CMessagePack"]),
        module("Store", ["CSQLite"]),
        module(
            "Forecasting", ["Kernels", "Networks", "Series"],
            resources: [.embedInCode("Resources/factory-weights.f32")]),
        module("Networks", ["CKernels", "Kernels"]),
        module("Kernels", ["CKernels"]),
        module("Series"),

        .target(name: "CKernels", linkerSettings: [.linkedLibrary("m")]),
        .target(name: "CWire", linkerSettings: [.linkedLibrary("m")]),
        .target(
            name: "CSimdJSON", dependencies: ["CWire"],
            linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CMessagePack", dependencies: ["CWire"]),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .systemLibrary(name: "CZeroMQ"),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: houseFlags),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .target(name: "CDiskFaults", path: "Tests/CDiskFaults"),
        .executableTarget(
            name: "StoreCrasher", dependencies: ["Store"], path: "Tests/StoreCrasher",
            swiftSettings: houseFlags),
        tests("Series", ["Series", "TestSupport"]),
        tests("Kernels", ["Kernels", "TestSupport"]),
        tests("Networks", ["Networks", "TestSupport"], resources: [.copy("Golden")]),
        tests(
            "Forecasting",
            ["Forecasting", "Networks", "Series", "TestSupport", "CAllocationCounter"],
            resources: [.copy("Golden")]),
        tests("Wire", ["Wire", "Series", "TestSupport", "CAllocationCounter"]),
        tests("Transport", ["Transport", "TestSupport"]),
        tests("Store", ["Store", "Series", "TestSupport", "CDiskFaults", "StoreCrasher"]),
        tests("Settings", ["Settings", "Series", "TestSupport"]),
        tests("Telemetry", ["Telemetry", "TestSupport", logging]),
        tests("Evaluation", ["Evaluation", "Forecasting", "Series", "TestSupport"]),
        tests(
            "Daemon",
            [
                "Daemon", "Evaluation", "Settings", "Telemetry", "Transport", "Wire", "Series",
                logging, serviceLifecycle,
            ]),
        tests("Benchmarking", ["Benchmarking", "Daemon", "Settings", "TestSupport"]),
        tests("Classics", ["classics", "Evaluation"]),
        tests("Tidy", ["TestSupport"]),
    ],
    cxxLanguageStandard: .cxx17
)
