/// What the daemon counts: one case and one row each, and everything else follows from the row.
///
/// Names follow Prometheus, less the prefix `foretide_`: base units, counters end in `_total`.
package enum Metric: Int, CaseIterable, Sendable {
    case buildInfo, ready, streams
    case inputMessages, inputBytes, inputRejected, inputLost, inputRestarts
    case inputConnections, clientsRefused
    case samples, samplesMissing, samplesRejected, samplesNotLearned, samplesReordered
    case inputsUnknown, sampleGaps, clockRestarts
    case drifts
    case forecasts, outputConnections, outputDropped
    case updates, updatesSkipped, modelRecoveries
    case checkpoints, checkpointFailures, checkpointLastSuccess, streamsQuarantined
    case streamsBegun, streamsEvicted, streamsReturned, memoryModel
    case reloadSuccessful, reloadLastSuccess

    package enum Kind: String, Sendable {
        /// Only grows while the process lives.
        case counter
        /// Goes up and down.
        case gauge
    }

    /// What there is to know about a metric.
    package struct Row: Sendable {
        package let kind: Kind
        package let name: String
        /// The one label that divides it, if any.
        package let label: String?
        package let help: String
    }

    package var row: Row {
        switch self {
        case .buildInfo: gauge("build_info", by: "version", "The running program; always 1.")
        case .ready: gauge("ready", "Whether the sockets are bound: 1 or 0.")
        case .streams: gauge("streams", by: "status", "Streams in memory.")
        case .inputMessages: counter("input_messages_total", "Messages received.")
        case .inputBytes: counter("input_bytes_total", "Bytes of the payloads received.")
        case .inputRejected:
            counter("input_rejected_total", by: "reason", "Messages that were not samples.")
        case .inputLost:
            counter("input_lost_total", "Messages missing by the publishers' sequence numbers.")
        case .inputRestarts:
            counter("input_restarts_total", "Times that a publisher's sequence began again.")
        case .inputConnections:
            counter("input_connections_total", "Connections of feeds that were made.")
        case .clientsRefused:
            counter(
                "clients_refused_total", by: "reason",
                "Connections without an authorised key, or that did not speak our ZeroMQ.")
        case .samples: counter("samples_total", "Samples taken, missing values included.")
        case .samplesMissing: counter("samples_missing_total", "Samples without a finite value.")
        case .samplesRejected:
            counter("samples_rejected_total", by: "reason", "Samples that no stream could take.")
        case .samplesNotLearned:
            counter(
                "samples_not_learned_total", by: "reason",
                "Values that got a forecast and taught nothing.")
        case .samplesReordered:
            counter("samples_reordered_total", "Late samples that were put in order.")
        case .inputsUnknown:
            counter("inputs_unknown_total", "Exogenous inputs that their stream does not use.")
        case .clockRestarts:
            counter("clock_restarts_total", "Times that a stream's timestamps went back for good.")
        case .drifts: counter("drifts_total", by: "kind", "Lasting changes of a series.")
        case .sampleGaps: counter("sample_gaps_total", "Gaps in time within a stream.")
        case .forecasts: counter("forecasts_total", "Forecasts published.")
        case .outputConnections:
            counter("output_connections_total", "Connections of subscribers that were made.")
        case .outputDropped:
            counter(
                "output_dropped_total",
                "Times a queue was found full; that subscriber loses forecasts until it reads.")
        case .updates: counter("updates_total", "Updates of weights.")
        case .updatesSkipped:
            counter("updates_skipped_total", "Updates that were due and found too little to learn.")
        case .modelRecoveries:
            counter("model_recoveries_total", "Returns to the last good weights.")
        case .checkpoints: counter("checkpoints_total", "Checkpoints that are on the disk.")
        case .checkpointFailures:
            counter("checkpoint_failures_total", "Checkpoints of which a part was not written.")
        case .checkpointLastSuccess:
            gauge(
                "checkpoint_last_success_timestamp_seconds",
                "When all that was learned was on the disk last, seconds since 1970 UTC.")
        case .reloadSuccessful:
            gauge("config_last_reload_successful", "Whether the newest reload was: 1 or 0.")
        case .reloadLastSuccess:
            gauge(
                "config_last_reload_success_timestamp_seconds",
                "When the settings in use were read, seconds since 1970 UTC.")
        case .streamsQuarantined:
            counter("streams_quarantined_total", "Damaged states that were set aside.")
        case .streamsBegun:
            counter(
                "streams_begun_total", by: "start",
                "New streams, by what they began with (model.warm_start).")
        case .streamsEvicted:
            counter(
                "streams_evicted_total", by: "reason",
                "Streams that left memory for a new one, or for one that came back.")
        case .streamsReturned:
            counter("streams_returned_total", "Streams that came back to memory as they left.")
        case .memoryModel:
            gauge("memory_model_bytes", "About what the streams in memory take.")
        }
    }

    private func counter(_ name: String, by label: String? = nil, _ help: String) -> Row {
        Row(kind: .counter, name: name, label: label, help: help)
    }

    private func gauge(_ name: String, by label: String? = nil, _ help: String) -> Row {
        Row(kind: .gauge, name: name, label: label, help: help)
    }
}
