import Series
import Testing

/// Reference values from `date -u -d TEXT +%s%N`.
@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "reads ISO 8601 in its common forms",
        arguments: [
            ("1970-01-01", 0),
            ("1970-01-01T00:00Z", 0),
            ("2016-07-01 00:00:00", 1_467_331_200_000_000_000),
            ("2016-07-01T02:00:00+02:00", 1_467_331_200_000_000_000),
            ("2016-06-30T18:30:00-0530", 1_467_331_200_000_000_000),
            ("2016-07-01 02:00:00 +02", 1_467_331_200_000_000_000),
            ("20160701T000000Z", 1_467_331_200_000_000_000),
            ("2025-11-21T02:40:00.123456789Z", 1_763_692_800_123_456_789),
            ("2025-11-21 02:40:00,5", 1_763_692_800_500_000_000),
            ("2000-02-29", 951_782_400_000_000_000),
            ("1969-12-31T23:59:59Z", -1_000_000_000),
            ("1969-12-31T23:59:59.25Z", -750_000_000),
            ("2016-07-01 0:00", 1_467_331_200_000_000_000),
            ("2016-06-30T24:00Z", 1_467_331_200_000_000_000),
            ("2016-12-31T23:59:60.75Z", 1_483_228_800_000_000_000),
            ("2262-04-11T23:47:16.854775807Z", .max),
            ("2262-04-12T09:47:16.854775807+10:00", .max),
            ("1677-09-21T00:12:43.145224192Z", .min),
        ] as [(String, Int64)])
    func readsISO(text: String, expected: Int64) {
        #expect(Timestamp.nanoseconds(ofISO8601: Array(text.utf8).span) == expected)
    }

    @Test(
        "refuses what is no ISO 8601 time",
        arguments: [
            "", "2016", "2016-7-1", "2016-13-01", "2016-02-30", "1900-02-29", "2016-07-01T",
            "2016-07-01 25:00", "2016-07-01 12:61", "2016-07-01 12:00 CET", "2016-07-01x",
            "2016-07-01 12:00+2", "0001-01-01", "9999-12-31", "noon", "2016-07-01 24:01",
            "2016-07-01 24:00:01", "2016-07-01 24:00:00.5", "2016-07-01 12:00:00.",
            "2262-04-11T23:47:16.854775808Z", "1677-09-21T00:12:43.145224191Z",
        ])
    func refusesOthers(text: String) {
        #expect(Timestamp.nanoseconds(ofISO8601: Array(text.utf8).span) == nil)
    }

    @Test(
        "tells the unit of a number from its size and keeps every digit",
        arguments: [
            ("0", 0),
            ("1763692800", 1_763_692_800_000_000_000),
            ("1763692800.123456789", 1_763_692_800_123_456_789),
            ("1763692800123", 1_763_692_800_123_000_000),
            ("1763692800123.5", 1_763_692_800_123_500_000),
            ("1763692800123456", 1_763_692_800_123_456_000),
            ("1763692800123456789", 1_763_692_800_123_456_789),
            ("-1.5", -1_500_000_000), ("+1.5", 1_500_000_000),
        ] as [(String, Int64)])
    func readsNumbers(text: String, expected: Int64) {
        #expect(Timestamp.nanoseconds(ofNumber: Array(text.utf8).span) == expected)
    }

    @Test(
        "refuses numbers that are no time",
        arguments: ["", "-", ".5", "1e9", "12x", "99999999999", "9223372036.999999999"])
    func refusesNumbers(text: String) {
        // The last two are later than the year 2262: past what 64 bits of nanoseconds hold.
        #expect(Timestamp.nanoseconds(ofNumber: Array(text.utf8).span) == nil)
    }

    @Test("every day of five centuries is one after the day before")
    func countsDays() throws {
        var expected = try #require(Timestamp.daysSince1970(year: 1700, month: 1, day: 1))
        for year in Int64(1700)...2200 {
            for month in Int64(1)...12 {
                for day in Int64(1)...31 {
                    guard
                        let days = Timestamp.daysSince1970(year: year, month: month, day: day)
                    else {
                        try #require(day > 28, "\(year)-\(month)-\(day)")
                        continue
                    }
                    try #require(days == expected, "\(year)-\(month)-\(day)")
                    expected += 1
                }
            }
        }
        #expect(Timestamp.daysSince1970(year: 2201, month: 1, day: 1) == expected)
    }
}
