/// The `d` of an SVG path: absolute coordinates with one decimal.
struct SVGPath {
    private(set) var text = ""
    private var isDrawing = false

    /// Goes on to a point, or starts there; a NaN interrupts the path.
    mutating func addPoint(_ point: (x: Double, y: Double)) {
        guard !point.x.isNaN, !point.y.isNaN else {
            isDrawing = false
            return
        }
        text += isDrawing ? "L" : "M"
        text += Self.coordinate(point.x) + " " + Self.coordinate(point.y)
        isDrawing = true
    }

    mutating func close() {
        if isDrawing { text += "Z" }
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
