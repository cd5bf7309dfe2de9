import Series
import TestSupport
import Testing
import Wire

@Suite("Forecasts out")
struct EncoderTests {
    /// The example of the design.
    static var example: Forecast {
        var forecast = Forecast()
        forecast.name = Array("plant/boiler1/temp".utf8)
        forecast.sequence = 42
        forecast.time = 1_763_692_800_133_000_000
        forecast.nextTime = 1_763_692_801_133_000_000
        forecast.status = .ok
        var channel = Forecast.Channel()
        channel.value = 21.5371
        channel.mean = 21.5402
        channel.lower = 21.31
        channel.upper = 21.77
        channel.residual = -0.0031
        channel.anomalyScore = 0.21
        channel.meanAbsoluteError = 0.0112
        channel.scaledError = 0.71
        forecast.channels = [channel]
        return forecast
    }

    private func encode(_ forecast: Forecast, _ format: OutputFormat = .json) -> [UInt8] {
        var encoder = Encoder(format: format)
        var bytes: [UInt8] = []
        encoder.encode(forecast, into: &bytes)
        return bytes
    }

    private func json(_ forecast: Forecast) -> String {
        String(decoding: encode(forecast), as: UTF8.self)
    }

    @Test("JSON is exactly the design's, without the white space")
    func design() {
        #expect(
            json(Self.example) == """
                {"stream":"plant/boiler1/temp","seq":42,"ts":1763692800.133,"y":21.5371,\
                "next_ts":1763692801.133,"yhat":21.5402,"yhat_lower":21.31,"yhat_upper":21.77,\
                "level":0.9,"residual":-0.0031,"anomaly_score":0.21,"status":"ok","mae":0.0112,\
                "mase":0.71}
                """)
    }

    @Test("what is not known is null, the arrival time is told, names are escaped")
    func nulls() {
        var forecast = Forecast()
        forecast.name = Array(#"a"b\ü"#.utf8)
        forecast.sequence = .max
        forecast.time = -1
        forecast.timeSource = .arrival
        forecast.channels = [Forecast.Channel()]
        forecast.channels[0].value = .infinity
        #expect(
            json(forecast) == #"""
                {"stream":"a\"b\\ü","seq":18446744073709551615,"ts":-0.000000001,"y":null,\#
                "next_ts":null,\#
                "yhat":null,"yhat_lower":null,"yhat_upper":null,"level":0.9,"residual":null,\#
                "anomaly_score":null,"status":"warming","mae":null,"mase":null,\#
                "ts_source":"arrival"}
                """#)
    }

    @Test("multivariate: arrays in place of numbers, and the channels' names")
    func multivariate() {
        var forecast = Self.example
        forecast.channels.append(forecast.channels[0])
        forecast.channels[1].value = .nan
        forecast.channels[1].mean = -1e300
        #expect(json(forecast).contains(#""y":[21.5371,null],"#))
        #expect(json(forecast).contains(#""yhat":[21.5402,-1e+300],"#))
        #expect(!json(forecast).contains("channels"))
        forecast.channelNames = [Array("temp".utf8), Array("r\"pm".utf8)]
        #expect(json(forecast).hasSuffix(#","mase":[0.71,0.71],"channels":["temp","r\"pm"]}"#))
        forecast.channels.removeLast()
        forecast.channelNames.removeLast()
        #expect(json(forecast).contains(#""y":[21.5371],"#))
    }

    /// Two values ahead of one channel, or of two.
    private func ahead(channels: Int) -> Forecast {
        var forecast = Self.example
        for channel in 0..<channels {
            if channel > 0 { forecast.channels.append(forecast.channels[0]) }
            for ahead in 0..<2 {
                var step = Forecast.Step()
                step.mean = Double(10 * channel + ahead)
                (step.lower, step.upper) = (step.mean - 0.5, step.mean + 0.5)
                forecast.path.append(step)
            }
        }
        return forecast
    }

    @Test("several values ahead are arrays by value ahead, of channels where there are more")
    func paths() {
        #expect(
            json(ahead(channels: 1)).hasSuffix(
                #""mase":0.71,"path":{"yhat":[0,1],"yhat_lower":[-0.5,0.5],"#
                    + #""yhat_upper":[0.5,1.5]}}"#))
        #expect(
            json(ahead(channels: 2)).hasSuffix(
                #","path":{"yhat":[[0,10],[1,11]],"yhat_lower":[[-0.5,9.5],[0.5,10.5]],"#
                    + #""yhat_upper":[[0.5,10.5],[1.5,11.5]]}}"#))
    }

    @Test(
        "several values ahead are read back", arguments: [OutputFormat.json, .messagePack], [1, 2])
    func readPaths(format: OutputFormat, channels: Int) throws {
        let forecast = ahead(channels: channels)
        var decoder = ForecastDecoder()
        let bytes = encode(forecast, format)
        let read = try decoder.decode(topic: forecast.name.span, payload: bytes.span)
        #expect(read.map(\.path) == [forecast.path])
        #expect(read[0].horizon == 2)
    }

    @Test(
        "times are printed exactly",
        arguments: [
            (0, "0"), (1, "0.000000001"), (1_000_000_000, "1"),
            (1_763_692_800_120_000_000, "1763692800.12"),
            (1_763_692_800_123_456_789, "1763692800.123456789"), (-1_500_000_000, "-1.5"),
            (.max, "9223372036.854775807"), (.min, "-9223372036.854775808"),
        ] as [(Int64, String)])
    func times(nanoseconds: Int64, text: String) {
        var forecast = Self.example
        forecast.time = nanoseconds
        #expect(json(forecast).contains("\"ts\":\(text),\"y\""))
    }

    @Test(
        "numbers have the fewest digits, and an exponent only when they are very large or small",
        arguments: [
            (0, "0"), (-0.0, "-0"), (100_000, "100000"), (123_456_789_012_345, "123456789012345"),
            (1e15, "1e+15"), (1e-5, "0.00001"), (9.9e-6, "9.9e-06"), (0.1, "0.1"),
            (1.0 / 3, "0.3333333333333333"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
            (.leastNonzeroMagnitude, "0"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        var forecast = Self.example
        forecast.channels[0].value = value
        #expect(json(forecast).contains("\"y\":\(text),\"next_ts\""))
    }

    @Test("MessagePack has the same keys and values in the same order")
    func messagePack() {
        // python3: msgpack.packb of the example's dictionary.
        let expected = bytes(
            hex: """
                8ea673747265616db2706c616e742f626f696c6572312f74656d70a37365712a\
                a27473cb41da47f440088312a179cb4035897f62b6ae7d\
                a76e6578745f7473cb41da47f440488312a479686174cb40358a4a8c154c98\
                aa796861745f6c6f776572cb40354f5c28f5c28faa796861745f7570706572cb4035c51eb851eb85\
                a56c6576656ccb3feccccccccccccda8726573696475616ccbbf69652bd3c36113\
                ad616e6f6d616c795f73636f7265cb3fcae147ae147ae1a6737461747573a26f6ba36d6165\
                cb3f86f0068db8bac7a46d617365cb3fe6b851eb851eb8
                """)
        #expect(encode(Self.example, .messagePack) == expected)
    }

    @Test(
        "what is written reads back the same, in JSON and MessagePack",
        arguments: [OutputFormat.json, .messagePack])
    func roundTrip(format: OutputFormat) throws {
        var random = SplitMix64(seed: 7)
        var decoder = ForecastDecoder()
        for _ in 0..<2000 {
            var forecast = Self.random(&random)
            let payload = encode(forecast, format)
            if format == .json { Self.round(&forecast) }
            let read = try decoder.decode(topic: forecast.name.span, payload: payload.span)
            try #require(read.count == 1)
            try #require(Self.isSame(read[0], forecast))
        }
    }

    @Test("a binary batch holds the rows of one stream in order")
    func binary() throws {
        var encoder = ForecastBatchEncoder()
        var payload: [UInt8] = []
        var forecast = Self.example
        forecast.channels.append(forecast.channels[0])
        forecast.channels[1].residual = .nan
        #expect(encoder.isEmpty)
        for step in 0..<3 {
            forecast.sequence = 42 + UInt64(step)
            forecast.time += 10_000_000
            let isTaken = encoder.append(forecast)
            #expect(isTaken)
        }
        let isRepeated = encoder.append(forecast)
        #expect(!isRepeated)
        forecast.sequence = 45
        forecast.name = [0x41]
        let isOther = encoder.append(forecast)
        #expect(!isOther)
        encoder.finish(into: &payload)
        #expect(encoder.isEmpty)
        #expect(payload.count == 40 + 3 * 2 * 4 * 8)
        let header = try BinaryHeader(payload.span)
        #expect(header.kind == .forecasts && header.channels == 2 && header.count == 3)
        #expect(header.sequence == 42 && header.step == 10_000_000 && !header.hasTimes)
        var decoder = ForecastDecoder()
        let topic = Array("t".utf8)
        let rows = try decoder.decode(topic: topic.span, payload: payload.span)
        #expect(rows.map(\.sequence) == [42, 43, 44])
        #expect(rows[2].time == 1_763_692_800_163_000_000)
        #expect(rows[1].channels[1].mean == 21.5402 && rows[1].channels[1].residual.isNaN)
        #expect(encode(Self.example, .binary).count == 40 + 4 * 8)
    }

    @Test("uneven times go into a column")
    func unevenTimes() throws {
        var encoder = ForecastBatchEncoder()
        var forecast = Self.example
        for (step, time) in [Int64(5), 6, 8].enumerated() {
            forecast.sequence = UInt64(step)
            forecast.time = time
            let isTaken = encoder.append(forecast)
            #expect(isTaken)
        }
        var payload: [UInt8] = []
        encoder.finish(into: &payload)
        #expect(payload.count == 40 + 3 * 8 + 3 * 4 * 8)
        var decoder = ForecastDecoder()
        let rows = try decoder.decode(topic: forecast.name.span, payload: payload.span)
        #expect(rows.map(\.time) == [5, 6, 8])
    }

    static func random(_ random: inout SplitMix64) -> Forecast {
        var forecast = Forecast()
        let letters = Array(#"aé"\/ 😀z"#)
        let length = Int.random(in: 1...40, using: &random)
        let name = String((0..<length).map { _ in letters.randomElement(using: &random)! })
        forecast.name = Array(name.utf8)
        forecast.sequence = random.next() >> UInt64.random(in: 1...63, using: &random)
        forecast.time = Int64.random(in: 0...9_223_372_036_000_000_000, using: &random)
        forecast.nextTime = Bool.random(using: &random) ? 1_763_692_800_123_456_000 : nil
        forecast.timeSource = Bool.random(using: &random) ? .arrival : .message
        forecast.status = Forecast.Status.allCases.randomElement(using: &random)!
        forecast.level = Double.random(in: 0...1, using: &random)
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            var channel = Forecast.Channel()
            for field in fields where Int.random(in: 0..<4, using: &random) > 0 {
                let value = Double(bitPattern: random.next())
                channel[keyPath: field] = value.isFinite ? value : 1
            }
            forecast.channels.append(channel)
        }
        if Bool.random(using: &random) {
            forecast.channelNames = forecast.channels.indices.map { Array("c\"\($0)".utf8) }
        }
        return forecast
    }

    private static let fields: [any WritableKeyPath<Forecast.Channel, Double> & Sendable] = [
        \.value, \.mean, \.lower, \.upper, \.residual, \.anomalyScore, \.meanAbsoluteError,
        \.scaledError,
    ]

    /// To the nearest float, in the range that floats have.
    private static func round(_ forecast: inout Forecast) {
        let range = Double(Float.leastNormalMagnitude)...Double(Float.greatestFiniteMagnitude)
        for index in forecast.channels.indices {
            for rating in ratings {
                let value = forecast.channels[index][keyPath: rating]
                guard range.contains(value.magnitude), let text = Double("\(Float(value))") else {
                    continue
                }
                forecast.channels[index][keyPath: rating] = text
            }
        }
    }

    /// What rates a forecast: written in JSON with the 7 digits of a float.
    private static let ratings: [any WritableKeyPath<Forecast.Channel, Double> & Sendable] = [
        \.residual, \.anomalyScore, \.meanAbsoluteError, \.scaledError,
    ]

    private static func isSame(_ a: Forecast, _ b: Forecast) -> Bool {
        // A reader's double of seconds holds a little less than microseconds.
        let isSameTime = (a.time - b.time).magnitude < 2000
        return a.name == b.name && a.sequence == b.sequence && isSameTime
            && a.nextTime == b.nextTime && a.timeSource == b.timeSource && a.status == b.status
            && a.level == b.level && a.channelNames == b.channelNames
            && a.channels.count == b.channels.count
            && zip(a.channels, b.channels).allSatisfy { a, b in
                fields.allSatisfy {
                    a[keyPath: $0] == b[keyPath: $0] || a[keyPath: $0].isNaN && b[keyPath: $0].isNaN
                }
            }
    }
}
