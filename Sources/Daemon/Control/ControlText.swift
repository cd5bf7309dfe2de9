import Evaluation
import Telemetry
package import Wire

/// Answers of the control socket for a person.
package enum ControlText {
    private static let nameWidth = 48

    /// The heading and the rows of `foretide streams list`.
    package static func table(_ streams: [JSONValue]) -> String {
        var table = TextTable(
            heading: ["stream", "status", "samples", "period", "MAE", "MASE", "last sample"],
            leftAligned: [0, 1])
        for stream in streams {
            table.add([
                TextWidth.fit(stream["stream"]?.string ?? "", nameWidth),
                stream["status"]?.string ?? "", count(stream["samples"]),
                each(stream["period"]) { count($0) }, each(stream["mae"]) { figure($0) },
                each(stream["mase"]) { figure($0) }, time(stream["ts"]),
            ])
        }
        return table.text
    }

    /// Every value under its path: `forecast.yhat  21.5`.
    package static func lines(_ value: JSONValue) -> String {
        var rows: [(String, String)] = []
        flatten(value, "", &rows)
        let width = rows.map { TextWidth.of($0.0) }.max() ?? 0
        return rows.reduce(into: "") { text, row in
            text += TextWidth.padded(row.0, width) + "  " + row.1 + "\n"
        }
    }

    private static func flatten(
        _ value: JSONValue, _ path: String, _ rows: inout [(String, String)]
    ) {
        guard let members = value.members else {
            let isTime = path == "ts" || path.hasSuffix(".ts") || path.hasSuffix("next_ts")
            rows.append((path, isTime ? time(value) : value.string ?? value.text))
            return
        }
        for member in members {
            flatten(member.value, path.isEmpty ? member.name : path + "." + member.name, &rows)
        }
    }

    package static func status(_ status: JSONValue) -> String {
        func text(_ value: JSONValue?) -> String { value?.string ?? value?.text ?? "–" }
        let latency = status["latency_seconds"]
        var lines = [
            "foretide \(text(status["version"])), process \(text(status["pid"])), run "
                + "\(text(status["run"])), up \(duration(status["uptime_seconds"]))",
            "streams   \(count(status["streams"])) of \(count(status["max_streams"]))",
            "latency   p50 \(duration(latency?["p50"])), p99 \(duration(latency?["p99"])), "
                + "max \(duration(latency?["max"]))",
            "state     " + state(status["state"]), "settings  " + settings(status["settings"]),
        ]
        for fault in status["settings"]?["faults"]?.array ?? [] {
            lines.append("          \(text(fault))")
        }
        var table = TextTable(heading: ["counter", ""])
        for member in status["counters"]?.members ?? [] {
            for divided in member.value.members ?? [.init("", member.value)]
            where divided.value != 0 {
                let label = divided.name.isEmpty ? "" : "{\(divided.name)}"
                table.add([member.name + label, count(divided.value)])
            }
        }
        return lines.joined(separator: "\n") + "\n\n" + table.text
    }

    private static func state(_ state: JSONValue?) -> String {
        guard let folder = state?["directory"]?.string else { return "nothing is kept" }
        let interval = duration(state?["checkpoint_interval_seconds"])
        var text = "\(folder), every \(interval), last "
        text += state?["last_checkpoint"].map(time) ?? "–"
        if let failure = state?["failure"]?.string { text += "\n          FAILED: \(failure)" }
        return text
    }

    private static func settings(_ settings: JSONValue?) -> String {
        let file = settings?["file"]?.string ?? "no file"
        let time = time(settings?["last_reload_success"])
        let isGood = settings?["last_reload_successful"]?.boolean ?? true
        return "\(file), read \(time)" + (isGood ? "" : "; the newest reload was refused:")
    }

    /// What a reload changed.
    package static func reload(_ reload: JSONValue) -> String {
        func changes(_ name: String, _ title: String) -> String {
            (reload[name]?.array ?? []).reduce(into: "") { text, change in
                text += "\(title) \(change["key"]?.string ?? ""): "
                text += "\(change["old"]?.string ?? "") → \(change["new"]?.string ?? "")\n"
            }
        }
        var text = changes("changed", "changed") + changes("needs_restart", "needs a restart:")
        let keys = reload["authorized_keys"]
        let (added, removed) = (keys?["added"]?.integer ?? 0, keys?["removed"]?.integer ?? 0)
        if added + removed > 0 { text += "authorized keys: \(added) added, \(removed) removed\n" }
        if text.isEmpty { return "nothing has changed\n" }
        let streams = reload["streams"]
        var line =
            "\(count(streams?["adapted"])) streams under other settings, "
            + "\(count(streams?["unaffected"])) as before"
        let lost = (streams?["lost"]?.members ?? []).map { "\($0.name) in \(count($0.value))" }
        if !lost.isEmpty { line += "; begins anew: " + lost.joined(separator: ", ") }
        return text + line + "\n"
    }

    package static func checkpoint(_ checkpoint: JSONValue) -> String {
        "\(count(checkpoint["streams"])) streams, \(count(checkpoint["bytes"])) bytes, "
            + "\(duration(checkpoint["seconds"]))\n"
    }

    // MARK: Numbers

    private static func each(_ value: JSONValue?, _ text: (JSONValue?) -> String) -> String {
        guard let array = value?.array else { return text(value) }
        let shown = array.prefix(3).map(text)
        return shown.joined(separator: " ") + (array.count > 3 ? " …" : "")
    }

    private static func count(_ value: JSONValue?) -> String {
        value?.integer.map { NumberText.grouped(Int($0)) } ?? "–"
    }

    private static func figure(_ value: JSONValue?) -> String {
        value?.number.map { NumberText.significant($0) } ?? "–"
    }

    private static func time(_ value: JSONValue?) -> String {
        guard let seconds = value?.number, abs(seconds) < 9e9 else { return "–" }
        return LogLine.timestamp(Int64(seconds * 1e9))
    }

    private static func duration(_ value: JSONValue?) -> String {
        guard let seconds = value?.number else { return "–" }
        switch seconds {
        case ..<1e-3: return NumberText.significant(seconds * 1e6) + " µs"
        case ..<1: return NumberText.significant(seconds * 1e3) + " ms"
        case ..<120: return NumberText.significant(seconds) + " s"
        case ..<7200: return NumberText.significant(seconds / 60) + " min"
        case ..<172_800: return NumberText.significant(seconds / 3600) + " h"
        default: return NumberText.significant(seconds / 86_400) + " days"
        }
    }
}
