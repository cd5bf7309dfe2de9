import Synchronization
import Transport

/// What other threads may ask of the engine's thread. Asking never waits.
final class EngineControl: Sendable {
    private let stop = Atomic(false)
    private let reload = Atomic(false)
    /// Ends the engine's wait for messages.
    let wakeup: Wakeup

    init() throws(ZeroMQError) { wakeup = try Wakeup() }

    var isStopping: Bool { stop.load(ordering: .acquiring) }

    /// Read the settings anew. Requests that come before the engine sees to it count as one.
    func requestReload() {
        reload.store(true, ordering: .releasing)
        wakeup.wake()
    }

    /// Whether that was asked for since the last time.
    func takeReloadRequest() -> Bool { reload.exchange(false, ordering: .acquiringAndReleasing) }

    /// Take what has arrived, publish its forecasts, and end.
    func requestStop() {
        stop.store(true, ordering: .releasing)
        wakeup.wake()
    }
}
