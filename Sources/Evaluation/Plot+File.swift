/// The plot as an SVG file of its own, for programs that know no style sheet of a page: one size,
/// dark on light, every colour spelled out.
extension Plot {
    private static let (width, left, right, bottom) = (760.0, 64.0, 24.0, 58.0)
    /// Where the legend's first line is, how far apart its lines are, and the room for the title of
    /// the y axis.
    private static let (legendTop, legendLine, axisTitle) = (48.0, 18.0, 32.0)

    /// The whole file.
    package var file: String {
        let items = legendItems
        let top = (items.map(\.y).max() ?? Self.legendTop - Self.legendLine) + Self.axisTitle
        let size = (Self.number(Self.width), Self.number(top + Double(height) + Self.bottom))
        let frameWidth = Self.number(Self.width - Self.left - Self.right)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(size.0)" height="\(size.1)" \
            viewBox="0 0 \(size.0) \(size.1)" role="img" aria-labelledby="\(id)t \(id)d">
            \(descriptionMarkup)
            <style>\(Self.style)</style>
            <rect class="paper" width="100%" height="100%"/>
            <text class="heading" x="12" y="26">\(Markup.escaped(title))</text>
            \(items.map(\.markup).joined())
            <svg x="\(Self.number(Self.left))" y="\(Self.number(top))" width="\(frameWidth)" \
            height="\(height)" overflow="visible">
            \(frameMarkup)</svg></svg>

            """
    }

    /// One line's or area's label: a swatch and its words, in lines as long as the plot.
    private var legendItems: [(y: Double, markup: String)] {
        var (x, y) = (12.0, Self.legendTop)
        return legend.map { style, label in
            // Wider than the letters of any usual font, for the font is not known.
            let width = 22 + 7.2 * Double(label.count)
            if x > 12, x + width > Self.width - 12 {
                x = 12
                y += Self.legendLine
            }
            let (from, to, middle) = (Self.number(x), Self.number(x + 16), Self.number(y - 4))
            let swatch =
                style.hasPrefix("area ")
                ? "<rect class=\"band \(style.dropFirst(5))\" x=\"\(from)\" "
                    + "y=\"\(Self.number(y - 10))\" width=\"16\" height=\"11\"/>"
                : "<path class=\"line \(style)\" d=\"M\(from) \(middle)L\(to) \(middle)\"/>"
            let text = "<text x=\"\(Self.number(x + 22))\" y=\"\(Self.number(y))\">"
            x += width + 14
            return (y, swatch + text + Markup.escaped(label) + "</text>")
        }
    }

    private static var style: String {
        let colour = PlotColours.light(_:)
        let ofStyles = PlotColours.ofStyles.map { style, name in
            """
            .line.\(style){stroke:\(colour(name))} .band.\(style){fill:\(colour(name))} \
            .dot.\(style){fill:\(colour(name))}
            """
        }
        return """

            text{font:12px system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",\
            "DejaVu Sans",sans-serif;fill:\(colour("soft"))}
            .heading{font-size:16px;font-weight:600;fill:\(colour("ink"))}
            .paper{fill:\(colour("paper"))}
            .line{fill:none;stroke-width:1.5px;stroke-linejoin:round;stroke-linecap:round;\
            vector-effect:non-scaling-stroke}
            .line.mixture{stroke-width:2.5px} .line.ideal,.line.e0{stroke-dasharray:5 4}
            .band{fill-opacity:.3} .band.share{fill-opacity:.85}
            \(ofStyles.joined(separator: "\n"))
            .mark circle{fill:none;stroke:\(colour("miss"));stroke-width:2px}
            .x{text-anchor:middle} .x.end{text-anchor:end} .y{text-anchor:end}
            .grid{stroke:\(colour("rule"))} .axis{stroke:\(colour("soft"))}

            """
    }

    private static func number(_ value: Double) -> String {
        NumberText.shortest((value * 10).rounded() / 10)
    }
}
