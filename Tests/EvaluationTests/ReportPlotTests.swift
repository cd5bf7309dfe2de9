import Evaluation
import TestSupport
import Testing

@Suite("Plots of the report")
struct ReportPlotTests {
    /// A page on values that are forecast as the one before them, ± halfWidth, a minute apart.
    private static func page(
        _ values: [Double], halfWidth: Double = 1, start: Int64 = 1_700_000_000, name: String = "a"
    ) -> String {
        var stream = StreamEvaluation(name: name, laterCapacity: 64, isTraced: true)
        stream.experts = ["persistence", "other"]
        var prediction = Prediction()
        for (index, value) in values.enumerated() {
            let time = (start + 60 * Int64(index)) * 1_000_000_000
            stream.add(time: time, value: value, prediction: prediction)
            if value.isNaN { continue }
            prediction.mean = value
            prediction.lower = value - halfWidth
            prediction.upper = value + halfWidth
            prediction.experts = [value, value]
            prediction.weights = [0.5, 0.5]
        }
        var source = Report.Source()
        source.timeColumn = "time"
        source.rows = values.count
        return Report(source: source, streams: [stream]).markup
    }

    /// The value of an attribute of the tag that starts with `tag`, per cent signs left out.
    private static func number(_ name: String, in tag: Substring) -> Double? {
        guard let start = tag.firstRange(of: " \(name)=\"")?.upperBound else { return nil }
        return Double(tag[start...].prefix { $0 != "\"" && $0 != "%" })
    }

    private struct Mark {
        let (left, top): (Double, Double)
        /// Of the number's baseline; nil without a number.
        let offset: (x: Double, y: Double)?
    }

    private static func marks(_ page: String) -> [Mark] {
        page.split(separator: "<g class=\"mark\">").dropFirst().compactMap { part in
            let group = part[..<(part.firstRange(of: "</g>")?.lowerBound ?? part.endIndex)]
            guard let circle = group.firstRange(of: "<circle"),
                let left = number("cx", in: group[circle.lowerBound...]),
                let top = number("cy", in: group[circle.lowerBound...])
            else { return nil }
            let text = group.firstRange(of: "<text").map { group[$0.lowerBound...] }
            let offset = text.flatMap { text in
                number("dx", in: text).flatMap { x in number("dy", in: text).map { (x, $0) } }
            }
            return Mark(left: left / 100, top: top / 100, offset: offset)
        }
    }

    @Test("the numbers of the largest misses meet neither each other nor a ring, at any width")
    func numbersAreReadable() throws {
        var random = SplitMix64(seed: 61)
        var drawn = 0
        for round in 0..<60 {
            var values = (0..<400).map { _ in Double.random(in: -0.2...0.2, using: &random) }
            // Some rounds crowd all misses into one place.
            let range = round % 2 == 0 ? 40..<400 : 100..<300
            for _ in 0..<8 {
                values[Int.random(in: range, using: &random)] = Double.random(
                    in: 5...(round % 3 == 0 ? 6 : 50), using: &random)
            }
            let marks = Self.marks(Self.page(values))
            try #require(marks.count > 1)
            for width in [240.0, 308, 420, 500, 640, 1000, 1160] {
                let rings = marks.map { ($0.left * width, $0.top * 240) }
                let numbers = marks.enumerated().compactMap { index, mark in
                    mark.offset.map { offset in
                        (index, rings[index].0 + offset.x, rings[index].1 + offset.y - 4)
                    }
                }
                drawn += numbers.count
                for (index, x, y) in numbers {
                    for (other, ring) in rings.enumerated() {
                        let meets = abs(ring.0 - x) < 9 && abs(ring.1 - y) < 11
                        try #require(!meets, "round \(round): \(index) on ring \(other), \(width)")
                    }
                    for (other, left, top) in numbers where other != index {
                        let meets = abs(left - x) < 8 && abs(top - y) < 12
                        try #require(!meets, "round \(round): \(index) on \(other) at \(width)")
                    }
                }
            }
        }
        #expect(drawn > 60 * 7 * 3)
    }

    @Test("a value far from all others does not flatten them: the axis is cut and says so")
    func outlierCutsAxis() {
        var values = (0..<300).map { Double($0 % 20) }
        #expect(!Self.page(values).contains("(cut"))
        values[200] = 1e6
        #expect(Self.page(values).contains("a (cut: values up to 1,000,000)"))
        values[100] = -5e5
        #expect(Self.page(values).contains("a (cut: values down to -500,000 and up to 1,000,000)"))
    }

    @Test("what cannot be drawn is said instead")
    func nothingToDraw() {
        let missing = Self.page([.nan, .nan, .nan])
        #expect(missing.contains("There is no value: nothing to plot."))
        #expect(!missing.contains("<figure"))
        #expect(Self.page([.nan, 4, .nan]).contains("There is a single value: nothing to plot."))
        let constant = Self.page([Double](repeating: 7, count: 100))
        #expect(constant.contains("persistence has no error to compare with"))
        #expect(!constant.contains("Error so far"))
        #expect(constant.contains("The whole run"))
    }

    @Test("a lone value between missing ones is drawn as a dot")
    func loneValue() {
        var values = [Double](repeating: .nan, count: 100)
        for index in stride(from: 0, to: 100, by: 2) { values[index] = Double(index) }
        let page = Self.page(values)
        let line = page.firstRange(of: "class=\"line actual\" d=\"").map { page[$0.upperBound...] }
        let path = line?.prefix { $0 != "\"" } ?? ""
        #expect(path.count { $0 == "M" } == 50)
        #expect(path.hasPrefix("M0 ") && path.contains("L0 "))
    }

    @Test("a short run is drawn once, a long one has its end drawn again")
    func newestOnce() {
        let values = (0..<1000).map { Double($0 % 20) }
        #expect(!Self.page(Array(values[..<400])).contains("The last"))
        #expect(Self.page(values).contains("The last 400 samples"))
    }

    @Test("a long name is cut above an axis")
    func longName() {
        let page = Self.page((0..<100).map(Double.init), name: String(repeating: "x", count: 200))
        #expect(page.contains("in units of " + String(repeating: "x", count: 23) + "…<"))
    }

    @Test("two days side by side do not both show their date where the frame is narrow")
    func dates() {
        // 22:13 to 3:13.
        let page = Self.page((0..<300).map { Double($0 % 20) })
        #expect(page.contains("<text class=\"x minor crowded\""))
        #expect(page.contains(">2023-11-14<") && page.contains(">2023-11-15<"))
    }

    @Test("samples are counted in whole numbers")
    func wholeSamples() {
        var stream = StreamEvaluation(name: "a", laterCapacity: 64, isTraced: true)
        for index in 0..<4 {
            stream.add(time: 0, value: Double(index), prediction: Prediction())
        }
        let page = Report(source: Report.Source(), streams: [stream]).markup
        let labels = page.split(separator: "<text class=\"x\"").dropFirst().map { part in
            part.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" }
        }
        #expect(labels.prefix(3) == ["0", "1", "2"])
    }
}
