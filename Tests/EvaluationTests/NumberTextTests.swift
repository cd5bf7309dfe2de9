import Evaluation
import TestSupport
import Testing

@Suite("Numbers as text")
struct NumberTextTests {
    @Test("the shortest form reads back exactly")
    func shortestRoundTrips() throws {
        let seed: UInt64 = 41
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        for _ in 0..<100_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            try #require(Double(NumberText.shortest(value)) == value)
        }
        #expect(NumberText.shortest(10844) == "10844")
        #expect(NumberText.shortest(21.5) == "21.5")
        #expect(NumberText.shortest(-0.1) == "-0.1")
        #expect(NumberText.shortest(0) == "0")
    }

    @Test("nanoseconds become seconds without loss")
    func seconds() {
        #expect(NumberText.seconds(nanoseconds: 0) == "0")
        #expect(NumberText.seconds(nanoseconds: 1_404_172_800_000_000_000) == "1404172800")
        #expect(NumberText.seconds(nanoseconds: 1_763_692_800_123_000_000) == "1763692800.123")
        #expect(NumberText.seconds(nanoseconds: 1) == "0.000000001")
        #expect(NumberText.seconds(nanoseconds: -1_500_000_000) == "-1.5")
        #expect(NumberText.seconds(nanoseconds: .min) == "-9223372036.854775808")
    }

    @Test("numbers for people are rounded and grouped")
    func forPeople() {
        #expect(NumberText.fixed(0.67031, decimals: 3) == "0.670")
        #expect(NumberText.fixed(-0.0001, decimals: 3) == "0.000")
        #expect(NumberText.fixed(1.9996, decimals: 3) == "2.000")
        #expect(NumberText.fixed(.nan, decimals: 3) == "–")
        #expect(NumberText.significant(0.0123456) == "0.0123")
        #expect(NumberText.significant(12.3456) == "12.3")
        #expect(NumberText.significant(10_844.4) == "10,844")
        #expect(NumberText.significant(-1234567) == "-1,234,567")
        #expect(NumberText.significant(1.2e12) == "1.20e12")
        #expect(NumberText.significant(0) == "0")
        #expect(NumberText.grouped(1_000_000) == "1,000,000")
        #expect(NumberText.grouped(-999) == "-999")
    }

    @Test("dates are those of the calendar")
    func civilTime() {
        let time = CivilTime(nanoseconds: 1_404_172_800_000_000_000)
        #expect(time.text == "2014-07-01 00:00")
        #expect(CivilTime(nanoseconds: 951_782_399_500_000_000).text == "2000-02-28 23:59:59.5")
        #expect(CivilTime(nanoseconds: 951_782_400_000_000_000).date == "2000-02-29")
        #expect(CivilTime(nanoseconds: -1).text == "1969-12-31 23:59:59.999999999")
        #expect(CivilTime(nanoseconds: .max).date == "2262-04-11")
        #expect(CivilTime(nanoseconds: .min).date == "1677-09-21")
    }
}
