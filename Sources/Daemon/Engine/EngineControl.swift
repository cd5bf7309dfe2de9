import Synchronization
import Transport

/// What other threads may ask of the engine's thread. Asking never waits.
final class EngineControl: Sendable {
    private let stop = Atomic(false)
    /// Ends the engine's wait for messages.
    let wakeup: Wakeup

    init() throws(ZeroMQError) { wakeup = try Wakeup() }

    var isStopping: Bool { stop.load(ordering: .acquiring) }

    /// Take what has arrived, publish its forecasts, and end.
    func requestStop() {
        stop.store(true, ordering: .releasing)
        wakeup.wake()
    }
}
