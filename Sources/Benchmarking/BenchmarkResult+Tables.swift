import Daemon
import Evaluation

/// For a person to read.
extension BenchmarkResult {
    package var tables: String {
        var text =
            "Instructions \(isa): at most \(Self.number(peak.gigaflops)) GFLOP/s of float32 on one"
            + " core, memory read at \(Self.number(peak.readGigabytes)) GB/s, changed at"
            + " \(Self.number(peak.updateGigabytes)) GB/s\n"
        if let updates { text += "\n" + table(of: updates) }
        if let steps { text += "\n" + Self.table(of: steps) }
        if let stream { text += "\n" + Self.lines(of: stream) }
        if let endToEnd { text += "\n" + Self.table(of: endToEnd) }
        return text
    }

    private func table(of updates: [NetMeasurement.Update]) -> String {
        var table = TextTable(
            heading: [
                "update", "hidden", "window", "batch", "median µs", "least µs", "GFLOP/s",
                "of peak",
            ])
        for row in updates {
            table.add([
                row.cell, "\(row.hidden)", "\(row.window)", "\(row.batch)",
                Self.number(row.timing.medianNanoseconds / 1e3),
                Self.number(row.timing.leastNanoseconds / 1e3), Self.number(row.gigaflops),
                NumberText.percent(shareOfPeak(row)),
            ])
        }
        return table.text
    }

    private static func table(of steps: [NetMeasurement.Step]) -> String {
        var table = TextTable(heading: ["step", "hidden", "median ns", "least ns"])
        for row in steps {
            table.add([
                row.cell, "\(row.hidden)", number(row.timing.medianNanoseconds),
                number(row.timing.leastNanoseconds),
            ])
        }
        return table.text
    }

    private static func lines(of stream: StreamMeasurement) -> String {
        let inTurn = stream.inTurn
        return """
            One stream: \(number(stream.microseconds)) µs a sample, \
            \(NumberText.grouped(Int(1e6 / stream.microseconds))) samples/s; the forecast \
            \(number(stream.forecastMicroseconds)) µs, learning \
            \(number(stream.learningMicroseconds)) µs; longest \
            \(number(stream.longestMicroseconds)) µs
            \(NumberText.grouped(inTurn.streams)) streams in turn: \
            \(number(inTurn.microseconds)) µs a sample, \
            \(NumberText.percent(stream.microseconds / inTurn.microseconds)) of the speed of one
            Memory: \(NumberText.grouped(stream.bytes)) bytes a stream by count, \
            \(NumberText.grouped(inTurn.residentBytes)) of the process's

            """
    }

    private static func table(of rows: [EndToEndMeasurement.Row]) -> String {
        var table = TextTable(
            heading: [
                "over", "through", "offered/s", "messages/s", "lost", "p50 µs", "p99 µs",
                "p99.9 µs", "longest µs", "thread ns/message",
            ], leftAligned: [0, 1])
        for row in rows {
            let latency = row.latency
            table.add([
                row.transport, row.pipeline,
                row.offeredPerSecond.map { NumberText.grouped(Int($0)) } ?? "all",
                NumberText.grouped(Int(row.messagesPerSecond)), NumberText.grouped(row.lost),
                number(latency?.p50), number(latency?.p99), number(latency?.p999),
                number(latency?.longest), number(row.threadNanoseconds),
            ])
        }
        return table.text
    }

    private static func number(_ value: Double?) -> String {
        value.map { NumberText.significant($0) } ?? "–"
    }
}
