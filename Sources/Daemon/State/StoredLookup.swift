import Forecasting
import Store

/// Finds the state of one stream on the disk, beside the thread that writes.
struct StoredLookup: ~Copyable {
    enum Found {
        case record(StreamRecord)
        /// There is none that this program can read.
        case nothing
        /// The owner of the database is to set it aside, and then to be asked again.
        case damaged
        case failed(StoreError)
    }

    /// After an error; samples of streams on the disk may come faster than it can fail.
    private static let retryNanoseconds: Int64 = 1_000_000_000

    private let folder: String
    private var reader: StateReader?
    private var failure: (error: StoreError, until: Int64)?

    init(folder: String) { self.folder = folder }

    mutating func find(_ name: [UInt8], at now: Int64) -> Found {
        if let failure, now < failure.until { return .failed(failure.error) }
        do throws(StoreError) {
            if reader == nil {
                reader = try StateReader(
                    folder: folder, newestFormat: Int(Forecaster.stateFormat))
            }
            return switch try reader!.find(name) {
            case .nothing, .newer: .nothing
            case .sound(let record): .record(record)
            case .damaged: .damaged
            }
        } catch {
            reopen()
            failure = (error, now + Self.retryNanoseconds)
            return .failed(error)
        }
    }

    /// The file is another one now.
    mutating func reopen() {
        reader = nil
        failure = nil
    }
}
