/// Numbered rings around points. Where the numbers go is found for several widths of the frame at
/// once, since the page may have any.
extension Plot {
    struct Mark {
        /// Of the frame, from its left and from its top, 0…1.
        let left: Double
        let top: Double
        let number: Int
        /// In words, for those who point at it.
        let note: String
    }

    /// A box in CSS pixels.
    private struct Box {
        let (left, top, right, bottom): (Double, Double, Double, Double)

        init(x: Double, y: Double, halfWidth: Double, halfHeight: Double) {
            (left, right) = (x - halfWidth, x + halfWidth)
            (top, bottom) = (y - halfHeight, y + halfHeight)
        }

        func meets(_ other: Box) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }
    }

    /// Widths of the frame, in CSS pixels, at which numbers must not meet.
    private static let widths = [220.0, 300, 420, 560, 800, 1160]
    /// Middles of a number beside its ring, the best one first.
    private static let offsets: [(x: Double, y: Double)] = [
        (0, -14), (0, 15), (13, 0), (-13, 0), (11, -12), (-11, -12), (11, 12), (-11, 12),
        (0, -27), (0, 28), (26, 0), (-26, 0),
    ]
    private static let (ringRadius, halfWidth, halfHeight) = (6.0, 5.0, 7.0)

    var marksMarkup: String {
        var text = ""
        for (mark, offset) in zip(marks, offsetsOfNumbers()) {
            let (left, top) = (Self.percent(mark.left), Self.percent(mark.top))
            text += "<g class=\"mark\"><title>\(Markup.escaped(mark.note))</title>"
            text += "<circle cx=\"\(left)\" cy=\"\(top)\" r=\"5\"/>"
            if let offset {
                text += "<text x=\"\(left)\" y=\"\(top)\" dx=\"\(NumberText.shortest(offset.x))\" "
                text += "dy=\"\(NumberText.shortest(offset.y + 4))\">\(mark.number)</text>"
            }
            text += "</g>"
        }
        return text
    }

    /// For each mark the first offset at which its number meets no ring and no number before it at
    /// any width; nil where there is none.
    private func offsetsOfNumbers() -> [(x: Double, y: Double)?] {
        let rings = Self.widths.map { width in
            marks.map { box(of: $0, width: width, at: (0, 0), Self.ringRadius, Self.ringRadius) }
        }
        var numbers = [[Box]](repeating: [], count: Self.widths.count)
        return marks.map { mark in
            let found = Self.offsets.first { offset in
                Self.widths.indices.allSatisfy { place in
                    let width = Self.widths[place]
                    let number = box(
                        of: mark, width: width, at: offset, Self.halfWidth, Self.halfHeight)
                    return number.left >= -4 && number.right <= width + 4
                        && number.top >= -16 && number.bottom <= Double(height) - 1
                        && !(rings[place] + numbers[place]).contains(where: number.meets)
                }
            }
            guard let found else { return nil }
            for (place, width) in Self.widths.enumerated() {
                numbers[place].append(
                    box(of: mark, width: width, at: found, Self.halfWidth, Self.halfHeight))
            }
            return found
        }
    }

    private func box(
        of mark: Mark, width: Double, at offset: (x: Double, y: Double), _ halfWidth: Double,
        _ halfHeight: Double
    ) -> Box {
        Box(
            x: mark.left * width + offset.x, y: mark.top * Double(height) + offset.y,
            halfWidth: halfWidth, halfHeight: halfHeight)
    }
}
