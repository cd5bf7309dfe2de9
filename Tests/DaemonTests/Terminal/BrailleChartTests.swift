import Daemon
import Testing

@Suite("Chart of braille letters")
struct BrailleChartTests {
    /// The chart as text, without colour.
    static func text(
        _ points: [StreamTrack.Point], next: StreamTrack.Point? = nil, width: Int, height: Int
    ) -> [String] {
        canvas(points, next: next, width: width, height: height).lines(.none)
    }

    static func canvas(
        _ points: [StreamTrack.Point], next: StreamTrack.Point? = nil, width: Int, height: Int
    ) -> Canvas {
        var canvas = Canvas(width: width, height: height)
        BrailleChart(points: points, next: next, width: width, height: height)
            .paint(on: &canvas, row: 0, column: 0)
        return canvas
    }

    static func values(_ values: [Double]) -> [StreamTrack.Point] {
        values.map { StreamTrack.Point(value: $0) }
    }

    @Test("a ramp climbs from the lowest dot to the highest")
    func drawsRamp() {
        let ramp = Self.values((0..<8).map(Double.init))
        #expect(Self.text(ramp, width: 5, height: 2) == ["  ⡠⠊ ", "⡠⠊   "])
    }

    @Test("a constant runs through the middle")
    func drawsConstant() {
        #expect(Self.text(Self.values([5, 5, 5, 5]), width: 3, height: 1) == ["⠤⠤ "])
    }

    @Test("a jump is joined by a line, a gap is not")
    func joinsJumps() {
        #expect(Self.text(Self.values([0, 0, 1, 1]), width: 3, height: 1) == ["⣠⠋ "])
        #expect(Self.text(Self.values([0, 0, .nan, 1, 1, 1]), width: 4, height: 1) == ["⣀⠈⠉ "])
    }

    @Test("the newest points end beside the last cell")
    func alignsRight() {
        #expect(Self.text(Self.values([0, 1]), width: 4, height: 1)[0].hasPrefix("  "))
        let many = Self.values((0..<100).map { Double($0 % 2) })
        #expect(Self.text(many, width: 4, height: 1)[0].last == " ")
    }

    @Test("the forecast of the sample to come has the last cell")
    func drawsNext() {
        let next = StreamTrack.Point(value: .nan, mean: 1, lower: 0.5, upper: 1.5)
        let canvas = Self.canvas(Self.values([0, 0]), next: next, width: 2, height: 1)
        #expect(canvas[0, 1].role == .forecast)
        #expect(canvas[0, 1].isShaded)
        #expect(canvas[0, 0].role == .actual)
        #expect(!canvas[0, 0].isShaded)
    }

    @Test("shades the interval and marks what lies outside of it")
    func marksOutside() {
        var points = (0..<8).map { _ in
            StreamTrack.Point(value: 5, mean: 5, lower: 4, upper: 6)
        }
        points[5].value = 9
        let canvas = Self.canvas(points, width: 5, height: 3)
        let outside = (0..<5).filter { x in (0..<3).contains { canvas[$0, x].role == .outside } }
        #expect(outside == [2])
        #expect(canvas[0, 2].role == .outside)
        #expect((0..<4).allSatisfy { canvas[2, $0].isShaded })
        #expect((0..<4).allSatisfy { !canvas[0, $0].isShaded })
        #expect(canvas.lines(.none)[0].contains("×"))
    }

    @Test("a wide interval does not squash the values")
    func keepsScale() {
        let points = (0..<8).map {
            StreamTrack.Point(
                value: Double($0 % 2), mean: Double($0 % 2), lower: -1_000, upper: 1_000)
        }
        let canvas = Self.canvas(points, width: 5, height: 4)
        let rows = (0..<4).filter { canvas[$0, 0].role == .actual }
        #expect(rows.count >= 2)
        #expect((0..<4).allSatisfy { canvas[$0, 0].isShaded })
    }

    @Test("any numbers at all can be drawn")
    func survivesExtremes() {
        let extremes: [Double] = [
            0, .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
            .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1, -1,
        ]
        for first in extremes {
            for second in extremes {
                let points = [
                    StreamTrack.Point(value: first, mean: second, lower: second, upper: first),
                    StreamTrack.Point(value: second, mean: first, lower: first, upper: second),
                ]
                let lines = Self.text(points, next: points[0], width: 3, height: 2)
                #expect(lines.allSatisfy { $0.count == 3 })
            }
        }
        #expect(Self.text([], width: 3, height: 1) == ["   "])
    }
}
