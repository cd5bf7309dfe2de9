import Daemon
import Synchronization
import Transport

/// The yardstick of the message rate: takes messages in on a bound SUB socket and sends them on,
/// frame by frame, on a bound XPUB socket, and nothing else. Same water marks and the same draining
/// as the engine.
package final class PlainForwarder: Sendable {
    /// At most 15 bytes, so that the kernel shows all of it.
    static let threadName = "bench-forwarder"

    private let isStopping = Atomic(false)
    private let bound = AsyncStream<(input: String, output: String)>.makeStream()

    /// Where it listens, once it does; nil when it could not. To be asked once.
    package var endpoints: (input: String, output: String)? {
        get async {
            for await endpoints in bound.stream { return endpoints }
            return nil
        }
    }

    package init() {}

    package func requestStop() { isStopping.store(true, ordering: .releasing) }

    /// Forwards until told to stop. Errors: `ZeroMQError`, and `Endpoint`'s for a bad address.
    package func run(input: String, output: String) async throws {
        defer { bound.continuation.finish() }
        try await OwnThread.run(name: Self.threadName) {
            try self.forward(input, output)
        }
    }

    private func forward(_ inputEndpoint: String, _ outputEndpoint: String) throws {
        let context = try Context()
        let input = try Socket(.subscribe, in: context)
        try input.subscribe("")
        let output = try Socket(.xpub, in: context)
        let addresses = (
            input: try input.bind(Endpoint(inputEndpoint)),
            output: try output.bind(Endpoint(outputEndpoint))
        )
        bound.continuation.yield((addresses.input.description, addresses.output.description))
        var poller = Poller()
        _ = poller.add(input)
        _ = poller.add(output)
        var message = Message(capacity: 3)
        while !isStopping.load(ordering: .acquiring) {
            _ = try poller.wait(timeout: .milliseconds(10))
            while try input.receive(into: &message) == .message {
                for frame in 0..<message.count {
                    _ = try output.send(message[frame], more: frame < message.count - 1)
                }
            }
            // Subscriptions: libzmq has already acted on them.
            while try output.receive(into: &message) != .none {}
        }
    }
}
