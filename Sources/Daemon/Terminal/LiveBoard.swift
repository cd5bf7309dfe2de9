package import Series

/// Everything that a live view shows: one track per channel of every stream seen, in the order in
/// which they came.
package struct LiveBoard: Sendable {
    /// Tracks kept. Channels of further streams are counted and not shown.
    static let maxTracks = 1_000

    private struct Key: Hashable {
        var name: [UInt8]
        var channel: Int
    }

    let title: String
    package private(set) var tracks: [StreamTrack] = []
    /// Channels beyond `maxTracks` are not told apart, only that there are some.
    private(set) var hasMore = false
    private(set) var rate = RateMeter()
    private var places: [Key: Int] = [:]
    private let start: Int64
    /// Units of streams that are known beforehand.
    private let units: [String: String]

    /// - Parameters:
    ///   - streams: expected ones, which are shown first.
    ///   - start: nanoseconds of the monotonic clock.
    package init(
        title: String, streams: [(name: String, unit: String)] = [], start: Int64
    ) {
        self.title = title
        self.start = start
        units = Dictionary(streams.map { ($0.name, $0.unit) }) { $1 }
        for stream in streams {
            places[Key(name: Array(stream.name.utf8), channel: 0)] = tracks.count
            tracks.append(StreamTrack(name: stream.name, unit: stream.unit))
        }
    }

    /// - Parameter time: nanoseconds of the monotonic clock.
    package mutating func add(_ forecast: Forecast, at time: Int64) {
        rate.add(1, at: time)
        for channel in forecast.channels.indices {
            guard let place = place(of: forecast, channel) else { continue }
            tracks[place].add(forecast, channel: channel)
        }
    }

    func seconds(at time: Int64) -> Double { Double(time - start) / 1e9 }

    private mutating func place(of forecast: Forecast, _ channel: Int) -> Int? {
        let key = Key(name: forecast.name, channel: channel)
        if let place = places[key] { return place }
        guard tracks.count < Self.maxTracks else {
            hasMore = true
            return nil
        }
        var name = String(decoding: forecast.name, as: UTF8.self)
        let unit = units[name] ?? ""
        if forecast.channelNames.indices.contains(channel) {
            name += "[" + String(decoding: forecast.channelNames[channel], as: UTF8.self) + "]"
        } else if forecast.channels.count > 1 {
            name += "[\(channel)]"
        }
        places[key] = tracks.count
        tracks.append(StreamTrack(name: name, unit: unit))
        return tracks.count - 1
    }
}
