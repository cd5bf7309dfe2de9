import ArgumentParser
import Benchmarking
import Daemon
import FoundationEssentials
import Glibc
import Telemetry

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure what this machine does, beside what it could do at best.",
        discussion: """
            Takes a minute or two, of one core and, for the part end-to-end, of all. Compare \
            figures of one run only, and let nothing else run.

              foretide bench
              foretide bench --only update --only step
              foretide bench --only stream --set model.hidden=64 --json
            """)

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "A part: \(parts). May be repeated; without it all.", valueName: "part"))
    var only: [String] = []

    @Flag(help: "Fewer sizes and shorter runs, in some ten seconds: for a first look.")
    var quick = false

    @Flag(help: "Print the figures as one JSON object.")
    var json = false

    @OptionGroup var source: SettingsOptions

    private static var parts: String {
        Benchmark.Part.allCases.map(\.rawValue).joined(separator: ", ")
    }

    func validate() throws {
        for part in only where Benchmark.Part(rawValue: part) == nil {
            throw ValidationError("--only \(part): expected one of \(Self.parts)")
        }
    }

    func run() async throws {
        var options = Benchmark.Options()
        options.isQuick = quick
        if !only.isEmpty { options.parts = Set(only.compactMap(Benchmark.Part.init)) }
        let settings = try source.load(ProcessInfo.processInfo.environment)
        let isTerminal = isatty(STDERR_FILENO) == 1
        let result = try await Benchmark(options).run(settings) { step in
            StandardError.write(isTerminal ? "\rMeasuring \(step)\u{1b}[K" : "Measuring \(step)\n")
        }
        if isTerminal { StandardError.write("\r\u{1b}[K") }
        try StandardOutput.write(json ? result.json : result.tables)
    }
}
