import Forecasting
import Series
import TestSupport
import Testing

@Suite("Lots of samples that are worked on apart")
struct LotsTests {
    private static let rules = [
        ModelRule(pattern: "s1*", configuration: ModelConfiguration(cell: .lstm)),
        ModelRule(pattern: "s2*", configuration: ModelConfiguration(cell: .none)),
        ModelRule(pattern: "*", configuration: sharing),
    ]
    private static var sharing: ModelConfiguration {
        var sharing = ModelConfiguration()
        sharing.weights = .shared
        return sharing
    }
    /// So many that they are brought into the cache ahead.
    private static let streams = 70

    /// A round of samples: mostly one a stream, in no order, some twice, late, missing, or of a
    /// number of values that their stream does not have.
    private func batch(_ round: Int, _ generator: inout SplitMix64) throws -> SampleBatch {
        var batch = SampleBatch()
        for _ in 0..<Self.streams {
            let stream = Int(generator.next() % UInt64(Self.streams))
            let bytes = Array("s\(stream)".utf8)
            let name = try batch.addName(bytes.span)
            let dice = generator.uniform()
            batch.addValue(dice < 0.05 ? .nan : Double(stream) + generator.normal())
            if dice > 0.97 { batch.addValue(1) }
            batch.appendSample(
                name: name, nameHash: StreamName.hash(bytes.span),
                time: dice > 0.95 ? 5 : Int64(round) * 1_000_000_000)
        }
        return batch
    }

    /// Answers the batch with a lot for each partition, which are worked on in turn from the last
    /// one on, at two benches.
    private func answer(
        _ batch: SampleBatch, _ forecaster: inout Forecaster, _ benches: inout [Bench],
        _ lots: inout [Lot]
    ) -> [Forecast?] {
        var places: [(partition: Int, index: Int)?] = []
        for sample in batch.samples {
            guard case .stream(let stream) = forecaster.place(sample, in: batch) else {
                places.append(nil)
                continue
            }
            let partition = StreamPartition.of(sample.nameHash)
            places.append((partition, lots[partition].count))
            forecaster.lend(stream, for: sample, arrivalTime: 0, to: &lots[partition])
        }
        var answers: [[Forecast?]] = Array(repeating: [], count: lots.count)
        for index in benches.indices { forecaster.prepare(&benches[index]) }
        for partition in lots.indices.reversed() {
            let bench = partition % benches.count
            for index in 0..<lots[partition].count {
                if lots[partition].updateIsDue { lots[partition].train(at: &benches[bench]) }
                lots[partition].forgetPrefetches()
                for ahead in 1...2 { lots[partition].prefetch(index + ahead, ahead: ahead) }
                var forecast = Forecast()
                let refusal = lots[partition].observe(
                    in: batch, at: &benches[bench], into: &forecast)
                answers[partition].append(refusal == nil ? forecast : nil)
            }
        }
        for partition in lots.indices {
            lots[partition].prefetchUpdate()
            lots[partition].train(at: &benches[1 - partition % benches.count])
            forecaster.takeBack(&lots[partition])
        }
        for index in benches.indices { forecaster.collect(&benches[index]) }
        return places.map { place in place.flatMap { answers[$0.partition][$0.index] } }
    }

    @Test("are answered, learned and counted as without them, under new rules too")
    func equality() throws {
        var generator = SplitMix64(seed: 7)
        var limits = Limits()
        limits.maxStreams = 60
        var plain = Forecaster(rules: Self.rules, seed: 3, limits: limits)
        var parted = Forecaster(rules: Self.rules, seed: 3, limits: limits)
        var benches = [parted.makeBench(), parted.makeBench()]
        var lots = Array(repeating: Lot(), count: StreamPartition.count)
        var (forecast, forecasts) = (Forecast(), 0)
        for round in 1...60 {
            if round == 40 {
                plain.change(rules: Self.rules.reversed(), limits: limits)
                parted.change(rules: Self.rules.reversed(), limits: limits)
            }
            let batch = try batch(round, &generator)
            let answers = answer(batch, &parted, &benches, &lots)
            for (index, answer) in answers.enumerated() {
                let sample = batch.samples[index]
                plain.lookAhead(from: index, in: batch)
                let observation = plain.observe(
                    sample, in: batch, arrivalTime: 0, into: &forecast)
                guard case .forecast(let stream, let updateIsDue) = observation else {
                    try #require(answer == nil)
                    continue
                }
                forecasts += 1
                try #require(answer.map { "\($0)" } == "\(forecast)")
                if updateIsDue { plain.train(stream) }
            }
        }
        let isLarge = plain.isLarge
        #expect(isLarge)
        #expect(forecasts > 2500)
        #expect(plain.counters.updates > 100)
        #expect(parted.counters == plain.counters)
        for stream in plain.allStreams {
            var (bytes, expected): ([UInt8], [UInt8]) = ([], [])
            parted.snapshot(of: stream, into: &bytes)
            plain.snapshot(of: stream, into: &expected)
            #expect(bytes == expected)
        }
    }

    @Test("nothing that is counted is left out of a sum")
    func sums() {
        func numbers(_ value: Any) -> [UInt64] {
            if let number = value as? UInt64 { return [number] }
            if let drifts = value as? DriftCounts { return Drift.allCases.map { drifts[$0] } }
            if let numbers = value as? [UInt64] { return numbers }
            return Mirror(reflecting: value).children.flatMap { numbers($0.value) }
        }
        var ones = Counters()
        (ones.samples, ones.missing, ones.forecasts, ones.duplicates) = (1, 1, 1, 1)
        (ones.late, ones.gaps, ones.bridgedSteps, ones.clockRestarts) = (1, 1, 1, 1)
        (ones.windowRestarts, ones.suspects, ones.stuck, ones.outOfRange) = (1, 1, 1, 1)
        (ones.updates, ones.updatesSkipped, ones.recoveries, ones.unknownChannels) = (1, 1, 1, 1)
        ones.unknownInputs = 1
        for drift in Drift.allCases { ones.drifts[drift] = 1 }
        for reason in Rejection.allCases { ones[reason] = 1 }
        for beginning in WarmStart.Beginning.allCases { ones[beginning] = 1 }
        for reason in Forecaster.Eviction.allCases { ones[reason] = 1 }
        #expect(numbers(ones).allSatisfy { $0 == 1 }, "a counter that this test does not know")
        var sum = ones
        sum.add(ones)
        #expect(numbers(sum).allSatisfy { $0 == 2 })
    }
}
