import Evaluation
import Testing

@Suite("Tables of text")
struct TextTableTests {
    @Test("columns are as wide as their widest cell, numbers flush right, no spaces at the end")
    func aligned() {
        var table = TextTable(heading: ["name", "n", "word"], leftAligned: [0, 2])
        table.add(["a", "12", "x"])
        table.add(["温度计", "7", "long one"])
        #expect(
            table.text == """
                name     n  word
                a       12  x
                温度计   7  long one

                """)
    }
}
