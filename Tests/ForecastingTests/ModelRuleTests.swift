import Forecasting
import Series
import Testing

@Suite("ModelRule and ModelConfiguration")
struct ModelRuleTests {
    @Test(
        "patterns match names",
        arguments: [
            ("*", "anything", true), ("", "", true), ("a", "a", true), ("a", "ab", false),
            ("plant/*", "plant/boiler/temp", true), ("plant/*", "plan", false),
            ("*/temp", "plant/boiler/temp", true), ("*/temp", "plant/temperature", false),
            ("s?", "s1", true), ("s?", "s10", false), ("s?", "sé", true), ("s?", "s", false),
            ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false),
            ("a**b", "ab", true), ("*****x", "aaaaaaaaaaaaaaaaaaaa", false),
        ])
    func matches(pattern: String, name: String, expected: Bool) {
        let bytes = Array(name.utf8)
        #expect(NamePattern(pattern).matches(bytes.span) == expected)
    }

    @Test("the first rule that matches wins, and without one the defaults hold")
    func firstWins() throws {
        var (none, wide) = (ModelConfiguration(cell: .none), ModelConfiguration())
        none.level = 0.5
        wide.level = 0.8
        var feed = Feed(rules: [
            ModelRule(pattern: "a*", configuration: none),
            ModelRule(pattern: "ab*", configuration: wide),
            ModelRule(pattern: "b*", configuration: wide),
        ])
        #expect(try feed.send(1, stream: "abc")?.level == 0.5)
        #expect(try feed.send(1, stream: "bbc")?.level == 0.8)
        #expect(try feed.send(1, stream: "c")?.level == 0.9)
    }

    @Test("a configuration names the number that is out of range")
    func faults() {
        var configuration = ModelConfiguration()
        #expect(configuration.fault == nil)
        configuration.dropout = 1
        #expect(configuration.fault == "dropout")
        configuration.window = 0
        #expect(configuration.fault == "window")
    }
}
