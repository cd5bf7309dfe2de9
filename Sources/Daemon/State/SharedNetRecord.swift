import Forecasting
import Series
import Store

/// Nets that streams share, in the table of the streams: written in one transaction with them, and
/// with the same checksums, backups and mending. No stream has such a name, for it begins with a
/// control character:
///
///     U+0001 "net" partition " " pattern of the rule
struct SharedNetName: Equatable {
    let partition: Int
    /// UTF-8.
    let pattern: [UInt8]

    private static let prefix = [UInt8]("\u{1}net".utf8)

    init(_ net: Forecaster.NetIndex, in forecaster: borrowing Forecaster) {
        partition = net.partition
        pattern = forecaster.pattern(of: net)
    }

    /// Nil for the name of a stream.
    init?(row: [UInt8]) {
        guard Self.isOfNet(row), let space = row.firstIndex(of: UInt8(ascii: " ")) else {
            return nil
        }
        let number = String(decoding: row[Self.prefix.count..<space], as: UTF8.self)
        guard let partition = Int(number), (0..<StreamPartition.count).contains(partition) else {
            return nil
        }
        self.partition = partition
        pattern = Array(row[(space + 1)...])
    }

    /// Whether a row is no stream's.
    static func isOfNet(_ row: [UInt8]) -> Bool { row.starts(with: prefix) }

    /// In the column `stream`.
    var row: [UInt8] { Self.prefix + "\(partition) ".utf8 + pattern }

    /// The net in memory, if there is one.
    func net(in forecaster: borrowing Forecaster) -> Forecaster.NetIndex? {
        forecaster.net(pattern: pattern, partition: partition)
    }
}

extension StreamRecord {
    /// A net as it is now.
    init(of net: Forecaster.NetIndex, in forecaster: borrowing Forecaster) {
        var summary = StreamSummary(name: SharedNetName(net, in: forecaster).row)
        summary.partition = net.partition
        summary.sampleCount = UInt64(forecaster.updates(of: net))
        summary.settingsSignature = forecaster.settingsSignature(of: net)
        summary.formatVersion = Int(Forecaster.stateFormat)
        summary.updatedAt = SystemClock.realtime()
        var state: [UInt8] = []
        forecaster.snapshot(of: net, into: &state)
        self.init(summary: summary, state: state)
    }
}
