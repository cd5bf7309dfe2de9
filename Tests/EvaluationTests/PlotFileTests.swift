import Evaluation
import Testing

@Suite("A plot as a file")
struct PlotFileTests {
    private static func file(labels: [String]) -> String {
        var plot = Plot(
            id: "t", title: "Loss & <more>", summary: "Down.",
            x: Axis(title: "epoch", over: [0, 10]),
            y: Axis(title: "loss", logarithmicFrom: 0.01, to: 1))
        for label in labels {
            plot.addLine([(0, 1), (10, 0.1)], style: "forecast", label: label)
        }
        plot.addBand([(0, 0.1, 1), (10, 0.01, 0.1)], style: "interval", label: "range")
        return plot.file
    }

    @Test("it stands alone: its name space, its colours, its text escaped")
    func standsAlone() {
        let file = Self.file(labels: ["a < b"])
        #expect(file.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\""))
        #expect(file.contains(">Loss &amp; &lt;more&gt;</text>"))
        #expect(file.contains(">a &lt; b</text>"))
        #expect(file.contains(".line.forecast{stroke:#0969c8}"))
        #expect(file.contains(".band.interval{fill:#0969c8}"))
        // Not every program knows a style sheet's variables.
        #expect(!file.contains("var("))
        #expect(ReportTests.fault(inMarkup: file) == nil)
    }

    @Test("a long legend goes on in the next line, and the frame makes room for it")
    func legend() throws {
        let labels = (1...9).map { "a label of some length, \($0)" }
        let file = Self.file(labels: labels)
        let places = try (labels + ["range"]).map { label in
            let end = try #require(file.firstRange(of: ">\(label)</text>")).lowerBound
            let start = try #require(file[..<end].lastIndex(of: "<"))
            let numbers = file[start..<end].split(separator: "\"").compactMap { Double($0) }
            try #require(numbers.count == 2)
            return (x: numbers[0], y: numbers[1], width: 7.2 * Double(label.count))
        }
        for (place, next) in zip(places, places.dropFirst()) {
            #expect(place.x + place.width <= 760)
            let isBeside = next.y == place.y && next.x > place.x + place.width
            #expect(isBeside || next.y == place.y + 18 && next.x < place.x)
        }
        #expect(Set(places.map(\.y)).count == 3)
        let frame = try #require(file.firstRange(of: "<svg x=\"64\" y=\"")).upperBound
        let top = try #require(Double(file[frame...].prefix { $0 != "\"" }))
        // The title of the y axis is 12 above the frame, and as high as 12.
        #expect(top - 24 >= (places.map(\.y).max() ?? 0) + 4)
    }
}
