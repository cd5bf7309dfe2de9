import Forecasting
import Telemetry
import Transport
import Wire

/// The totals of the engine's parts, carried into the metrics of the process.
enum EngineMetrics {
    /// Metrics with every label that the engine can count under.
    static func make() -> Metrics {
        Metrics(labels: [
            .inputRejected: WireError.Reason.allCases.map(\.label),
            .samplesRejected: refusals.map(\.label),
            .samplesNotLearned: NotLearned.allCases.map(\.rawValue),
            .drifts: Drift.allCases.map(\.label),
            .clientsRefused: ["unknown_key", "handshake"],
            .streamsBegun: WarmStart.Beginning.allCases.map(\.label),
            .streamsEvicted: Forecaster.Eviction.allCases.map(\.label),
        ])
    }

    /// A missing value before the first finite one is missing, not refused.
    private static let refusals = Rejection.allCases.filter { $0 != .noValueYet }

    /// Why a sample was answered and not learned from: the label of `samples_not_learned_total`.
    private enum NotLearned: String, CaseIterable {
        case duplicate, late, outlier, stuck
        case outOfRange = "out_of_range"
    }

    static func update(
        _ metrics: Metrics, inbox: borrowing Inbox, outbox: borrowing Outbox,
        forecaster: Forecasting.Counters
    ) {
        metrics.raise(.inputMessages, to: inbox.counters.messages)
        metrics.raise(.inputBytes, to: inbox.counters.bytes)
        for reason in WireError.Reason.allCases {
            metrics.raise(
                .inputRejected, reason.label, to: inbox.counters.rejected[reason.rawValue])
        }
        metrics.raise(.inputLost, to: inbox.sequences.lost)
        metrics.raise(.inputRestarts, to: inbox.sequences.restarts)
        let monitors = (inbox.subscriberMonitor.counters, inbox.pullerMonitor.counters)
        metrics.raise(
            .inputConnections, to: monitors.0.handshakeSucceeded + monitors.1.handshakeSucceeded)
        // Those without an authorised key are counted where they are refused.
        let failed = [monitors.0, monitors.1, outbox.monitor.counters].map {
            $0.handshakeFailedNoDetail + $0.handshakeFailedProtocol
        }
        metrics.raise(.clientsRefused, "handshake", to: failed.reduce(0, +))
        metrics.raise(.outputConnections, to: outbox.monitor.counters.handshakeSucceeded)
        metrics.raise(.outputDropped, to: outbox.publisher.counters.overflows)
        update(metrics, forecaster)
    }

    private static func update(_ metrics: Metrics, _ forecaster: Forecasting.Counters) {
        metrics.raise(.samples, to: forecaster.samples)
        metrics.raise(.samplesMissing, to: forecaster.missing)
        for reason in refusals {
            metrics.raise(.samplesRejected, reason.label, to: forecaster[reason])
        }
        let notLearned: [(NotLearned, UInt64)] = [
            (.duplicate, forecaster.duplicates), (.late, forecaster.late),
            (.outlier, forecaster.suspects), (.stuck, forecaster.stuck),
            (.outOfRange, forecaster.outOfRange),
        ]
        for (reason, count) in notLearned {
            metrics.raise(.samplesNotLearned, reason.rawValue, to: count)
        }
        metrics.raise(.inputsUnknown, to: forecaster.unknownInputs)
        metrics.raise(.sampleGaps, to: forecaster.gaps)
        metrics.raise(.clockRestarts, to: forecaster.clockRestarts)
        for drift in Drift.allCases {
            metrics.raise(.drifts, drift.label, to: forecaster.drifts[drift])
        }
        for beginning in WarmStart.Beginning.allCases {
            metrics.raise(.streamsBegun, beginning.label, to: forecaster[beginning])
        }
        for reason in Forecaster.Eviction.allCases {
            metrics.raise(.streamsEvicted, reason.label, to: forecaster[reason])
        }
        metrics.raise(.forecasts, to: forecaster.forecasts)
        metrics.raise(.updates, to: forecaster.updates)
        metrics.raise(.updatesSkipped, to: forecaster.updatesSkipped)
        metrics.raise(.modelRecoveries, to: forecaster.recoveries)
    }
}

extension Drift {
    /// The `kind` of `drifts_total`. People alert on it: it never changes.
    var label: String {
        switch self {
        case .level: "level"
        case .spread: "spread"
        case .period: "period"
        }
    }
}

extension WarmStart.Beginning {
    /// The `start` of `streams_begun_total`. People alert on it: it never changes.
    var label: String {
        switch self {
        case .cold: "cold"
        case .warm: "warm"
        case .continued: "continued"
        }
    }
}

extension Forecaster.Eviction {
    /// The `reason` of `streams_evicted_total`. People alert on it: it never changes.
    var label: String {
        switch self {
        case .newcomer: "newcomer"
        case .returning: "returning"
        }
    }
}

extension Rejection {
    /// The `reason` of `samples_rejected_total`. People alert on it: it never changes.
    var label: String {
        switch self {
        case .noValueYet: "no_value_yet"
        case .empty: "empty"
        case .tooManyValues: "too_many_values"
        case .tooManyStreams: "too_many_streams"
        case .memoryFull: "memory_full"
        case .stateUnavailable: "state_unavailable"
        case .channelCount: "channel_count"
        case .unknownChannels: "unknown_channels"
        }
    }
}
