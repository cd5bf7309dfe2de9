/// How many columns of a terminal a text takes.
package enum TextWidth {
    package static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

    /// 0 for marks on their own, 2 for East Asian wide letters and pictures, else 1.
    package static func of(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        let isPicture =
            scalar.properties.isEmojiPresentation
            || character.unicodeScalars.contains { $0.value == 0xfe0f }
        return isPicture || isWide(scalar) ? 2 : 1
    }

    /// The text, cut to a width; where something is cut off, the last column is `…`.
    package static func fit(_ text: String, _ width: Int) -> String {
        if of(text) <= width { return text }
        guard width > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            let next = used + of(character)
            if next > width - 1 { break }
            result.append(character)
            used = next
        }
        return result + "…"
    }

    package static func padded(_ text: String, _ width: Int) -> String {
        text + spaces(width - of(text))
    }

    package static func rightAligned(_ text: String, _ width: Int) -> String {
        spaces(width - of(text)) + text
    }

    static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    /// The blocks of Unicode's East_Asian_Width W and F, joined where only unassigned code points
    /// lie between.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0xa4c6,
            0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff01...0xff60,
            0xffe0...0xffe6, 0x16fe0...0x18cff, 0x1aff0...0x1b2fb, 0x1f200...0x1f251,
            0x20000...0x3fffd:
            true
        default: false
        }
    }
}
