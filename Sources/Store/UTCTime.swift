import Glibc

/// A point in time as part of a file's name.
enum UTCTime {
    /// `20251121T105623.123456789Z`, of nanoseconds since 1970: the order of such names is that of
    /// their times.
    static func compact(_ timeNanoseconds: Int64) -> String {
        let billion: Int64 = 1_000_000_000
        let nanoseconds = ((timeNanoseconds % billion) + billion) % billion
        var seconds = time_t((timeNanoseconds - nanoseconds) / billion)
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let date =
            unsafe digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1)
            + digits(parts.tm_mday)
        let time = unsafe digits(parts.tm_hour) + digits(parts.tm_min) + digits(parts.tm_sec)
        return "\(date)T\(time).\(digits(Int32(nanoseconds), 9))Z"
    }

    private static func digits(_ value: Int32, _ count: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
