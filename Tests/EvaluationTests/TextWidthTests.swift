import Evaluation
import Testing

@Suite("Width of text")
struct TextWidthTests {
    @Test(
        "counts columns, not letters",
        arguments: [
            ("", 0), ("abc", 3), ("Köln", 4), ("e\u{301}", 1), ("温度", 4), ("한글", 4), ("ｆ", 2),
            ("⠿⣀", 2), ("→±×", 3), ("🌡️", 2), ("👩‍🔧", 2), ("a\u{200b}b", 2),
        ])
    func counts(text: String, expected: Int) {
        #expect(TextWidth.of(text) == expected)
    }

    @Test(
        "cuts with an ellipsis",
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"),
            ("abcdef", 0, ""), ("温度計", 5, "温度…"), ("温度計", 4, "温…"),
        ])
    func cuts(text: String, width: Int, expected: String) {
        #expect(TextWidth.fit(text, width) == expected)
    }

    @Test("pads by columns")
    func pads() {
        #expect(TextWidth.padded("温", 4) == "温  ")
        #expect(TextWidth.rightAligned("温", 4) == "  温")
        #expect(TextWidth.padded("abc", 2) == "abc")
    }
}
