import Forecasting
import Series
import Store
import Wire

/// The streams of a state folder, read without its lock and without waiting for its owner.
struct StoredStreams {
    let folder: String
    let channelLimit: Int

    /// Errors: `unknownStream`, `stateFailed`.
    func stream(_ name: [UInt8]) throws(ControlError) -> Forecasting.Stream {
        let found: StateReader.Found
        do throws(StoreError) {
            var reader = try reader()
            found = try reader.find(name)
        } catch {
            throw ControlError(.stateFailed, "\(error)")
        }
        switch found {
        case .nothing: throw ControlDesk.unknown(name)
        case .sound(let record): return try Self.decode(record, channelLimit: channelLimit)
        case .damaged:
            throw ControlError(
                .stateFailed, "\(folder): the state of this stream is damaged; a start mends it")
        case .newer(let version):
            throw ControlError(
                .stateFailed,
                "\(folder): a newer foretide wrote this stream (format \(version)): use that one")
        }
    }

    /// A page of the list, by name.
    func page(_ listing: StreamListing) -> ControlReply {
        do throws(StoreError) {
            let after = Array((listing.after ?? "").utf8)
            let rows = try reader().page(after: after, limit: listing.limit)
            let last = rows.last.map(Self.name) ?? []
            return ControlReply([
                "streams": .array(rows.filter { !Self.isOfNet($0) }.map(line)),
                "next": rows.count == listing.limit
                    ? .string(String(decoding: last, as: UTF8.self)) : nil,
            ])
        } catch {
            return ControlReply(ControlError(.stateFailed, "\(error)"))
        }
    }

    private func reader() throws(StoreError) -> StateReader {
        try StateReader(folder: folder, newestFormat: Int(Forecaster.stateFormat))
    }

    static func decode(
        _ record: StreamRecord, channelLimit: Int
    ) throws(ControlError) -> Forecasting.Stream {
        do throws(StateError) {
            let state = record.state.span
            return try Forecaster.stream(
                name: record.summary.name.span, from: unsafe state.bytes,
                channelLimit: channelLimit)
        } catch {
            throw ControlError(.stateFailed, "the stored state cannot be used: \(error)")
        }
    }

    private static func name(_ row: StateReader.Listed) -> [UInt8] {
        switch row {
        case .sound(let record): record.summary.name
        case .newer(let summary): summary.name
        case .damaged(let name): name
        }
    }

    private static func isOfNet(_ row: StateReader.Listed) -> Bool {
        SharedNetName.isOfNet(name(row))
    }

    private func line(_ row: StateReader.Listed) -> JSONValue {
        switch row {
        case .sound(let record):
            do throws(ControlError) {
                return StreamDescription.line(
                    try Self.decode(record, channelLimit: channelLimit))
            } catch {
                return Self.line(record.summary.name, status: "unusable")
            }
        case .newer(let summary): return Self.line(summary.name, status: "newer")
        case .damaged(let name): return Self.line(name, status: "damaged")
        }
    }

    private static func line(_ name: [UInt8], status: String) -> JSONValue {
        ["stream": .string(String(decoding: name, as: UTF8.self)), "status": .string(status)]
    }
}
