import Forecasting
import Series
import TestSupport
import Testing

/// Compares all that a stream and a restored one hold, number by number. A property that is added
/// to a part of a stream and forgotten in its `code(with:)` fails here by its name: the two differ
/// in it, or no series here has ever changed it, and then one is to be added that does.
@Suite("The state of a stream")
struct CompletenessTests {
    private static let index = StreamIndex(position: 0)

    @Test("has every number that a stream holds")
    func holdsAll() throws {
        var seen: Set<String> = []
        var varied: Set<String> = []
        for situation in Self.situations { try check(situation, &seen, &varied) }
        let settings = seen.filter { path in Self.settings.contains { path.hasSuffix($0) } }
        let never = seen.subtracting(varied).subtracting(settings)
        #expect(never.isEmpty, "no series here changes \(never.sorted())")
    }

    /// Restores the stream at the situation's steps, between forecast and training, and compares:
    /// at once, and after one more sample, which computes anew what is not saved.
    private func check(
        _ situation: Situation, _ seen: inout Set<String>, _ varied: inout Set<String>
    ) throws {
        let series = situation.series
        var original = Feed(situation.configuration)
        var restored: Feed?
        var first: [String: [UInt64]] = [:]
        for step in series.rows.indices {
            let count = step > 0 ? original.channel().history.count : 0
            try series.observe(step, in: &original)
            let place = "\(situation.name), step \(step)"
            if restored != nil {
                try series.observe(step, in: &restored!)
                // A late sample is no step.
                if original.channel().history.count > count {
                    try compare(original, restored!, place, except: Self.positions)
                }
                restored = nil
            }
            if situation.isChecked(step) {
                restored = Feed(situation.configuration)
                try restored!.restore(try original.snapshot())
                let walk = try compare(
                    original, restored!, place, except: Self.positions + Self.scratch)
                for (path, numbers) in walk.numbers {
                    let name = Self.withoutIndices(path)
                    if !name.hasSuffix("?") { seen.insert(name) }
                    if first[path] == nil { first[path] = numbers }
                    if first[path] != numbers { varied.insert(name) }
                }
                var stream = restored!.forecaster.stream(Self.index)
                if stream.updateIsDue {
                    restored!.forecaster.train(Self.index)
                }
            }
            original.trainIfDue()
        }
    }

    @discardableResult
    private func compare(
        _ original: borrowing Feed, _ restored: borrowing Feed, _ place: String,
        except exceptions: [String]
    ) throws -> NumberWalk {
        let walk = NumberWalk(original.forecaster.stream(Self.index))
        let other = NumberWalk(restored.forecaster.stream(Self.index))
        try #require(walk.unread.isEmpty, "the walk cannot read \(walk.unread)")
        try #require(walk.numbers.count == other.numbers.count)
        for (path, numbers) in walk.numbers where numbers != other.numbers[path] {
            let name = Self.withoutIndices(path)
            try #require(exceptions.contains { name.hasSuffix($0) }, "\(place): \(path)")
        }
        return walk
    }

    /// Numbers whose place in an array makes no difference.
    private static let positions = [
        // A restored window lies at the front of its arrays.
        ".replay.newest", ".replay.inputs", ".replay.targets", ".replay.weights", ".replay.states",
        // A restored ring begins at its first place.
        "clock.step.next", "clock.step.recent",
        // What lies behind the numbers that lags still reach is not saved.
        ".recall.differences", ".recall.levels",
        // Samples that have been learned.
        ".regression.blockInputs", ".regression.blockErrors", ".regression.products",
    ]

    /// What each step computes anew before it uses it.
    private static let scratch = [
        "row", "inputRow", ".newestTarget", ".newestTarget?", ".recurrent.input",
        ".features.change", ".features.previousChange", ".features.height",
        ".features.level", ".features.next", ".recall.values", ".acceptance", ".acceptance?",
        ".acceptance.offset", ".seasonal.values",
    ]

    /// What no sample changes, or what is as it was after each.
    private static let settings = [
        "name", "channelNames", "channelNames.count", "inputs", "inputs.count", "inputNames",
        "inputNames.count", "configuration", "channels.count",
        ".usesSeason", ".warmUp", ".kinds", ".kinds.count", ".seasonTracker.known",
        ".interval.level", ".mixture.loss", ".prior", ".priorTrace", ".forgetting",
        ".randomCount", ".recall.length", ".distances.count", ".features.next",
        ".architecture.cell", ".architecture.inputCount", ".architecture.hiddenCount",
        ".architecture.outputCount", ".architecture.outputActivation", ".optimizer.rule",
        ".optimizer.parameterCount", ".optimizer.weightDecay", ".schedule.initial",
        ".own.clipNorm", ".own.dropout", ".recurrent.stride", ".replay.length", "partition",
        // Of shared nets (SharedNetStateTests).
        ".recurrent.netName", ".recurrent.joinedBatch", ".replay.inputCount", ".replay.stateCount",
        ".path.horizon", ".scales.count", ".scales.level", ".mixtures.count", ".mixtures.loss",
        ".gate.pending", ".newestError", ".layout.count", ".layout.shift", ".features.values",
        // Blocks of one sample never wait.
        ".regression.blockSize", ".ar2.regression.blockCount", ".ar8.regression.blockCount",
        "history.capacity", "history.forgotten", "looksAround", ".neighbourInputs",
        ".neighbourCount", ".unitCount", ".netIsFirst",
    ]

    /// `channels[3].gap` as `channels.gap`.
    private static func withoutIndices(_ path: String) -> String {
        var name = ""
        var isIndex = false
        for character in path {
            if character == "[" { isIndex = true }
            if !isIndex { name.append(character) }
            if character == "]" { isIndex = false }
        }
        return name
    }

    private struct Situation {
        let name: String
        var configuration = ModelConfiguration()
        var series: StateSeries
        /// Checked at every one of these steps, and at every 29th.
        var steps: Range<Int>

        func isChecked(_ step: Int) -> Bool { steps.contains(step) || step % 29 == 0 }
    }

    private static var situations: [Situation] {
        var recovering = ModelConfiguration.plain()
        recovering.optimizer = .sgd
        recovering.learningRate = 1e6
        recovering.clipNorm = .infinity
        var seasonal = ModelConfiguration()
        seasonal.period = 200
        var ahead = ModelConfiguration.plain()
        ahead.horizon = 5
        var hours = ModelConfiguration()
        hours.horizon = 5
        var hourly = StateSeries(noisySine(400, seed: 9))
        hourly.times = (0..<400).map { 1_763_692_800_000_000_000 + $0 * 3_600_000_000_000 }
        var dropout = ModelConfiguration(cell: .lstm)
        dropout.loss = .absolute
        dropout.dropout = 0.1
        var shifts = noisySine(900, seed: 5)
        for index in 500..<900 { shifts[index] += index < 700 ? 10 : -20 }
        var named = StateSeries(noisySine(200, seed: 4))
        named.rows = named.rows.map { [$0[0], -$0[0]] }
        named.names = ["a", "b"]
        var driven = StateSeries(noisySine(200, seed: 6))
        driven.loads = noisySine(200, seed: 7)
        for step in [21, 24, 25, 26, 27] { driven.loads[step] = .nan }
        var all = BadDataTests.Fault.allCases.map { fault in
            var values = noisySine(1350, seed: 14)
            fault.apply(to: &values)
            return Situation(
                name: "\(fault)", series: StateSeries(values), steps: 1000..<1060)
        }
        all += [
            Situation(
                name: "time", series: StateSeries(timed: noisySine(700, seed: 1), seed: 2),
                steps: 410..<440),
            Situation(
                name: "recovery", configuration: recovering,
                series: StateSeries(noisySine(500, seed: 15)), steps: 0..<300),
            Situation(
                name: "jumps", configuration: seasonal, series: StateSeries(pulses(900, seed: 3)),
                steps: 700..<780),
            Situation(
                name: "path", configuration: ahead,
                series: StateSeries(noisySine(200, seed: 8)), steps: 0..<30),
            Situation(
                name: "days and weeks", configuration: hours, series: hourly, steps: 0..<10),
            Situation(name: "inputs", series: driven, steps: 20..<30),
            Situation(name: "shifts", series: StateSeries(shifts), steps: 495..<720),
            Situation(
                name: "season", series: StateSeries(changing(1500, seed: 1)), steps: 0..<0),
            Situation(name: "absolute", configuration: dropout, series: named, steps: 0..<40),
        ]
        return all
    }

    /// Up and down by 10 once in 200 samples, and a spike now and then.
    private static func pulses(_ count: Int, seed: UInt64) -> [Double] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { t in
            let spike = t % 97 == 50 ? 4.0 : (t % 89 == 20 ? -4 : 0)
            return ((120..<160).contains(t % 200) ? 10 : 0) + spike + 0.1 * generator.normal()
        }
    }

    /// A season of 50 samples, then of 70.
    private static func changing(_ count: Int, seed: UInt64) -> [Double] {
        let values = (noisySine(1000, seed: seed), noisySine(count, seed: seed + 1))
        return (0..<count).map { t in t < 1000 ? values.0[t] : values.1[t * 5 / 7] }
    }
}
