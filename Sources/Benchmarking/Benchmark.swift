import Daemon
import Forecasting
import Kernels
package import Settings

/// `foretide bench`: what this machine does, beside what it could do at best.
package struct Benchmark: Sendable {
    package enum Part: String, CaseIterable, Sendable {
        /// A net's update, for cells, hidden sizes and batches.
        case update
        /// One step of a net with its readout.
        case step
        /// A sample of a whole stream, and what a stream takes in memory.
        case stream
        /// The daemon's engine over sockets.
        case endToEnd = "end-to-end"
    }

    package struct Options: Sendable {
        package var parts = Set(Part.allCases)
        /// Fewer sizes and shorter runs, for a first look.
        package var isQuick = false

        package init() {}
    }

    private let options: Options

    package init(_ options: Options) { self.options = options }

    /// Errors: `DaemonError`, 78 for instructions that the processor does not have.
    /// - Parameter progress: is told what is being measured.
    package func run(
        _ settings: Settings, progress: @escaping @Sendable (String) -> Void
    ) async throws -> BenchmarkResult {
        try settings.engine.useInstructionSet()
        let isQuick = options.isQuick
        progress("the machine's peak")
        var peak = MachinePeak(isQuick: isQuick)
        var result = BenchmarkResult(isa: InstructionSet.inUse.rawValue, peak: peak)
        if options.parts.contains(.update) {
            result.updates = NetMeasurement.updates(
                peak: &peak, isQuick: isQuick, progress: progress)
        }
        if options.parts.contains(.step) {
            result.steps = NetMeasurement.steps(isQuick: isQuick, progress: progress)
        }
        if options.parts.contains(.stream) {
            let rules = try settings.forecasterRules()
            do {
                result.stream = try StreamMeasurement(
                    rules, isQuick: isQuick, progress: progress)
            } catch {
                throw DaemonError(.internal, "bench: \(error)")
            }
        }
        if options.parts.contains(.endToEnd) {
            do {
                result.endToEnd = try await EndToEndMeasurement(
                    settings, isQuick: isQuick, progress: progress
                ).run()
            } catch let error as DaemonError {
                throw error
            } catch {
                throw DaemonError(.unavailable, "bench: \(error)")
            }
        }
        result.peak = peak
        return result
    }
}
