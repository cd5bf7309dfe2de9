import Evaluation
import TestSupport
import Testing

@Suite("Report")
struct ReportTests {
    /// Tags opened and closed in order; text and attributes free of bare `<` and `&`.
    static func fault(inMarkup markup: String) -> String? {
        var open: [Substring] = []
        var rest = markup[...]
        while let start = rest.firstIndex(of: "<") {
            guard let end = rest[start...].firstIndex(of: ">") else { return "no end of tag" }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("!") { continue }
            if tag.contains("<") { return "< in \(tag)" }
            if tag.count(where: { $0 == "\"" }) % 2 == 1 { return "quotes in \(tag)" }
            let name = tag.drop { $0 == "/" }.prefix { $0 != " " && $0 != "/" }
            if tag.hasPrefix("/") {
                guard open.popLast() == name else { return "</\(name)> closes nothing" }
            } else if !tag.hasSuffix("/") {
                open.append(name)
            }
        }
        for part in markup.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
            let entity = part.prefix { $0 != ";" }
            guard ["amp", "lt", "gt", "quot", "#39"].contains(entity) else { return "&\(entity)" }
        }
        return open.isEmpty ? nil : "open: \(open)"
    }

    private static func streams(
        _ names: [String], samples: Int, step: Int64 = 1_800_000_000_000, experts: Bool = true
    ) -> [StreamEvaluation] {
        var random = SplitMix64(seed: 51)
        return names.map { name in
            var stream = StreamEvaluation(name: name, laterCapacity: 64, isTraced: true)
            if experts { stream.experts = ["persistence", "recurrent"] }
            var previous = Double.nan
            for index in 0..<samples {
                var value = Double(index % 48) + Double.random(in: -3...3, using: &random)
                if index % 97 == 5 { value = .nan }
                var prediction = Prediction()
                if index > 0 {
                    prediction.mean = Double(index % 48)
                    prediction.lower = prediction.mean - 2.7
                    prediction.upper = prediction.mean + 2.7
                    if experts {
                        prediction.experts = [previous.isNaN ? 0 : previous, prediction.mean]
                        prediction.weights = [0.3, 0.7]
                    }
                }
                let time = 1_404_172_800_000_000_000 + Int64(index) * step
                stream.add(time: time, value: value, prediction: prediction)
                previous = value
            }
            return stream
        }
    }

    private static func page(_ streams: [StreamEvaluation], timeColumn: String? = "time")
        -> String
    {
        var source = Report.Source()
        source.name = "a <b> & \"c\".csv"
        source.timeColumn = timeColumn
        source.rows = streams.first?.score.samples ?? 0
        return Report(source: source, streams: streams).markup
    }

    @Test("every tag is closed and every name escaped")
    func wellFormed() throws {
        let names = ["temp <°C> & \"more\"", "it's"]
        for samples in [0, 1, 2, 31, 400, 5000] {
            for hasTime in [true, false] {
                let page = Self.page(
                    Self.streams(names, samples: samples), timeColumn: hasTime ? "t" : nil)
                let fault = Self.fault(inMarkup: page)
                try #require(fault == nil, "\(samples) samples: \(fault ?? "")")
                try #require(!page.contains("nan\"") && !page.contains("NaN"))
            }
        }
    }

    @Test("the checker of these tests finds faults")
    func checkerFindsFaults() {
        #expect(Self.fault(inMarkup: "<p>a</p>") == nil)
        #expect(Self.fault(inMarkup: "<p>a<b></p></b>") != nil)
        #expect(Self.fault(inMarkup: "<p>a & b</p>") != nil)
        #expect(Self.fault(inMarkup: "<p class=\"x>a</p>") != nil)
    }

    @Test("nothing is fetched: no address, no script, and a policy against both")
    func selfContained() {
        let page = Self.page(Self.streams(["a"], samples: 1000))
        for word in ["http:", "https:", "//", "url(", "@import", "<script", "<img", "src="] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("default-src 'none'"))
    }

    @Test("all plots are there, with their axes named")
    func plots() {
        let page = Self.page(Self.streams(["a"], samples: 2000))
        let titles = [
            "The whole run", "The last 400 samples", "Error so far, relative to persistence",
            "Share of each expert in the forecast", "Loss curve", "Coverage over time",
            "Coverage: observed against nominal", "Where values fall in their forecast",
        ]
        for title in titles { #expect(page.contains(title), "\(title)") }
        #expect(page.split(separator: "role=\"img\"").count == titles.count + 1)
        for axis in [
            "time (UTC)", "MSE / MSE of persistence", "share of the forecast (%)",
            "mean absolute error, in units of a", "nominal (%)",
        ] { #expect(page.contains(axis), "\(axis)") }
        #expect(page.contains(">Jul"))
    }

    @Test("without times, or without experts, the page still says what it knows")
    func lessKnown() {
        let untimed = Self.page(Self.streams(["a"], samples: 500), timeColumn: nil)
        #expect(untimed.contains("sample (index)"))
        #expect(!untimed.contains("time (UTC)"))
        let alone = Self.page(Self.streams(["a"], samples: 500, experts: false))
        #expect(!alone.contains("Share of each expert"))
        #expect(Self.fault(inMarkup: alone) == nil)
    }

    @Test("times that stand still or leave the calendar are drawn by sample")
    func oddTimes() {
        for step: Int64 in [0, 1_400_000_000_000_000] {
            let page = Self.page(Self.streams(["a"], samples: 3000, step: step))
            #expect(page.contains("sample (index)"))
        }
    }

    @Test("the page's size is bounded, however many samples and streams")
    func bounded() {
        let long = Self.page(Self.streams(["a"], samples: 60_000)).utf8.count
        let short = Self.page(Self.streams(["a"], samples: 5000)).utf8.count
        #expect(long < 2 * short)
        let names = (0..<1100).map { "column \($0)" }
        let wide = Self.page(Self.streams(names, samples: 40))
        #expect(wide.contains("And 100 more streams"))
        #expect(wide.utf8.count < 2_000_000)
    }

    @Test("of many streams the first and the worst are plotted")
    func worst() {
        var streams = Self.streams((0..<20).map { "s\($0)" }, samples: 100)
        var bad = Prediction()
        bad.mean = 1e6
        bad.lower = 1e6
        bad.upper = 1e6
        for index in 0..<3 { streams[15].add(time: .max, value: Double(index), prediction: bad) }
        let page = Self.page(streams)
        let headings = page.split(separator: "<h2 id=").dropFirst().map { part in
            String(part.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" })
        }
        #expect(headings.count == 8)
        #expect(headings.prefix(5) == ["s0", "s1", "s2", "s3", "s15"])
    }
}
