import Daemon
import Evaluation
import Series
import Testing

@Suite("What a watcher remembers of a stream")
struct StreamTrackTests {
    /// A forecast of one channel.
    static func forecast(
        _ sequence: UInt64, of name: String = "s", y: Double, mean: Double, half: Double = 1,
        residual: Double = .nan
    ) -> Forecast {
        var channel = Forecast.Channel()
        channel.value = y
        channel.mean = mean
        channel.lower = mean - half
        channel.upper = mean + half
        channel.residual = residual
        var forecast = Forecast()
        forecast.name = Array(name.utf8)
        forecast.sequence = sequence
        forecast.status = .ok
        forecast.channels = [channel]
        return forecast
    }

    @Test("judges each forecast by the sample that follows it")
    func judges() {
        var track = StreamTrack(name: "s")
        track.add(Self.forecast(1, y: 10, mean: 12), channel: 0)
        track.add(Self.forecast(2, y: 11, mean: 13), channel: 0)
        track.add(Self.forecast(3, y: 15, mean: 15), channel: 0)
        // Forecasts 12 and 13 for 11 and 15; persistence said 10 and 11.
        #expect(track.errors.count == 2)
        #expect(track.errors.squared == 1 + 4)
        #expect(track.errors.persistenceSquared == 1 + 16)
        #expect(track.coverage == 0.5)
        #expect(track.value == 15)
        #expect(track.next?.mean == 15)
        #expect(track.points.map(\.value) == [10, 11, 15])
        #expect(track.points[1].mean == 12)
    }

    @Test("what is missing is not judged, and counts for nothing")
    func skipsMissing() {
        var track = StreamTrack(name: "s")
        track.add(Self.forecast(1, y: 10, mean: 10), channel: 0)
        track.add(Self.forecast(2, y: .nan, mean: 10), channel: 0)
        track.add(Self.forecast(3, y: 12, mean: 12), channel: 0)
        #expect(track.errors.count == 1)
        #expect(track.errors.persistenceSquared == 4)
        #expect(track.value == 12)
    }

    @Test("counts what got lost, and does not judge across it")
    func countsLost() {
        var track = StreamTrack(name: "s")
        track.add(Self.forecast(1, y: 10, mean: 10), channel: 0)
        track.add(Self.forecast(5, y: 90, mean: 90), channel: 0)
        #expect(track.lost == 3)
        #expect(track.errors.count == 0)
        track.add(Self.forecast(5, y: 90, mean: 90), channel: 0)
        #expect(track.forecasts == 2)
        // A new run of the daemon.
        track.add(Self.forecast(1, y: 7, mean: 7), channel: 0)
        #expect(track.lost == 3)
        #expect(track.errors.count == 0)
        #expect(track.forecasts == 3)
    }

    @Test("a binary forecast has no value: forecast and residual tell it")
    func readsBinary() {
        var track = StreamTrack(name: "s")
        track.add(Self.forecast(1, y: .nan, mean: 10), channel: 0)
        track.add(Self.forecast(2, y: .nan, mean: 11, residual: 0.5), channel: 0)
        #expect(track.value == 10.5)
    }

    @Test("recent scores are of the last 200 samples")
    func forgetsOldErrors() {
        var track = StreamTrack(name: "s")
        var sequence: UInt64 = 0
        for round in 0..<3_000 {
            sequence += 1
            // Useless at first, perfect in the end.
            let y = Double(round % 2)
            track.add(
                Self.forecast(sequence, y: y, mean: round < 2_500 ? y : 1 - y, half: 0.1),
                channel: 0)
        }
        #expect(track.recentSums.count == StreamTrack.recent)
        #expect(track.recentSums.relativeSquared == 0)
        #expect(track.errors.relativeSquared > 0.8)
        #expect(track.points.count <= 2_048)
        #expect(track.points.last?.value == 1)
    }

    @Test("a rate is of the last seconds")
    func measuresRate() {
        var meter = RateMeter()
        let second: Int64 = 1_000_000_000
        #expect(meter.perSecond(at: 0) == 0)
        for step in Int64(0)..<1_000 { meter.add(2, at: step * second / 100) }
        #expect(abs(meter.perSecond(at: 10 * second) - 200) < 20)
        #expect(meter.perSecond(at: 20 * second) == 0)
    }
}
