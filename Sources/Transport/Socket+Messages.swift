import CZeroMQ
import Glibc

extension Socket {
    /// What `receive` found.
    package enum Reception: Equatable, Sendable {
        /// Nothing is waiting.
        case none
        /// A whole message.
        case message
        /// A message of this many frames, more than fit: thrown away.
        case oversized(frames: Int)
        /// Still throwing away a message of very many frames: call again.
        case discarding
    }

    /// Frames of an oversized message thrown away in one call, some 100 µs of work.
    package static let discardedFramesPerCall = 4096

    /// Takes one message, without waiting. Interrupting signals are ignored.
    ///
    /// libzmq hands over a message when it has all its frames. What a peer sends without ever
    /// ending a message stays inside libzmq, out of reach and without bound: only a memory limit on
    /// the process (MemoryMax=) or CURVE stops that.
    package func receive(into message: inout Message) throws(ZeroMQError) -> Reception {
        if handle.discarded > 0 { return try discardRest(of: &message) }
        message.restart()
        while true {
            switch unsafe try message.appendFrame(from: handle.open) {
            case .none: return .none
            case .last: return .message
            case .more where message.count < message.capacity: break
            case .more:
                handle.discarded = message.count
                return try discardRest(of: &message)
            }
        }
    }

    private func discardRest(of message: inout Message) throws(ZeroMQError) -> Reception {
        for _ in 0..<Self.discardedFramesPerCall {
            let status = unsafe try message.appendFrame(from: handle.open)
            handle.discarded += 1
            if status != .more {
                let frames = handle.discarded
                handle.discarded = 0
                message.removeAll()
                return .oversized(frames: frames)
            }
        }
        message.removeAll()
        return .discarding
    }

    /// Takes in what peers have read meanwhile. Before sending without it libzmq may take a queue
    /// for full that is not, and a ROUTER drops then.
    package func refresh() throws(ZeroMQError) { try handle.refresh() }

    /// Sends one frame, without waiting. False when the socket cannot take it now (EAGAIN): no peer
    /// to send to, or a full queue. Only the first frame of a message can be refused.
    /// - Parameter more: ZMQ_SNDMORE. Whether further frames of the same message follow.
    package func send(_ frame: Span<UInt8>, more: Bool = false) throws(ZeroMQError) -> Bool {
        let flags = more ? ZMQ_DONTWAIT | ZMQ_SNDMORE : ZMQ_DONTWAIT
        let pointer = unsafe handle.open
        while true {
            let status = unsafe frame.withUnsafeBufferPointer { frame in
                unsafe zmq_send(pointer, frame.baseAddress, frame.count, flags)
            }
            if status >= 0 { return true }
            let code = zmq_errno()
            if code == EAGAIN { return false }
            if code != EINTR { throw ZeroMQError(.send, "", code: code) }
        }
    }
}
