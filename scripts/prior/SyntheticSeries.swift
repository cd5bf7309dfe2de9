/// Endless series for the net to learn from before it meets real ones. Half of them are sums of
/// seasons, processes, shifts and spikes (`sum`), half are built like something that is measured:
/// weather, loads, counts, machines (`measured`). No real data is in them.
///
/// Every parameter is drawn anew for each series. Deterministic: the seed decides all.
struct SyntheticSeries {
    var random: RandomSource

    init(seed: UInt64) { random = RandomSource(seed: seed) }

    /// Draws `count` numbers of one kind.
    typealias Part = @Sendable (_ random: inout RandomSource, _ count: Int) -> [Double]

    /// The next series, of 500 to 4000 samples; finite and not constant. Most are short, for the
    /// first samples are where the net is to help.
    mutating func next() -> [Double] {
        let count = random.choice([500, 1000, 2000, 4000], weights: [0.4, 0.3, 0.2, 0.1])
        while true {
            let series = random.chance(0.5) ? sum(count: count) : measured(count: count)
            guard series.allSatisfy(\.isFinite), series.deviation > 0 else { continue }
            return random.chance(0.5) ? series.map(-) : series
        }
    }

    /// To whole multiples of a step, as converters do. steps: in deviations.
    mutating func rounded(_ series: [Double], steps: ClosedRange<Double>) -> [Double] {
        let step = (series.deviation + 1e-9) * random.logUniform(steps)
        return series.map { ($0 / step).rounded() * step }
    }

    /// Some samples repeat the one before, as slow sensors do.
    mutating func held(_ series: [Double], share: Double) -> [Double] {
        var held = series
        for index in held.indices.dropFirst() where random.chance(share) {
            held[index] = held[index - 1]
        }
        return held
    }
}
