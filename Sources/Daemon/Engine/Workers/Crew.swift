import Forecasting
import Settings
import Synchronization
import Telemetry

/// The threads that share the engine's work on streams (`engine.workers`), the engine's among them.
/// The others sleep until a round is worth waking them.
final class Crew {
    /// Work that is worth one more thread: waking it costs some microseconds of the engine's, and
    /// it comes tens of microseconds later.
    private static let threadNanoseconds = 40_000.0
    /// Work on a sample that is worth handing it over, which costs half a microsecond.
    private static let sampleNanoseconds = 3_000.0
    /// Of the mean cost, a new measurement has this share.
    private static let share = 1.0 / 16

    let workshop: Workshop
    private let helpers: [Helper]
    /// About what the work on a sample takes, its update included.
    private var nanosecondsPerSample = 0.0

    private let threads: [OwnThread.Joinable]

    private final class Helper: Sendable {
        let wake = Semaphore()
        let isStopping = Atomic(false)
    }

    /// Starts the threads. Nil where the engine's is the only one.
    init?(_ settings: Settings, for forecaster: borrowing Forecaster, metrics: Metrics) {
        let size = settings.engine.threads
        guard size > 1 else { return nil }
        let worker = Worker(
            bench: forecaster.makeBench(), format: settings.outputFormat,
            updateDuration: metrics.updateDuration)
        let workshop = Workshop(Array(repeating: worker, count: size))
        self.workshop = workshop
        let helpers = (1..<size).map { _ in Helper() }
        self.helpers = helpers
        threads = (1..<size).map { number in
            let helper = helpers[number - 1]
            return OwnThread.Joinable(name: "foretide-work\(number)") {
                while true {
                    helper.wake.wait()
                    if helper.isStopping.load(ordering: .acquiring) { return }
                    workshop.work(number)
                }
            }
        }
    }

    deinit {
        for helper in helpers {
            helper.isStopping.store(true, ordering: .releasing)
            helper.wake.post()
        }
        for thread in threads { thread.join() }
    }

    /// Work on so many samples took so long. One that was held up counts little.
    func measured(nanoseconds: Int64, samples: Int) {
        let mean = Double(nanoseconds) / Double(samples)
        let most = 4 * nanosecondsPerSample + 1000
        nanosecondsPerSample += (min(mean, most) - nanosecondsPerSample) * Self.share
    }

    /// Whether samples are to be gathered for rounds at all.
    var isWorthwhile: Bool { nanosecondsPerSample >= Self.sampleNanoseconds }

    /// Threads, the engine's among them, that so many samples are worth.
    func threads(for samples: Int) -> Int {
        let work = Double(samples) * nanosecondsPerSample / Self.threadNanoseconds
        return max(1, Int(min(work, Double(helpers.count + 1))))
    }

    /// Opens desks to as many threads as so many samples are worth. A thread that comes when all is
    /// done finds nothing.
    func open(_ partitions: UInt64, samples: Int) {
        workshop.open(partitions)
        for helper in helpers.prefix(threads(for: samples) - 1) { helper.wake.post() }
    }
}
