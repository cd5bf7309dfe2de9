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
        _ name: [UInt8], for ticket: ControlSocket.Ticket, _ forecaster: borrowing Forecaster,
        _ checkpoints: inout Checkpoints?
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
            // Comes later in any case.
            _ = try query(name, for: ticket, forecaster, &checkpoints, reply)
            return
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
        _ outbox: inout Outbox, _ checkpoints: inout Checkpoints?
    ) throws(ControlError) -> ControlReply {
        let name = imported.stream.name
        let isKnown = try isKnown(name, forecaster, &checkpoints)
        let text = String(decoding: name, as: UTF8.self)
        guard options.replaces || !isKnown else {
            throw ControlError(
                .streamExists,
                "there is a stream \"\(text)\" already: give it another name, or replace it")
        }
        let restored = try take(imported.stream, &forecaster, &outbox, &checkpoints)
        var lost: [String] = []
        if case .partial(_, let parts) = restored { lost = parts }
        logger.notice(
            "Imported a stream", metadata: ["stream": "\(text)", "replaced": "\(isKnown)"])
        return ControlReply([
            "stream": .string(text), "replaced": .boolean(isKnown),
            "lost": .array(lost.map { .string($0) }),
        ])
    }

    /// In memory, or on the disk.
    private func isKnown(
        _ name: [UInt8], _ forecaster: borrowing Forecaster, _ checkpoints: inout Checkpoints?
    ) throws(ControlError) -> Bool {
        if forecaster.index(of: name.span) != nil { return true }
        do throws(ControlError) {
            _ = try absent(name, &checkpoints)
            return true
        } catch {
            if error.code == .unknownStream { return false }
            throw error
        }
    }

    /// Takes a stream into memory, in place of the one of its name, or of the longest idle one when
    /// there is no room. New subscribers get its newest forecast.
    private func take(
        _ stream: Forecasting.Stream, _ forecaster: inout Forecaster, _ outbox: inout Outbox,
        _ checkpoints: inout Checkpoints?
    ) throws(ControlError) -> Restored {
        let name = stream.name
        while true {
            do throws(StateError) {
                let restored = try forecaster.adopt(stream)
                checkpoints?.tookBack(name, restored.stream, &forecaster)
                outbox.forget(name.span)
                if let forecast = forecaster.stream(restored.stream).newestForecast {
                    outbox.remember(forecast)
                }
                return restored
            } catch .tooManyStreams {
                let hasRoom =
                    checkpoints?.evictIdlest(&forecaster, &outbox, for: .returning) ?? false
                if !hasRoom {
                    throw ControlError(.tooManyStreams, "\(StateError.tooManyStreams)")
                }
            } catch {
                throw ControlError(.badFile, "\(error)")
            }
        }
    }

    /// The stream learns anew from its next sample on.
    func reset(
        _ name: [UInt8], _ forecaster: inout Forecaster, _ outbox: inout Outbox,
        _ checkpoints: inout Checkpoints?
    ) throws(ControlError) -> ControlReply {
        if let index = forecaster.index(of: name.span) {
            forecaster.reset(index)
        } else {
            let record = try absent(name, &checkpoints)
            let old = try StoredStreams.decode(
                record, channelLimit: settings.limits.valuesPerSample)
            let restored = try take(old, &forecaster, &outbox, &checkpoints)
            forecaster.reset(restored.stream)
        }
        let text = String(decoding: name, as: UTF8.self)
        logger.notice("Reset a stream", metadata: ["stream": "\(text)"])
        return ControlReply(["stream": .string(text)])
    }

    /// The stream is gone from memory and for new subscribers, and, when the request of that number
    /// to the disk has come to its end, from there; nil when nothing is kept there.
    func forget(
        _ name: [UInt8], _ forecaster: inout Forecaster, _ outbox: inout Outbox,
        _ checkpoints: inout Checkpoints?
    ) throws(ControlError) -> Int? {
        if let index = forecaster.index(of: name.span) {
            checkpoints?.drop(index, named: name)
            forecaster.remove(index)
        } else {
            _ = try absent(name, &checkpoints)
            forecaster.forgetStored(name.span)
        }
        outbox.forget(name.span)
        let text = String(decoding: name, as: UTF8.self)
        logger.notice("Forgot a stream", metadata: ["stream": "\(text)"])
        return checkpoints?.forget(name)
    }

    static func forgotten(_ name: [UInt8]) -> ControlReply {
        ControlReply(["stream": .string(String(decoding: name, as: UTF8.self))])
    }
}
