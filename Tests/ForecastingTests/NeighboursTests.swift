import Forecasting
import Networks
import Series
import TestSupport
import Testing

/// What channels see of each other.
@Suite("Neighbours")
struct NeighboursTests {
    @Test(
        "a channel looks at all others, at 32 of them at most", arguments: [1, 2, 12, 40])
    func count(channels: Int) throws {
        #expect(Neighbours.count(channels: channels) == min(channels - 1, 32))
        var feed = Feed()
        let series = (0..<channels).map { noisySine(80, seed: UInt64($0)) }
        for step in 0..<80 {
            let forecast = try #require(try feed.send(series.map { $0[step] }))
            try #require(forecast.channels.allSatisfy { $0.mean.isFinite })
        }
        let stream = feed.forecaster.stream(StreamIndex(position: 0))
        let inputs = stream.channels.map {
            $0.experts.recurrent?.own?.network.architecture.inputCount
        }
        let own = channels == 1 ? NetInputs.count : NetInputs.countBeforeFull
        let expected = own + 2 * Neighbours.count(channels: channels)
        #expect(inputs == Array(repeating: expected, count: channels))
    }

    @Test("streams of different widths take turns, each as if it were alone")
    func widths() throws {
        let widths = [1, 3, 2]
        let series = (0..<3).map { noisySine(300, seed: UInt64($0)) }
        var mixed = Feed()
        var together: [[Forecast]] = [[], [], []]
        for step in 0..<300 {
            for (index, width) in widths.enumerated() {
                let row = (0..<width).map { series[$0][step] }
                together[index].append(try #require(try mixed.send(row, stream: "s\(index)")))
            }
        }
        for (index, width) in widths.enumerated() {
            var alone = Feed()
            for step in 0..<300 {
                let row = (0..<width).map { series[$0][step] }
                let forecast = try #require(try alone.send(row, stream: "s\(index)"))
                // A first forecast has no path: not a number is equal to nothing.
                try #require("\(forecast)" == "\(together[index][step])", "sample \(step)")
            }
        }
    }

    @Test("streams that share a net share it whatever their channels")
    func shared() throws {
        var feed = Feed(.shared())
        let series = (0..<3).map { noisySine(300, seed: UInt64($0)) }
        for step in 0..<300 {
            for width in 1...3 {
                let row = (0..<width).map { series[$0][step] }
                let forecast = try #require(try feed.send(row, stream: "s\(width)"))
                try #require(forecast.channels.allSatisfy { $0.mean.isFinite })
            }
        }
    }
}
