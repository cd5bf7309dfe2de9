import Daemon
import Evaluation
import Series
import Testing

@Suite("The live view")
struct LiveBoardTests {
    private static let second: Int64 = 1_000_000_000

    /// Streams of saw teeth, forecast well.
    static func board(streams: Int, samples: Int) -> LiveBoard {
        let names = (0..<streams).map { (name: "plant/sensor\($0)/temp", unit: "°C") }
        var board = LiveBoard(title: "foretide demo", streams: names, start: 0)
        for sample in 0..<samples {
            for stream in names {
                let next = Double((sample + 1) % 10)
                board.add(
                    StreamTrackTests.forecast(
                        UInt64(sample + 1), of: stream.name, y: Double(sample % 10),
                        mean: next + 0.25,
                        half: 0.5), at: Int64(sample) * second / 10)
            }
        }
        return board
    }

    static func text(_ board: LiveBoard, _ width: Int, _ height: Int, seconds: Int64) -> [String] {
        board.frame(width: width, height: height, at: seconds * second).lines(.none)
    }

    @Test("six streams fit 80 columns by 24 rows")
    func fits() {
        let lines = Self.text(Self.board(streams: 6, samples: 200), 80, 24, seconds: 20)
        #expect(lines.count == 24)
        #expect(lines.allSatisfy { TextWidth.of($0) == 80 })
        #expect(lines[0].hasPrefix("foretide demo  6 streams  "))
        #expect(lines[0].hasSuffix("× outside"))
        for index in 0..<6 {
            #expect(lines[1 + 4 * index].hasPrefix("plant/sensor\(index)/temp °C "))
            #expect(lines[2 + 4 * index].hasPrefix("9.000 → 0.2500 ± 0.50"))
            #expect(lines[3 + 4 * index].hasPrefix("mse 0.01 × persistence, now 0.01 "))
        }
    }

    @Test("a frame, to the letter")
    func drawsFrame() {
        let lines = Self.text(Self.board(streams: 1, samples: 60), 60, 6, seconds: 6)
        #expect(lines == Self.golden, "\n\(lines.joined(separator: "\n"))\n")
    }

    @Test("a frame has the size of the terminal, whatever that is")
    func fillsAnySize() throws {
        let boards = [0, 1, 6, 40].map { Self.board(streams: $0, samples: 5) }
        for board in boards {
            for width in [0, 1, 5, 20, 33, 34, 40, 79, 80, 200] {
                for height in [0, 1, 2, 3, 7, 23, 24, 60] {
                    let canvas = board.frame(width: width, height: height, at: Self.second)
                    let lines = canvas.lines(.none)
                    try #require(lines.count == height)
                    try #require(lines.allSatisfy { TextWidth.of($0) == width })
                }
            }
        }
    }

    @Test("more streams than rows are told of")
    func tellsOfMore() {
        let lines = Self.text(Self.board(streams: 40, samples: 5), 80, 24, seconds: 1)
        #expect(lines[22].hasPrefix("plant/sensor21/temp"))
        #expect(lines[23].hasPrefix("and 18 streams that do not fit"))
    }

    @Test("wide letters in names keep the columns straight")
    func keepsWidth() {
        var board = LiveBoard(title: "t", start: 0)
        board.add(StreamTrackTests.forecast(1, of: "温度/ボイラー", y: 1, mean: 1), at: 0)
        let lines = Self.text(board, 80, 24, seconds: 1)
        #expect(lines.allSatisfy { TextWidth.of($0) == 80 })
        #expect(lines[2].hasPrefix("温度/ボイラー"))
    }

    @Test("without colour there is no escape sequence, with colour none is left open")
    func honoursNoColor() {
        let canvas = Self.board(streams: 2, samples: 50).frame(width: 80, height: 24, at: 0)
        #expect(canvas.lines(.none).allSatisfy { !$0.contains("\u{1b}") })
        for palette in [Palette.basic, .full] {
            let lines = canvas.lines(palette)
            #expect(lines.contains { $0.contains("\u{1b}[0;") })
            for line in lines where line.contains("\u{1b}") {
                let last = line.components(of: "\u{1b}[").last
                #expect(last?.trimmingPrefix("0m").allSatisfy { $0 == " " } == true)
            }
            #expect(lines.map(\.withoutEscapes) == canvas.lines(.full).map(\.withoutEscapes))
        }
    }

    @Test("each channel of a multivariate stream is a track")
    func splitsChannels() {
        var board = LiveBoard(title: "t", start: 0)
        var forecast = StreamTrackTests.forecast(1, of: "m", y: 1, mean: 1)
        forecast.channels.append(forecast.channels[0])
        board.add(forecast, at: 0)
        #expect(board.tracks.map(\.name) == ["m[0]", "m[1]"])
        forecast.name = Array("n".utf8)
        forecast.channelNames = [Array("temp".utf8), Array("rpm".utf8)]
        board.add(forecast, at: 0)
        #expect(board.tracks.map(\.name) == ["m[0]", "m[1]", "n[temp]", "n[rpm]"])
    }

    @Test("plain lines go round the streams")
    func printsLines() {
        let board = Self.board(streams: 2, samples: 100)
        #expect(
            board.line(turn: 0, at: 10 * Self.second)
                == "  10 s  plant/sensor0/temp: 9.000 → 0.2500 ± 0.50 °C, mse 0.01 × persistence "
                + "(now 0.01), 100 % in, ok")
        #expect(board.line(turn: 3, at: 0)?.contains("sensor1") == true)
        #expect(LiveBoard(title: "t", start: 0).line(turn: 0, at: 0) == nil)
    }

    @Test("the summary is a table with straight columns")
    func summarizes() {
        let lines = Self.board(streams: 2, samples: 1_500).summary()
        #expect(
            Array(lines.prefix(3)) == [
                "stream              forecasts   mse   now   mae   now  inside  status",
                "plant/sensor0/temp      1,500  0.01  0.01  0.14  0.14   100 %  ok",
                "plant/sensor1/temp      1,500  0.01  0.01  0.14  0.14   100 %  ok",
            ])
        #expect(lines.last == "Better than persistence on 2 of 2 streams now.")
        #expect(lines.allSatisfy { TextWidth.of($0) <= 80 })
        #expect(LiveBoard(title: "t", start: 0).summary() == ["No forecasts."])
    }

    private static let golden = [
        "foretide demo  1 stream  10/s  6 s                          ",
        "plant/sensor0/temp °C                 ⣴    ⣴    ⣴    ⣴    ⡔ ",
        "9.000 → 0.2500 ± 0.50    100 % in    ⡜⢸   ⡜⢸   ⡜⢸   ⡜⢸   ⡜⢸ ",
        "mse 0.01 × persistence, now 0.01   ⢀⡜ ⠸⡀⢀⡜ ⠸⡀⢀⡜ ⠸⡀⢀⡜ ⠸⡀⢀⡜ ⠘⡄",
        "mae 0.15 × persistence, now 0.15  ⢀⡜   ⡇⡜   ⡇⡜   ⡇⡜   ⡇⡜   ⡇",
        "60 forecasts                      ⡜    ⡟    ⡟    ⡟    ⡟    ░",
    ]
}

extension String {
    /// The text between the separators.
    fileprivate func components(of separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }

    fileprivate var withoutEscapes: String {
        components(of: "\u{1b}[").enumerated().map { index, part in
            index == 0 ? part : String(part.drop { $0 != "m" }.dropFirst())
        }.joined()
    }
}
