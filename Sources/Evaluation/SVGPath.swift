/// The `d` of an SVG path: absolute coordinates with one decimal.
struct SVGPath {
    private(set) var text = ""
    private var isDrawing = false
    /// Where a path started that has no second point yet.
    private var lone = ""

    /// Goes on to a point, or starts there; a NaN interrupts the path.
    mutating func addPoint(_ point: (x: Double, y: Double)) {
        guard !point.x.isNaN, !point.y.isNaN else { return end() }
        let place = Self.coordinate(point.x) + " " + Self.coordinate(point.y)
        text += (isDrawing ? "L" : "M") + place
        lone = isDrawing ? "" : place
        isDrawing = true
    }

    /// Ends the line; one of a single point gets a length of 0, which round caps make a dot.
    mutating func end() {
        if !lone.isEmpty { text += "L" + lone }
        lone = ""
        isDrawing = false
    }

    mutating func close() {
        if isDrawing { text += "Z" }
        lone = ""
        isDrawing = false
    }

    /// Far outside of the frame is cut off: it is not seen, and rasterisers lose precision there.
    private static func coordinate(_ value: Double) -> String {
        let tenths = Int((min(max(value, -2000), 3000) * 10).rounded())
        if tenths % 10 == 0 { return String(tenths / 10) }
        let sign = tenths < 0 ? "-" : ""
        return sign + String(tenths.magnitude / 10) + "." + String(tenths.magnitude % 10)
    }
}
