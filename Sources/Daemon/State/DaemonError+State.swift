import Glibc
import Store

extension DaemonError {
    /// Why the daemon cannot begin with this state folder. It does not begin without: streams that
    /// start anew would be written over what they had learned.
    init(_ error: StoreError) {
        switch error {
        case .system(_, _, EACCES), .system(_, _, EPERM):
            self.init(.noPermission, "\(error)")
        case .system, .locked:
            self.init(.cannotCreate, "\(error)")
        case .newerSchema, .foreign:
            self.init(.configuration, "\(error)")
        case .logFull, .sqlite:
            self.init(.inputOutput, "\(error)")
        }
    }
}
