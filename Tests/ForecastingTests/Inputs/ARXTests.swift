import Forecasting
import Series
import TestSupport
import Testing

/// What exogenous inputs do for a forecast.
@Suite("Forecasts with exogenous inputs")
struct ARXTests {
    /// What drives a series: an input without memory, and one that wanders.
    enum Drive: CaseIterable {
        case noise, walk
    }

    @Test(
        "an input that drives the series halves its squared error at least",
        arguments: Drive.allCases)
    func driven(drive: Drive) throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let driven = Driven(3000, drive, seed: seed)
            let (with, without) = (try driven.errors(), try driven.errors(usesInput: false))
            #expect(mean(with[...]) <= 0.5 * mean(without[...]), "seed \(seed)")
        }
    }

    @Test(
        "while the input is missing it is as if there had never been one", arguments: Drive.allCases
    )
    func missing(drive: Drive) throws {
        var (with, without, later, never) = (0.0, 0.0, 0.0, 0.0)
        for seed in 1...4 as ClosedRange<UInt64> {
            var driven = Driven(2400, drive, seed: seed)
            let whole = try driven.errors()
            let alone = try driven.errors(usesInput: false)
            driven.forgetInput(2000..<2100)
            let errors = try driven.errors()
            // Until it is missing nothing is another.
            #expect(Array(errors[..<2000]) == Array(whole[..<2000]))
            with += mean(errors[2001..<2101])
            without += mean(alone[2001..<2101])
            later += mean(errors[2110...])
            never += mean(alone[2110...])
        }
        #expect(with <= 1.1 * without)
        #expect(later <= 0.5 * never)
    }

    @Test("an input that tells nothing makes little worse")
    func unrelated() throws {
        var (with, without) = (0.0, 0.0)
        for seed in 1...4 as ClosedRange<UInt64> {
            var driven = Driven(2000, .noise, seed: seed)
            driven.input = whiteNoise(2000, seed: 50 + seed)
            with += mean(try driven.errors()[...])
            without += mean(try driven.errors(usesInput: false)[...])
        }
        #expect(with <= 1.05 * without)
    }

    @Test("an input that comes with every fifth sample holds its value in between")
    func slow() throws {
        var driven = Driven(3000, .walk, seed: 7)
        for step in driven.input.indices { driven.input[step] = driven.input[step - step % 5] }
        driven.drive()
        let without = try driven.errors(usesInput: false)
        for step in driven.input.indices where step % 5 > 0 { driven.input[step] = .nan }
        let with = try driven.errors()
        #expect(mean(with[1000...]) <= 0.6 * mean(without[1000...]))
    }

    @Test("an input that never comes back is forgotten, and the others count again")
    func gone() throws {
        let driven = Driven(2000, .noise, seed: 8)
        let other = whiteNoise(2000, seed: 9)
        var feed = Feed()
        var errors: [Double] = []
        for (step, value) in driven.values.enumerated() {
            let dead = step < 500 ? other[step] : .nan
            let forecast = try #require(
                try feed.send([value], inputs: ["u": driven.input[step], "dead": dead]))
            errors.append(forecast.channels[0].residual * forecast.channels[0].residual)
        }
        let known = mean(errors[300..<500])
        #expect(mean(errors[510..<740]) > 3 * known)
        #expect(mean(errors[1000...]) < 1.5 * known)
    }

    @Test("every channel of a stream is forecast from its inputs")
    func channels() throws {
        let (one, other) = (Driven(2000, .noise, seed: 10), Driven(2000, .walk, seed: 11))
        var feed = Feed()
        var squares = [0.0, 0.0]
        for step in 0..<2000 {
            let forecast = try #require(
                try feed.send(
                    [one.values[step], other.values[step]],
                    inputs: ["u": one.input[step], "w": other.input[step]]))
            guard step >= 1000 else { continue }
            for index in 0..<2 {
                let residual = forecast.channels[index].residual
                squares[index] += residual * residual / 1000
            }
        }
        let alone = (try one.errors(usesInput: false), try other.errors(usesInput: false))
        #expect(squares[0] <= 0.5 * mean(alone.0[1000...]))
        #expect(squares[1] <= 0.5 * mean(alone.1[1000...]))
    }

    @Test("a path goes on with the inputs as they are")
    func path() throws {
        var configuration = ModelConfiguration()
        configuration.horizon = 5
        let driven = Driven(800, .walk, seed: 12)
        var feed = Feed(configuration)
        for (step, value) in driven.values.enumerated() {
            let forecast = try #require(
                try feed.send([value], inputs: ["u": driven.input[step]]))
            try #require(forecast.path.allSatisfy { $0.mean.isFinite })
            try #require(step == 0 || forecast.path[0].mean == forecast.channels[0].mean)
        }
        // The series follows the input: its path goes there.
        let (last, input) = (driven.values.last!, driven.input.last!)
        let end = feed.forecast.path[4].mean
        #expect(abs(end - input) < 0.5 * abs(last - input) + 1)
    }

    private func mean(_ numbers: ArraySlice<Double>) -> Double {
        numbers.reduce(0, +) / Double(numbers.count)
    }
}

/// A series and the input that drives it: what comes next depends on the input known now.
private struct Driven {
    var input: [Double]
    private(set) var values: [Double] = []
    private let kind: ARXTests.Drive
    private let noise: [Double]

    init(_ count: Int, _ kind: ARXTests.Drive, seed: UInt64) {
        self.kind = kind
        input = whiteNoise(count, seed: seed)
        noise = whiteNoise(count, seed: seed + 1000)
        if kind == .walk {
            for step in input.indices.dropFirst() { input[step] += input[step - 1] }
        }
        drive()
    }

    /// x ← .8·x + u, or x ← x + (u − x)/2, and noise of .3.
    mutating func drive() {
        values = [0]
        for step in input.indices.dropLast() {
            let (value, input) = (values[step], input[step])
            let next = kind == .noise ? 0.8 * value + input : value + (input - value) / 2
            values.append(next + 0.3 * noise[step])
        }
    }

    mutating func forgetInput(_ steps: Range<Int>) {
        for step in steps { input[step] = .nan }
    }

    /// The squared error of each forecast, 0 for the first value.
    func errors(usesInput: Bool = true) throws -> [Double] {
        var feed = Feed()
        return try values.indices.map { step in
            let inputs: KeyValuePairs<String, Double> = usesInput ? ["u": input[step]] : [:]
            let forecast = try feed.send([values[step]], inputs: inputs)
            let residual = forecast?.channels[0].residual ?? .nan
            return residual.isFinite ? residual * residual : 0
        }
    }
}
