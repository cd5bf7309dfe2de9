/// Draws a stream's newest points: two samples a cell across, four levels a cell down, in the dots
/// of the braille letters. The last cell belongs to the forecast of the sample to come.
package struct BrailleChart {
    private static let dotsAcross = 2
    private static let dotsDown = 4
    /// How far the interval may stretch the picture beyond the values, as a share of their range.
    private static let stretch = 0.25

    let width: Int
    let height: Int
    private let points: ArraySlice<StreamTrack.Point>
    private let next: StreamTrack.Point?
    private let range: ClosedRange<Double>
    /// Bits of the braille letter of each cell, row by row.
    private var actual: [UInt8]
    private var forecast: [UInt8]
    private var isOutside: [Bool]
    private var isShaded: [Bool]

    /// - Parameters:
    ///   - points: oldest first; as many of the newest as fit are drawn.
    ///   - width: cells across, at least 2.
    ///   - height: cells down, at least 1.
    package init(
        points: [StreamTrack.Point], next: StreamTrack.Point?, width: Int, height: Int
    ) {
        precondition(width >= 2 && height >= 1)
        self.width = width
        self.height = height
        self.points = points.suffix((width - 1) * Self.dotsAcross)
        self.next = next
        range = Self.range(of: self.points, next)
        actual = Array(repeating: 0, count: width * height)
        forecast = actual
        isOutside = Array(repeating: false, count: width * height)
        isShaded = isOutside
        draw()
    }

    /// Puts the chart onto a canvas.
    package func paint(on canvas: inout Canvas, row: Int, column: Int) {
        for y in 0..<height {
            for x in 0..<width {
                let index = y * width + x
                var cell = Canvas.Cell(isShaded: isShaded[index])
                if actual[index] != 0 {
                    cell.character = Self.letter(actual[index])
                    cell.role = isOutside[index] ? .outside : .actual
                } else if forecast[index] != 0 {
                    cell.character = Self.letter(forecast[index])
                    cell.role = .forecast
                }
                canvas[row + y, column + x] = cell
            }
        }
    }

    private mutating func draw() {
        // The newest point ends up beside the last cell.
        let start = (width - 1) * Self.dotsAcross - points.count
        var lastValue: Int?
        var lastMean: Int?
        for (offset, point) in points.enumerated() {
            let x = start + offset
            shade(point, x)
            lastMean = line(to: point.mean, from: lastMean, x, \.forecast)
            lastValue = line(to: point.value, from: lastValue, x, \.actual)
            if point.isOutside, let y = lastValue { isOutside[cell(x, y)] = true }
        }
        guard let next else { return }
        for x in ((width - 1) * Self.dotsAcross)..<(width * Self.dotsAcross) {
            shade(next, x)
            lastMean = line(to: next.mean, from: lastMean, x, \.forecast)
        }
    }

    /// Draws from the dot before to that of a value: the first half of the way up (or down) in the
    /// column before, the rest in this one.
    /// - Returns: the value's dot, nil when it is missing.
    private mutating func line(
        to value: Double, from last: Int?, _ x: Int, _ layer: WritableKeyPath<Self, [UInt8]>
    ) -> Int? {
        guard let y = dot(value) else { return nil }
        guard let last, last != y else {
            self[keyPath: layer][cell(x, y)] |= Self.bit(x, y)
            return y
        }
        let direction = y > last ? 1 : -1
        let middle = last + (y - last) / 2
        for dotY in stride(from: last, through: middle, by: direction) {
            self[keyPath: layer][cell(x - 1, dotY)] |= Self.bit(x - 1, dotY)
        }
        for dotY in stride(from: middle + direction, through: y, by: direction) {
            self[keyPath: layer][cell(x, dotY)] |= Self.bit(x, dotY)
        }
        return y
    }

    /// Shades the cells that the interval fills by half or has its middle in.
    private mutating func shade(_ point: StreamTrack.Point, _ x: Int) {
        guard point.lower.isFinite, point.upper.isFinite else { return }
        let top = clampedDot(point.upper)
        let bottom = clampedDot(point.lower)
        for y in 0..<height {
            let overlap =
                min(bottom, (y + 1) * Self.dotsDown - 1) - max(top, y * Self.dotsDown) + 1
            let hasMiddle = (top + bottom) / 2 / Self.dotsDown == y
            if overlap >= Self.dotsDown / 2 || (hasMiddle && overlap > 0) {
                isShaded[y * width + x / Self.dotsAcross] = true
            }
        }
    }

    private func cell(_ x: Int, _ y: Int) -> Int {
        y / Self.dotsDown * width + x / Self.dotsAcross
    }

    /// The row of dots of a value from the top, nil when it is missing or out of the picture.
    private func dot(_ value: Double) -> Int? {
        value.isFinite && range.contains(value) ? clampedDot(value) : nil
    }

    private func clampedDot(_ value: Double) -> Int {
        let rows = height * Self.dotsDown
        // Halves, so that the difference of the largest numbers is one.
        let height = range.upperBound / 2 - range.lowerBound / 2
        let share = height > 0 ? (range.upperBound / 2 - value / 2) / height : 0.5
        return Int((min(1, max(0, share)) * Double(rows - 1)).rounded())
    }

    /// All values and forecasts, and of the intervals what does not squash these.
    private static func range(
        of points: ArraySlice<StreamTrack.Point>, _ next: StreamTrack.Point?
    ) -> ClosedRange<Double> {
        let all = points + (next.map { [$0] } ?? [])
        let drawn = all.flatMap { [$0.value, $0.mean] }.filter(\.isFinite)
        guard let low = drawn.min(), let high = drawn.max() else { return 0...1 }
        guard high > low else {
            let margin = max(abs(low) * 0.01, 1e-9)
            return (low - margin)...(high + margin)
        }
        let slack = (high / 2 - low / 2) * 2 * stretch
        let lowest = all.map(\.lower).filter(\.isFinite).min() ?? low
        let highest = all.map(\.upper).filter(\.isFinite).max() ?? high
        return max(min(low, lowest), low - slack)...min(max(high, highest), high + slack)
    }

    /// The braille letter with these dots (Unicode chapter 21.1: U+2800 and one bit a dot).
    private static func letter(_ bits: UInt8) -> Character {
        Character(Unicode.Scalar(0x2800 + UInt32(bits))!)
    }

    private static func bit(_ x: Int, _ y: Int) -> UInt8 {
        let column: [4 of UInt8] =
            x % dotsAcross == 0 ? [0x01, 0x02, 0x04, 0x40] : [0x08, 0x10, 0x20, 0x80]
        return column[y % dotsDown]
    }
}
