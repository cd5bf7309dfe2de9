/// Owns the state database on a thread of its own, so that nobody else waits for the disk.
///
/// `submit` from any thread; `run` on the thread that is to do the work, until `stop`. An order
/// that fails changes nothing and does not end the writer: the next one tries again.
package final class StateWriter: Sendable {
    package enum Order: Sendable {
        /// One transaction; a partition's changed streams.
        case write([StreamRecord])
        case forget([[UInt8]])
        /// A reader found the stream damaged.
        case setAside([UInt8])
        /// What is written there is whole, and no state that the program can read.
        case setAsideUseless([UInt8])
        /// Retention: what is older than that, nanoseconds since 1970 UTC; and shrink the file.
        case deleteOlder(than: Int64)
        case backUp
    }

    package enum Done: Equatable, Sendable {
        case wrote(WriteOutcome)
        case forgot(streams: Int)
        case setAside(RestoreOutcome)
        case deleted(streams: Int)
        case backedUp(bytes: Int)
    }

    package struct Report: Sendable {
        /// As `submit` returned it.
        package var number: UInt64
        package var result: Result<Done, StoreError>
        /// Bytes given to the disk, the log and the file together.
        package var bytes = 0
        /// Why the log could not be emptied; what was written is safe in it nevertheless.
        package var logFailure: StoreError?
        /// When the file had to be mended: every stream is to be written again, since rows may have
        /// gone back to older ones, and readers are to be made anew.
        package var recovery: Recovery?
    }

    /// Orders that wait. A full mailbox is no loss: what was not submitted is still in memory, and
    /// is part of the next round.
    package static let capacity = 8

    private struct Letter: Sendable {
        var number: UInt64
        var order: Order
    }

    private let folder: StateFolder
    private let newestFormat: Int
    private let now: @Sendable () -> Int64
    private let report: @Sendable (Report) -> Void
    private let rest: @Sendable () -> Void
    private let mailbox = Mailbox<Letter>(capacity: StateWriter.capacity)

    /// - Parameters:
    ///   - now: the time of day, nanoseconds since 1970 UTC.
    ///   - report: called on the writer's thread, once for each order.
    ///   - rest: called on the writer's thread after each piece of work that takes about 1 ms: it
    ///     may sleep, to leave others the processor.
    package init(
        folder: StateFolder, newestFormat: Int, now: @escaping @Sendable () -> Int64,
        report: @escaping @Sendable (Report) -> Void, rest: @escaping @Sendable () -> Void
    ) {
        self.folder = folder
        self.newestFormat = newestFormat
        self.now = now
        self.report = report
        self.rest = rest
    }

    /// Hands over an order under a number of the caller's, without waiting. False when the mailbox
    /// is full or closed.
    package func submit(_ order: Order, number: UInt64) -> Bool {
        mailbox.put(Letter(number: number, order: order))
    }

    /// Lets nothing more in. `run` does what is waiting and returns.
    package func stop() { mailbox.close() }

    /// Does what is ordered until `stop`, then lets go of the folder.
    package func run() {
        var open: StateDatabase?
        while let letter = mailbox.take() {
            var report = Report(number: letter.number, result: .success(.forgot(streams: 0)))
            do throws(StoreError) {
                var database: StateDatabase
                if let kept = open.take() {
                    database = kept
                } else {
                    database = try StateDatabase(in: folder, newestFormat: newestFormat, at: now())
                }
                carryOut(letter.order, &database, &report)
                open = consume database
            } catch {
                report.result = .failure(error)
            }
            self.report(report)
        }
        if let database = open.take() {
            // All is safe in the log; emptying it only makes the next start quicker.
            try? database.close()
        }
        folder.release()
    }

    private func carryOut(
        _ order: Order, _ database: inout StateDatabase, _ report: inout Report
    ) {
        do throws(StoreError) {
            let done = try perform(order, &database)
            report.result = .success(done)
            switch done {
            case .wrote(let outcome): report.bytes += outcome.bytes
            case .backedUp(let bytes): report.bytes += bytes
            default: break
            }
        } catch {
            report.result = .failure(error)
        }
        if database.logBytes >= StateDatabase.logBytesToEmpty {
            do throws(StoreError) {
                // Of a page that is in it several times only the newest is moved.
                let moved = try database.emptyLog(at: now()) ?? 0
                report.bytes += min(moved, folder.size(StateFolder.databaseName))
            } catch {
                report.logFailure = error
            }
        }
        rest()
        report.recovery = database.recovery
        database.recovery = nil
    }

    private func perform(
        _ order: Order, _ database: inout StateDatabase
    ) throws(StoreError) -> Done {
        switch order {
        case .write(let records):
            return .wrote(try database.write(records, at: now(), rest: rest))
        case .forget(let names):
            return .forgot(streams: try database.forget(names, at: now()))
        case .setAside(let name):
            return .setAside(try database.setAside(name, at: now()))
        case .setAsideUseless(let name):
            return .setAside(try database.setAside(useless: name, at: now()))
        case .deleteOlder(let bound):
            return .deleted(streams: try deleteOlder(than: bound, &database))
        case .backUp:
            return .backedUp(bytes: try database.backUp(at: now()))
        }
    }

    /// In transactions of a bounded size, then gives the room back.
    private func deleteOlder(
        than bound: Int64, _ database: inout StateDatabase
    ) throws(StoreError) -> Int {
        let limit = 500
        var deleted = 0
        while true {
            let count = try database.deleteOlder(than: bound, limit: limit, at: now())
            deleted += count
            if database.logBytes >= StateDatabase.logBytesToEmpty {
                _ = try database.emptyLog(at: now())
            }
            if count < limit { break }
        }
        _ = try database.shrink(at: now())
        return deleted
    }
}
