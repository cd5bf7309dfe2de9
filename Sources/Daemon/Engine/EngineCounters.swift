import Forecasting
import Transport
import Wire

/// The counters of the engine's parts under the names of their metrics (docs/operating.md), without
/// the prefix `foretide_`.
enum EngineCounters {
    static func list(
        inbox: borrowing Inbox, outbox: borrowing Outbox, forecaster: Forecasting.Counters
    ) -> [(name: String, value: UInt64)] {
        var list: [(name: String, value: UInt64)] = [
            ("input_messages_total", inbox.counters.messages),
            ("input_bytes_total", inbox.counters.bytes),
        ]
        for reason in WireError.Reason.allCases where inbox.counters.rejected[reason.rawValue] > 0 {
            list.append(
                (
                    "input_rejected_total{reason=\"\(reason.label)\"}",
                    inbox.counters.rejected[reason.rawValue]
                ))
        }
        for reason in Rejection.allCases where forecaster[reason] > 0 {
            list.append(("input_rejected_total{reason=\"\(reason.label)\"}", forecaster[reason]))
        }
        let subscriber = inbox.subscriberMonitor.counters
        let puller = inbox.pullerMonitor.counters
        let publisher = outbox.monitor.counters
        list += [
            ("input_lost_total", inbox.sequences.lost),
            ("input_restarts_total", inbox.sequences.restarts),
            (
                "input_connections_total",
                subscriber.handshakeSucceeded + puller.handshakeSucceeded
            ),
            (
                "input_connections_failed_total",
                subscriber.handshakeFailed + puller.handshakeFailed
            ),
            ("input_disconnections_total", subscriber.disconnected + puller.disconnected),
            ("samples_total", forecaster.samples),
            ("samples_missing_total", forecaster.missing),
            ("samples_duplicate_total", forecaster.duplicates),
            ("samples_late_total", forecaster.late),
            ("gaps_total", forecaster.gaps),
            ("outliers_total", forecaster.suspects),
            ("level_shifts_total", forecaster.levelShifts),
            ("forecasts_total", forecaster.forecasts),
            ("updates_total", forecaster.updates),
            ("updates_skipped_total", forecaster.updatesSkipped),
            ("model_recoveries_total", forecaster.recoveries),
            ("output_connections_total", publisher.handshakeSucceeded),
            ("output_connections_failed_total", publisher.handshakeFailed),
            ("output_resent_total", outbox.publisher.counters.resent),
            ("output_overflows_total", outbox.publisher.counters.overflows),
        ]
        return list
    }
}

extension Rejection {
    /// The `reason` of `input_rejected_total`. People alert on it: it never changes.
    var label: String {
        switch self {
        case .noValueYet: "no_value_yet"
        case .empty: "empty"
        case .tooManyValues: "too_many_values"
        case .tooManyStreams: "too_many_streams"
        case .channelCount: "channel_count"
        case .unknownChannels: "unknown_channels"
        }
    }
}
