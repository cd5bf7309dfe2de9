/// A bound on everything that a feed could make grow, and what happens beyond it.
package struct Limits: Sendable, Equatable {
    /// Streams held in memory. Beyond it an idle one leaves for a new one, or the new one is
    /// refused and counted. Range 1…10,000,000.
    package var maxStreams = 10_000
    /// Bytes that streams may take, as estimated. Beyond it as with `maxStreams`. Range
    /// 1 MiB…1 TiB.
    package var memoryBytes = 2 << 30
    /// Bytes of one message frame. A larger one is dropped by libzmq, which closes the connection;
    /// the peer reconnects by itself. Range 1 KiB…1 GiB.
    package var messageBytes = 1 << 20
    /// Channels and exogenous inputs of one sample. A larger one is rejected and counted. Range
    /// `numbersPerSample`.
    package var valuesPerSample = 64

    /// Bytes of a stream's or channel's name (UTF-8). A longer one is rejected and counted.
    package static let nameBytes = 255
    /// Frames of one message: topic, payload, sequence. A longer message is dropped and counted.
    package static let frames = 3
    /// Messages taken from one socket before the others get their turn, which costs a dozen system
    /// calls; the engine gives it 2 ms at the most.
    package static let messagesPerTurn = 1024
    /// Samples of one stream that `input.reorder` holds; beyond it the oldest is let go early.
    package static let reorderedSamples = 1024
    /// Of `valuesPerSample`.
    package static let numbersPerSample = 1...4096
    /// Exogenous inputs that `model.inputs` names.
    package static let namedInputs = 64
    /// Steps of the truncated backpropagation window.
    package static let window = 1...1024
    /// Values ahead that are forecast with each sample.
    package static let horizon = 1...256
    /// Hidden units of a net.
    package static let hidden = 1...512

    package init() {}
}
