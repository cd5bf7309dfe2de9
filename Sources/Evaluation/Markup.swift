/// Text inside HTML.
enum Markup {
    /// With the characters replaced that would end the text or its attribute.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A table that scrolls by itself where it is wider than the page; the caption does not. The
    /// first column holds names, the others numbers. Cells are markup, headings text.
    static func table(caption: String, headings: [String], rows: [[String]]) -> String {
        let caption = escaped(caption)
        var text = "<p class=\"caption\">\(caption)</p><div class=\"scroll\" tabindex=\"0\">"
        text += "<table aria-label=\"\(caption)\"><thead><tr>"
        for heading in headings { text += "<th scope=\"col\">\(escaped(heading))</th>" }
        text += "</tr></thead><tbody>\n"
        for row in rows {
            text += "<tr>"
            for (index, cell) in row.enumerated() {
                text += index == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td>\(cell)</td>"
            }
            text += "</tr>\n"
        }
        return text + "</tbody></table></div>\n"
    }
}
