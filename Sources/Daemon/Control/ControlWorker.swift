import Store
import Transport

/// The thread for what a request needs and the engine must not wait for: files, the disk, the
/// encoding of large answers.
final class ControlWorker: Sendable {
    /// What a piece of work comes to.
    enum Outcome: Sendable {
        case reply(ControlReply)
        case settings(Result<LoadedSettings, DaemonError>)
        case stream(Result<ImportedStream, ControlError>)
    }

    /// A finished piece of work, under the number that the engine gave it.
    struct Finished: Sendable {
        let number: UInt64
        let outcome: Outcome
    }

    private struct Job: Sendable {
        let number: UInt64
        let work: @Sendable () -> Outcome
    }

    /// Pieces of work that wait or are under way. Beyond it requests are told to come again.
    static let capacity = 64

    private let jobs = Mailbox<Job>(capacity: ControlWorker.capacity)
    private let finished = Mailbox<Finished>(capacity: 2 * ControlWorker.capacity)

    /// Starts the thread, which ends after `stop`.
    init(_ control: EngineControl) {
        let (jobs, finished) = (jobs, finished)
        OwnThread.start(name: "foretide-ctl") {
            while let job = jobs.take() {
                // There is room: the engine hands over no more than `capacity` at once.
                _ = finished.put(Finished(number: job.number, outcome: job.work()))
                control.wakeup.wake()
            }
        }
    }

    /// False when too much waits already.
    func submit(_ number: UInt64, _ work: @escaping @Sendable () -> Outcome) -> Bool {
        jobs.put(Job(number: number, work: work))
    }

    /// What was finished since the last time. Never waits.
    func takeFinished() -> [Finished] { finished.takeAll() }

    func stop() { jobs.close() }
}
