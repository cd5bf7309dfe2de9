import Forecasting
import Glibc
import Series

/// A forecaster and noisy sines to feed it with, one of its own for each stream.
struct StreamFeed: ~Copyable {
    /// Samples after which a stream costs what it will go on to cost: its history is full.
    static let age = 9_000
    /// Between two searches for the season; so many ages that lie one apart make every round of
    /// streams in turn cost the same.
    static let ages = 256
    /// Samples that the engine has before it when many wait.
    private static let batchSize = 64
    private static let period = 50
    private static let stepNanoseconds: Int64 = 1_000_000_000

    private(set) var forecaster: Forecaster
    /// [streams]: a name in `batch` after `fill`.
    private let names: [[UInt8]]
    private let hashes: [UInt64]
    /// [streams]: samples so far.
    private var counts: [Int]
    private let values: [Double]
    private var batch = SampleBatch()
    private var forecast = Forecast()

    init(_ rules: [ModelRule], streams: Int) {
        var limits = Limits()
        limits.maxStreams = streams
        limits.memoryBytes = .max
        forecaster = Forecaster(rules: rules, seed: 1, limits: limits)
        names = (0..<streams).map { Array("bench/s\($0)".utf8) }
        hashes = names.map { StreamName.hash($0.span) }
        counts = [Int](repeating: 0, count: streams)
        var generator = SeededGenerator(seed: 1)
        values = (0..<(Self.period * 199)).map { index in
            let angle = 2 * Double.pi * Double(index) / Double(Self.period)
            return 20 + sin(angle) + 0.3 * Self.noise(&generator)
        }
    }

    /// Twelve uniform numbers less six: about normal, of deviation 1.
    private static func noise(_ generator: inout SeededGenerator) -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += Double.random(in: 0..<1, using: &generator) }
        return sum
    }

    /// The stream's next sample, forecast only; true when an update is due, which is to follow.
    mutating func observe(_ stream: Int) -> StreamIndex? {
        batch.removeAll()
        add(stream)
        return observe(sample: 0)
    }

    mutating func train(_ stream: StreamIndex) { forecaster.train(stream) }

    /// The stream's next samples, forecast and learned.
    mutating func run(_ stream: Int, samples: Int) {
        for _ in 0..<samples {
            if let due = observe(stream) { train(due) }
        }
    }

    /// One sample of each stream in turn, in batches as the engine has them.
    mutating func runInTurn() {
        for first in stride(from: 0, to: names.count, by: Self.batchSize) {
            batch.removeAll()
            for stream in first..<min(first + Self.batchSize, names.count) { add(stream) }
            for sample in batch.samples.indices {
                forecaster.lookAhead(from: sample, in: batch)
                if let due = observe(sample: sample) { train(due) }
            }
        }
    }

    private mutating func observe(sample: Int) -> StreamIndex? {
        let observation = forecaster.observe(
            batch.samples[sample], in: batch, arrivalTime: 0, into: &forecast)
        guard case .forecast(let index, let updateIsDue) = observation else {
            preconditionFailure("a good sample is answered: \(observation)")
        }
        return updateIsDue ? index : nil
    }

    /// The stream's next sample.
    private mutating func add(_ stream: Int) {
        do {
            let text = names[stream]
            let name = try batch.addName(text.span)
            let count = counts[stream]
            batch.addValue(values[(count + stream * 13) % values.count])
            batch.appendSample(
                name: name, nameHash: hashes[stream],
                time: Int64(1_700_000_000 + count) * Self.stepNanoseconds)
            counts[stream] = count + 1
        } catch {
            preconditionFailure("a good name: \(error)")
        }
    }

    /// Makes all other streams what the first one is, at `ages` ages one after the other.
    mutating func copyFirst() throws(StateError) {
        let name = names[0]
        guard let first = forecaster.index(of: name.span) else {
            preconditionFailure("the first stream has begun")
        }
        for age in 0..<min(Self.ages, names.count) {
            run(0, samples: 1)
            var state: [UInt8] = []
            forecaster.snapshot(of: first, into: &state)
            for stream in Swift.stride(from: age, to: names.count, by: Self.ages) where stream > 0 {
                let name = names[stream]
                _ = try unsafe forecaster.restore(name: name.span, from: state.span.bytes)
                counts[stream] = counts[0]
            }
        }
    }
}
