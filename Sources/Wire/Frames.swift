/// The frames of one message as libzmq holds them: the payload, maybe a topic before it, maybe a
/// sequence number behind it. A longer message is the caller's to drop (`WireError.frames`).
package struct Frames: ~Escapable {
    package let topic: Span<UInt8>?
    package let payload: Span<UInt8>
    /// 4 or 8 bytes, little-endian, as Bitcoin Core sends.
    package let sequence: Span<UInt8>?

    @_lifetime(copy payload)
    package init(payload: Span<UInt8>) {
        self.topic = nil
        self.payload = payload
        self.sequence = nil
    }

    @_lifetime(copy topic, copy payload)
    package init(topic: Span<UInt8>, payload: Span<UInt8>) {
        self.topic = topic
        self.payload = payload
        self.sequence = nil
    }

    @_lifetime(copy topic, copy payload, copy sequence)
    package init(topic: Span<UInt8>, payload: Span<UInt8>, sequence: Span<UInt8>) {
        self.topic = topic
        self.payload = payload
        self.sequence = sequence
    }
}
