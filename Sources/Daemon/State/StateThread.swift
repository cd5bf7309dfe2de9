import Store
import Synchronization
import Transport

/// The thread that writes the state, and what it has to say to the engine's.
final class StateThread: Sendable {
    private let writer: StateWriter
    private let reports: Reports
    private let breather = Breather()

    /// Reports on their way to the engine's thread, which each of them wakes.
    private final class Reports: Sendable {
        /// There are no more reports than orders, which the engine's thread counts.
        let waiting = Mailbox<StateWriter.Report>(capacity: 2 * StateWriter.capacity)
        let isFinished = Atomic(false)
        let control: EngineControl

        init(_ control: EngineControl) { self.control = control }

        func add(_ report: StateWriter.Report) {
            let isTaken = waiting.put(report)
            precondition(isTaken, "reports that nobody takes")
            control.wakeup.wake()
        }
    }

    /// Starts the thread, which keeps the folder until it has ended.
    init(folder: StateFolder, newestFormat: Int, control: EngineControl) {
        let reports = Reports(control)
        let writer = StateWriter(
            folder: folder, newestFormat: newestFormat, now: SystemClock.realtime,
            report: { reports.add($0) }, rest: { [breather] in breather.rest() })
        self.reports = reports
        self.writer = writer
        OwnThread.start(name: "foretide-state") {
            // Where there is not enough for everybody, forecasts come first.
            OwnThread.yieldToOthers()
            writer.run()
            reports.isFinished.store(true, ordering: .releasing)
            control.wakeup.wake()
        }
    }

    /// False when too much waits already.
    func submit(_ order: StateWriter.Order, number: UInt64) -> Bool {
        writer.submit(order, number: number)
    }

    /// What was reported since the last time. Never waits for the disk.
    func takeReports() -> [StateWriter.Report] { reports.waiting.takeAll() }

    /// From now on with pauses, or without.
    func hurry(_ isHurried: Bool) { breather.isHurried.store(isHurried, ordering: .relaxed) }

    /// Lets nothing more in; what is in it is done.
    func stop() { writer.stop() }

    /// Whether everything is done after `stop`.
    var isFinished: Bool { reports.isFinished.load(ordering: .acquiring) }
}
