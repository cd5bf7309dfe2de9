import CZeroMQ
import Glibc

/// Why an operation on a socket failed: what was tried, on what, and what to do about it.
package struct ZeroMQError: Error, Equatable, Sendable {
    package enum Operation: String, Sendable {
        case createContext = "create a ZeroMQ context"
        case createSocket = "create a ZeroMQ socket"
        case bind, unbind, connect, disconnect, subscribe, unsubscribe, set, get, send, receive
        case poll, wake = "create a wake-up descriptor", monitor, lock
    }

    package enum Cause: Equatable, Sendable {
        /// EADDRINUSE. Another socket has the port.
        case addressInUse
        /// EADDRNOTAVAIL. The address is not one of this machine.
        case addressNotLocal
        /// ENODEV. The host is neither an address nor a network interface of this machine.
        case unknownHost
        /// EACCES, EPERM.
        case permissionDenied
        /// ENOENT, ENOTDIR. The folder of an ipc path does not exist.
        case noSuchFolder
        /// Another process, when known, holds the ipc path.
        case lockedBy(process: Int32?)
        /// The ipc path is a file, or whatever else is not a socket.
        case notASocket
        /// A connect to host `*` or port 0, which only a bind can fill in.
        case notConnectable
        /// ENOENT of an unbind or disconnect.
        case notAttached
        /// EMFILE, ENFILE. Out of file descriptors or of sockets.
        case tooManyOpen
        /// ETERM. The context has been shut down.
        case terminated
        /// Anything else: the errno of libzmq.
        case system(code: Int32)
    }

    package let operation: Operation
    /// The endpoint, option or topic.
    package let subject: String
    package let cause: Cause

    init(_ operation: Operation, _ subject: String, _ cause: Cause) {
        self.operation = operation
        self.subject = subject
        self.cause = cause
    }

    init(_ operation: Operation, _ subject: String, code: Int32) {
        let isDetaching = operation == .unbind || operation == .disconnect
        let cause = isDetaching && code == ENOENT ? Cause.notAttached : Cause(code: code)
        self.init(operation, subject, cause)
    }
}

extension ZeroMQError.Cause {
    init(code: Int32) {
        switch code {
        case EADDRINUSE: self = .addressInUse
        case EADDRNOTAVAIL: self = .addressNotLocal
        case ENODEV: self = .unknownHost
        case EACCES, EPERM: self = .permissionDenied
        case ENOENT, ENOTDIR: self = .noSuchFolder
        case EMFILE, ENFILE: self = .tooManyOpen
        case ETERM: self = .terminated
        default: self = .system(code: code)
        }
    }
}

extension ZeroMQError: CustomStringConvertible {
    /// For example `cannot bind tcp://127.0.0.1:5555: the address is in use: stop the other program
    /// …`
    package var description: String {
        let what = subject.isEmpty ? operation.rawValue : "\(operation.rawValue) \(subject)"
        return "cannot \(what): \(cause)"
    }
}

extension ZeroMQError.Cause: CustomStringConvertible {
    /// The reason, then what to do.
    package var description: String {
        switch self {
        case .addressInUse:
            "the address is in use: stop the other program (ss -ltnp lists it) or take another port"
        case .addressNotLocal:
            "this machine does not have that address: ip addr lists those it has, * means all"
        case .unknownHost:
            "no such interface or address: a bind takes an address or interface of this machine, "
                + "not a host name (ip addr lists them)"
        case .permissionDenied:
            "permission denied: a port below 1024 or a folder of another user; "
                + "take a higher port or a folder that you may write to"
        case .noSuchFolder:
            "the folder does not exist: create it first"
        case .lockedBy(let process?):
            "process \(process) is bound to it: stop that process or take another path"
        case .lockedBy(nil):
            "another process is bound to it: stop that process or take another path"
        case .notASocket:
            "there is a file of that name which is not a socket: move it away or take another path"
        case .notConnectable:
            "a connect needs the host and the port of the other side; * is for a bind"
        case .notAttached:
            "the socket is neither bound nor connected to it"
        case .tooManyOpen:
            "too many open files or sockets: raise the limit (ulimit -n, LimitNOFILE=)"
        case .terminated:
            "the ZeroMQ context has been shut down"
        case .system(let code):
            unsafe String(cString: zmq_strerror(code))
        }
    }
}
