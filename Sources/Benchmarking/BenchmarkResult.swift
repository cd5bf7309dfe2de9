/// What a benchmark came to; parts that were not asked for are nil.
package struct BenchmarkResult: Sendable {
    /// The instructions in use, as `engine.isa` names them.
    package let isa: String
    package internal(set) var peak: MachinePeak
    package internal(set) var updates: [NetMeasurement.Update]?
    package internal(set) var steps: [NetMeasurement.Step]?
    package internal(set) var stream: StreamMeasurement?
    package internal(set) var endToEnd: [EndToEndMeasurement.Row]?

    init(isa: String, peak: MachinePeak) {
        self.isa = isa
        self.peak = peak
    }

    func shareOfPeak(_ update: NetMeasurement.Update) -> Double {
        update.gigaflops / peak.gigaflops
    }
}

/// For programs: one JSON object, as `foretide bench --json` prints it.
extension BenchmarkResult {
    package var json: String {
        var members: [(key: String, value: JSONValue)] = [
            ("isa", .text(isa)), ("fma_peak_gflops", .number(peak.gigaflops)),
            ("memory_read_gbytes", .number(peak.readGigabytes)),
            ("memory_update_gbytes", .number(peak.updateGigabytes)),
        ]
        if let updates { members.append(("update", .array(updates.map(json)))) }
        if let steps {
            let usual = steps.first { $0.cell == "gru" && $0.hidden == 32 }
            members.append(("step_ns", JSONValue(usual?.timing.medianNanoseconds)))
            members.append(("step", .array(steps.map(\.json))))
        }
        if let stream { members.append(("stream", stream.json)) }
        if let endToEnd { members.append(("end_to_end", .array(endToEnd.map(\.json)))) }
        return JSONValue.object(members).text + "\n"
    }

    private func json(_ update: NetMeasurement.Update) -> JSONValue {
        .object([
            ("cell", .text(update.cell)), ("hidden", .whole(update.hidden)),
            ("window", .whole(update.window)), ("batch", .whole(update.batch)),
            ("median_us", .number(update.timing.medianNanoseconds / 1e3)),
            ("min_us", .number(update.timing.leastNanoseconds / 1e3)),
            ("gflops", .number(update.gigaflops)),
            ("share_of_peak", .number(shareOfPeak(update))),
        ])
    }
}

extension NetMeasurement.Step {
    fileprivate var json: JSONValue {
        .object([
            ("cell", .text(cell)), ("hidden", .whole(hidden)),
            ("median_ns", .number(timing.medianNanoseconds)),
            ("min_ns", .number(timing.leastNanoseconds)),
        ])
    }
}

extension StreamMeasurement {
    fileprivate var json: JSONValue {
        .object([
            ("us_per_sample", .number(microseconds)),
            ("samples_per_second", .number(1e6 / microseconds)),
            ("forecast_us", .number(forecastMicroseconds)),
            ("learn_us", .number(learningMicroseconds)),
            ("longest_us", .number(longestMicroseconds)), ("bytes", .whole(bytes)),
            (
                "in_turn",
                .object([
                    ("streams", .whole(inTurn.streams)),
                    ("us_per_sample", .number(inTurn.microseconds)),
                    ("share_of_one", .number(microseconds / inTurn.microseconds)),
                    ("rss_bytes", .whole(inTurn.residentBytes)),
                ])
            ),
        ])
    }
}

extension EndToEndMeasurement.Row {
    fileprivate var json: JSONValue {
        .object([
            ("transport", .text(transport)), ("pipeline", .text(pipeline)),
            ("offered_per_second", JSONValue(offeredPerSecond)), ("sent", .whole(sent)),
            ("lost", .whole(lost)), ("messages_per_second", .number(messagesPerSecond)),
            ("p50_us", JSONValue(latency?.p50)), ("p99_us", JSONValue(latency?.p99)),
            ("p999_us", JSONValue(latency?.p999)), ("longest_us", JSONValue(latency?.longest)),
            ("thread_ns_per_message", JSONValue(threadNanoseconds)),
        ])
    }
}
