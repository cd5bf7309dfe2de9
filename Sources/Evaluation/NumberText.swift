/// Numbers as text, without Foundation and without a locale: the same bytes on every machine.
package enum NumberText {
    /// The shortest decimal that reads back as the same value: `21.5`, `10844`, `1e-05`.
    package static func shortest(_ value: Double) -> String {
        let text = value.description
        return text.utf8.count > 2 && text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Nanoseconds as seconds, exactly: `1404172800`, `1763692800.123`.
    package static func seconds(nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        let whole = sign + String(magnitude / 1_000_000_000)
        var fraction = magnitude % 1_000_000_000
        if fraction == 0 { return whole }
        var digits = 9
        while fraction % 10 == 0 {
            fraction /= 10
            digits -= 1
        }
        return whole + "." + padded(fraction, digits: digits)
    }

    /// A fixed number of decimals, 0…12, rounded half away from zero: `fixed(0.125, decimals: 2)`
    /// is `0.13`. Above 2⁵³ units of the last decimal the shortest form; "–" for NaN.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        precondition((0...12).contains(decimals))
        guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
        var power: UInt64 = 1
        for _ in 0..<decimals { power *= 10 }
        let scaled = (value.magnitude * Double(power)).rounded()
        guard scaled < 0x1p53 else { return shortest(value) }
        let units = UInt64(scaled)
        let sign = value < 0 && units > 0 ? "-" : ""
        let whole = sign + String(units / power)
        return decimals == 0 ? whole : whole + "." + padded(units % power, digits: decimals)
    }

    /// A share as a percentage: `89.8 %`; "–" for NaN.
    package static func percent(_ share: Double) -> String {
        fixed(100 * share, decimals: 1) + (share.isNaN ? "" : " %")
    }

    /// For a person to read: `digits` significant digits, whole numbers grouped by thousands, very
    /// large and very small ones with an exponent. `0.670`, `12.3`, `10,844`, `1.20e9`.
    package static func significant(_ value: Double, digits: Int = 3) -> String {
        guard value.isFinite, value != 0 else {
            return value == 0 ? "0" : fixed(value, decimals: 0)
        }
        var exponent = 0
        var mantissa = value.magnitude
        while mantissa >= 10 {
            mantissa /= 10
            exponent += 1
        }
        while mantissa < 1 {
            mantissa *= 10
            exponent -= 1
        }
        if exponent < -4 || exponent >= 9 {
            let sign = value < 0 ? "-" : ""
            return sign + fixed(mantissa, decimals: digits - 1) + "e" + String(exponent)
        }
        if exponent >= digits - 1 { return grouped(Int(value.rounded())) }
        return fixed(value, decimals: min(12, digits - 1 - exponent))
    }

    /// A whole number grouped by thousands: `10,844`.
    package static func grouped(_ value: Int) -> String {
        var text = ""
        for (index, digit) in String(value.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + String(text.reversed())
    }

    /// Leading zeros up to `digits`.
    static func padded(_ value: UInt64, digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
