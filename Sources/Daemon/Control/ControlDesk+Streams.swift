import Forecasting
import Logging
import Series
import Settings
import Wire

/// A stream read from a file.
struct ImportedStream: Sendable {
    let stream: Forecasting.Stream
}

extension ControlDesk {
    /// The other thread makes the file, of a copy of the stream.
    mutating func export(
        _ name: [UInt8], for ticket: ControlSocket.Ticket, _ forecaster: borrowing Forecaster
    ) throws(ControlError) {
        let reply: @Sendable (Forecasting.Stream) -> ControlReply = { stream in
            let file = StreamFile.encode(stream)
            return ControlReply(
                [
                    "stream": .string(String(decoding: stream.name, as: UTF8.self)),
                    "bytes": .integer(Int64(file.count)),
                ], attachment: file)
        }
        guard let index = forecaster.index(of: name.span) else {
            return try startStored(name, for: ticket, reply)
        }
        let stream = forecaster.stream(index)
        try start(.reply(ticket)) { .reply(reply(stream)) }
    }

    /// The other thread reads the file; `add` follows.
    mutating func beginImport(
        _ options: ImportOptions, _ file: [UInt8], for ticket: ControlSocket.Ticket
    ) throws(ControlError) {
        let channelLimit = settings.limits.valuesPerSample
        try start(.imported(ticket, options)) {
            .stream(
                Result { () throws(ControlError) in
                    ImportedStream(
                        stream: try StreamFile.decode(
                            file.span, name: options.name, channelLimit: channelLimit))
                })
        }
    }

    /// From here on the stream goes on where the file has it.
    mutating func add(
        _ imported: ImportedStream, _ options: ImportOptions, _ forecaster: inout Forecaster,
        _ outbox: inout Outbox
    ) throws(ControlError) -> ControlReply {
        let name = imported.stream.name
        let isKnown = forecaster.index(of: name.span) != nil
        let text = String(decoding: name, as: UTF8.self)
        guard options.replaces || !isKnown else {
            throw ControlError(
                .streamExists,
                "there is a stream \"\(text)\" already: give it another name, or replace it")
        }
        let restored: Restored
        do throws(StateError) { restored = try forecaster.adopt(imported.stream) } catch {
            let isFull = error == .tooManyStreams
            throw ControlError(isFull ? .tooManyStreams : .badFile, "\(error)")
        }
        outbox.forget(name.span)
        if let forecast = forecaster.stream(restored.stream).newestForecast {
            outbox.remember(forecast)
        }
        var lost: [String] = []
        if case .partial(_, let parts) = restored { lost = parts }
        logger.notice(
            "Imported a stream", metadata: ["stream": "\(text)", "replaced": "\(isKnown)"])
        return ControlReply([
            "stream": .string(text), "replaced": .boolean(isKnown),
            "lost": .array(lost.map { .string($0) }),
        ])
    }

    /// The stream learns anew from its next sample on.
    func reset(
        _ name: [UInt8], _ forecaster: inout Forecaster
    ) throws(ControlError) -> ControlReply {
        guard let index = forecaster.index(of: name.span) else { throw Self.unknown(name) }
        forecaster.reset(index)
        let text = String(decoding: name, as: UTF8.self)
        logger.notice("Reset a stream", metadata: ["stream": "\(text)"])
        return ControlReply(["stream": .string(text)])
    }
}

extension ControlDesk {
    /// The stream is gone from memory, from the disk and for new subscribers.
    func forget(
        _ name: [UInt8], _ forecaster: inout Forecaster, _ outbox: inout Outbox,
        _ checkpoints: inout Checkpoints?
    ) throws(ControlError) -> ControlReply {
        throw Self.unknown(name)
    }
}
