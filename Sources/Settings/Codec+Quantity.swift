/// A number and its unit in one text, such as "30s" or "1MiB".
enum Quantity {
    /// Nanoseconds of one of each unit of time.
    static let nanoseconds: [(unit: String, scale: Int64)] = [
        ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]

    /// Bytes of one of each unit of size.
    static let bytes: [(unit: String, scale: Int64)] = [
        ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
        ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ]

    /// "1.5s" with the units of time is 1,500,000,000. Nothing if it is not a number with one of
    /// the units, is negative, too large, or not a whole number of the smallest unit.
    static func parse(_ text: String, units: [(unit: String, scale: Int64)]) -> Int64? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let scale = units.first(where: { $0.unit == unit })?.scale else { return nil }
        if let whole = Int64(digits) {
            let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
            return overflow ? nil : product
        }
        guard digits.first != ".", digits.last != ".", let number = Double(digits) else {
            return nil
        }
        let product = (number * Double(scale)).rounded()
        guard abs(product - number * Double(scale)) <= product * 1e-12 else { return nil }
        return Int64(exactly: product)
    }

    /// The shortest whole number with a unit: 90,000,000,000 ns is "90s", 60,000,000,000 is "1m".
    static func text(_ amount: Int64, units: [(unit: String, scale: Int64)]) -> String {
        guard amount != 0 else { return "0" + (units.contains { $0.unit == "s" } ? "s" : "B") }
        let best = units.filter { amount % $0.scale == 0 }.max { $0.scale < $1.scale }
        return best.map { "\(amount / $0.scale)\($0.unit)" } ?? "\(amount)"
    }
}

extension Codec<Duration> {
    /// A length of time such as "30s", exact to the nanosecond, at most 292 years.
    package static func duration(_ range: ClosedRange<Duration>) -> Self {
        let kind = "duration \(text(range.lowerBound))…\(text(range.upperBound))"
        return Codec(
            kind, expected: "a \(kind), as in \"500ms\", \"30s\", \"5m\", \"12h\" or \"7d\"",
            decode: { value in
                guard
                    let text = value.string,
                    let amount = Quantity.parse(text, units: Quantity.nanoseconds)
                else { return nil }
                let duration = Duration.nanoseconds(amount)
                return range.contains(duration) ? duration : nil
            },
            encode: { "\"\(text($0))\"" })
    }

    private static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return Quantity.text(
            seconds * 1_000_000_000 + attoseconds / 1_000_000_000, units: Quantity.nanoseconds)
    }
}

extension Codec<Int> {
    /// A number of bytes such as "1MiB"; a plain integer counts bytes.
    package static func size(_ range: ClosedRange<Int>) -> Self {
        let kind = "size \(text(range.lowerBound))…\(text(range.upperBound))"
        return Codec(
            kind, expected: "a \(kind), as in \"512KiB\", \"1MiB\" or \"2GiB\"",
            decode: { value in
                let bytes: Int?
                if case .integer(let integer) = value {
                    bytes = integer
                } else {
                    bytes = value.string.flatMap { Quantity.parse($0, units: Quantity.bytes) }
                        .map(Int.init)
                }
                return bytes.flatMap { range.contains($0) ? $0 : nil }
            },
            encode: { "\"\(text($0))\"" })
    }

    private static func text(_ bytes: Int) -> String {
        Quantity.text(Int64(bytes), units: Quantity.bytes)
    }
}
