import Series

extension Document {
    /// One value: NaN when it is null, NaN, an infinity, or the text of one of these. A number as
    /// text counts as that number.
    func value(at index: Int) throws(WireError) -> Double {
        switch self[index] {
        case .null: return .nan
        case .integer(let value): return Double(value)
        case .real(let value): return value
        case .string(let range):
            guard let value = Number.parse(string(range).trimmed()) else { throw .value }
            return value
        default: throw .value
        }
    }

    /// A number itself, nil for anything else.
    func number(at index: Int?) -> Double? {
        guard let index else { return nil }
        return switch self[index] {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    /// A time, nil when it is null or NaN: then the sample's arrival counts.
    func time(at index: Int) throws(WireError) -> Int64? {
        switch self[index] {
        case .null: return nil
        case .real(let value) where value.isNaN: return nil
        case .integer, .real: return try time(at: index, unit: nil)
        case .time(let nanoseconds): return nanoseconds
        case .string(let range):
            guard let time = Timestamp.nanoseconds(text: string(range).trimmed()) else {
                throw .time(.notATime)
            }
            return time
        default: throw .time(.notATime)
        }
    }

    /// A number as a time; nothing is 0.
    private func time(at index: Int?, unit: Timestamp.Unit?) throws(WireError) -> Int64 {
        guard let index else { return 0 }
        let time: Int64? =
            switch self[index] {
            case .integer(let value): Timestamp.nanoseconds(value, unit: unit)
            case .real(let value): Timestamp.nanoseconds(value, unit: unit)
            case .null: 0
            default: nil
            }
        guard let time else { throw .time(.outOfRange) }
        return time
    }

    /// Base time plus time (RFC 8428, 4.5.3): below 2^28 it is relative to now, which for us is the
    /// sample's arrival, so nil. Both parts are exact; their sum tells the unit of both.
    func senMLTime(at index: Int?, base: Int?) throws(WireError) -> Int64? {
        if let index {
            switch self[index] {
            case .string, .time: return try time(at: index)
            case .null, .integer, .real: break
            default: throw .time(.notATime)
            }
        }
        let sum = (number(at: index) ?? 0) + (number(at: base) ?? 0)
        if sum.isNaN || sum < 0x1p28 { return nil }
        let unit = Timestamp.Unit(magnitude: sum)
        let own = try time(at: index, unit: unit)
        let (total, overflow) = own.addingReportingOverflow(try time(at: base, unit: unit))
        if overflow { throw .time(.outOfRange) }
        return total
    }
}
