/// One SVG plot that stays readable at any width: the data are stretched into a frame that is as
/// wide as the page allows, while text, ticks and marks are placed in per cent of it and keep
/// their size. Colours come from the page's style sheet by class.
package struct Plot {
    /// Unique on the page.
    let id: String
    let title: String
    /// The plot in words, for those who cannot see it.
    let summary: String
    let x: Axis
    let y: Axis
    /// Of the frame, in CSS pixels.
    package var height = 240
    /// (style class, label) of what is drawn.
    private(set) var legend: [(style: String, label: String)] = []
    private var data = ""
    private var dots = ""
    private(set) var marks: [Mark] = []

    /// Whether there is nothing to see but the frame.
    private(set) var isEmpty = true

    /// Side of the square that the data are drawn in before it is stretched.
    private static let side = 1000.0

    package init(id: String, title: String, summary: String, x: Axis, y: Axis) {
        self.id = id
        self.title = title
        self.summary = summary
        self.x = x
        self.y = y
    }

    /// A line around the area between two curves, which is one line where they are the same.
    mutating func addOutline(
        _ points: [(x: Double, low: Double, high: Double)], style: String, label: String?
    ) {
        addLine(points.map { ($0.x, $0.high) }, style: style, label: label)
        if points.contains(where: { $0.low < $0.high }) {
            addLine(points.map { ($0.x, $0.low) }, style: style, label: nil)
        }
    }

    /// A line through (x, y) in the axes' units; a NaN interrupts it. Nil as label: not in the
    /// legend.
    package mutating func addLine(_ points: [(x: Double, y: Double)], style: String, label: String?)
    {
        var path = SVGPath()
        for point in points { path.addPoint(place(point.x, point.y)) }
        path.end()
        if !path.text.isEmpty, style != "ideal" { isEmpty = false }
        data += "<path class=\"line \(style)\" d=\"\(path.text)\"/>"
        addToLegend(style, label)
    }

    /// The area between two curves; a NaN in either interrupts it.
    package mutating func addBand(
        _ points: [(x: Double, low: Double, high: Double)], style: String, label: String?
    ) {
        var path = SVGPath()
        var start = 0
        for index in 0...points.count {
            let isEnd = index == points.count || (points[index].low + points[index].high).isNaN
            guard isEnd else { continue }
            if index > start {
                for point in points[start..<index] { path.addPoint(place(point.x, point.high)) }
                for point in points[start..<index].reversed() {
                    path.addPoint(place(point.x, point.low))
                }
                path.close()
            }
            start = index + 1
        }
        if !path.text.isEmpty { isEmpty = false }
        data += "<path class=\"band \(style)\" d=\"\(path.text)\"/>"
        addToLegend("area " + style, label)
    }

    /// Bars from the bottom of the frame, in the axes' units.
    mutating func addBars(
        _ bars: [(from: Double, to: Double, height: Double)], style: String, label: String?
    ) {
        let outlines = bars.flatMap {
            [($0.from, y.lower, $0.height), ($0.to, y.lower, $0.height), ($0.to, .nan, .nan)]
        }
        addBand(outlines, style: style, label: label)
    }

    /// A numbered ring around a point.
    mutating func addMark(x: Double, y: Double, number: Int, note: String) {
        let (left, top) = share(x, y)
        marks.append(Mark(left: left, top: top, number: number, note: note))
    }

    /// A dot that keeps its shape however the frame is stretched.
    package mutating func addDot(x: Double, y: Double, style: String) {
        let (left, top) = share(x, y)
        dots += "<circle class=\"dot \(style)\" cx=\"\(Self.percent(left))\" "
        dots += "cy=\"\(Self.percent(top))\" r=\"3.5\"/>"
    }

    private mutating func addToLegend(_ style: String, _ label: String?) {
        if let label { legend.append((style, label)) }
    }

    private func place(_ x: Double, _ y: Double) -> (Double, Double) {
        (self.x.position(x) * Self.side, (1 - self.y.position(y)) * Self.side)
    }

    /// Of the frame, from its left and from its top, 0…1.
    private func share(_ x: Double, _ y: Double) -> (left: Double, top: Double) {
        (self.x.position(x), min(max(1 - self.y.position(y), 0), 1))
    }

    static func percent(_ share: Double) -> String {
        NumberText.shortest((share * 10_000).rounded() / 100) + "%"
    }
}

/// The plot as markup.
extension Plot {
    var markup: String {
        """
        <figure><figcaption>\(Markup.escaped(title))</figcaption>\(legendMarkup)
        <div class="frame"><svg role="img" width="100%" height="\(height)" \
        aria-labelledby="\(id)t \(id)d">
        \(descriptionMarkup)
        \(frameMarkup)</svg></div></figure>

        """
    }

    /// Title and summary for those who cannot see the plot.
    var descriptionMarkup: String {
        """
        <title id="\(id)t">\(Markup.escaped(title))</title>
        <desc id="\(id)d">\(Markup.escaped(summary))</desc>
        """
    }

    /// Axes and data, inside an SVG element that is the frame.
    var frameMarkup: String {
        let side = NumberText.shortest(Self.side)
        return """
            \(yMarkup)
            \(xMarkup)
            <svg viewBox="0 0 \(side) \(side)" preserveAspectRatio="none" width="100%" \
            height="100%">\(data)</svg>
            \(dots)\(marksMarkup)
            """
    }

    private var legendMarkup: String {
        if legend.isEmpty { return "" }
        let items = legend.map { "<li class=\"\($0.style)\">\(Markup.escaped($0.label))</li>" }
        return "<ul class=\"legend\">" + items.joined() + "</ul>"
    }

    private var yMarkup: String {
        var text = "<text class=\"ylabel\" x=\"-52\" y=\"-12\">\(Markup.escaped(y.title))</text>"
        for tick in y.ticks where (0...1).contains(tick.position) {
            let top = Self.percent(1 - tick.position)
            text += "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"\(top)\" y2=\"\(top)\"/>"
            text += "<text class=\"y\" x=\"-8\" y=\"\(top)\" dy=\"4\">"
            text += Markup.escaped(tick.label) + "</text>"
        }
        return text
    }

    private var xMarkup: String {
        var text = "<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"100%\" y2=\"100%\"/>"
        for tick in x.ticks where (0...1).contains(tick.position) {
            let left = Self.percent(tick.position)
            let style = (tick.position > 0.97 ? "x end" : "x") + (tick.isMinor ? " minor" : "")
            text += "<text class=\"\(style)\" x=\"\(left)\" "
            text += "y=\"100%\" dy=\"19\">\(Markup.escaped(tick.label))</text>"
            if !tick.detail.isEmpty {
                text += "<text class=\"\(style)\(tick.isCrowded ? " crowded" : "")\" "
                text += "x=\"\(left)\" y=\"100%\" dy=\"34\">"
                text += Markup.escaped(tick.detail) + "</text>"
            }
        }
        let drop = x.ticks.contains { !$0.detail.isEmpty } ? 52 : 38
        text += "<text class=\"x title\" x=\"50%\" y=\"100%\" dy=\"\(drop)\">"
        return text + Markup.escaped(x.title) + "</text>"
    }
}
