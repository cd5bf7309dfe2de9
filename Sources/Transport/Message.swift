import CZeroMQ

/// One received message of up to `capacity` frames, reused from message to message.
///
/// The bytes stay where libzmq put them: nothing is copied or allocated to read them.
@safe package struct Message: ~Copyable {
    package let capacity: Int
    package private(set) var count = 0
    /// Of all frames.
    package private(set) var byteCount = 0
    /// On the heap since libzmq keeps short frames inside the zmq_msg_t: they must not move.
    private let slots: UnsafeMutablePointer<zmq_msg_t>

    /// - Parameter capacity: Frames. A message with more is thrown away as it is received.
    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        unsafe slots = .allocate(capacity: capacity)
        for index in 0..<capacity { unsafe zmq_msg_init(slots + index) }
    }

    deinit {
        for index in 0..<capacity { unsafe zmq_msg_close(slots + index) }
        unsafe slots.deallocate()
    }

    /// The bytes of one frame, valid until the next `receive` into this message.
    package subscript(frame: Int) -> Span<UInt8> {
        @_lifetime(borrow self)
        get {
            precondition(frame >= 0 && frame < count, "frame \(frame) of \(count)")
            let slot = unsafe slots + frame
            let bytes = unsafe UnsafeRawBufferPointer(
                start: zmq_msg_data(slot), count: zmq_msg_size(slot))
            let span = unsafe Span<UInt8>(_unsafeBytes: bytes)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Forgets the frames, which gives their memory back.
    package mutating func removeAll() {
        for index in 0..<count { unsafe zmq_msg_close(slots + index) }
        for index in 0..<count { unsafe zmq_msg_init(slots + index) }
        restart()
    }

    /// What became of one frame.
    enum FrameStatus { case none, last, more }

    /// Receives the next frame into the next slot. With no slot left it goes into the last one.
    mutating func appendFrame(
        from socket: UnsafeMutableRawPointer
    ) throws(ZeroMQError) -> FrameStatus {
        let slot = unsafe slots + min(count, capacity - 1)
        var size = unsafe zmq_msg_recv(slot, socket, ZMQ_DONTWAIT)
        while size < 0 {
            let code = zmq_errno()
            if code == EAGAIN { return .none }
            if code != EINTR { throw ZeroMQError(.receive, "", code: code) }
            size = unsafe zmq_msg_recv(slot, socket, ZMQ_DONTWAIT)
        }
        count = min(count + 1, capacity)
        byteCount += Int(size)
        return unsafe zmq_msg_more(slot) != 0 ? .more : .last
    }

    mutating func restart() { (count, byteCount) = (0, 0) }
}
