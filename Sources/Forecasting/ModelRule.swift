/// Which streams a configuration is for. The first rule that matches a stream's name wins.
package struct ModelRule: Sendable {
    package var pattern: NamePattern
    package var configuration: ModelConfiguration
    /// What new streams begin with, which fits the configuration; nil: with nothing.
    package var warmStart: WarmStart?

    package init(
        pattern: String = "*", configuration: ModelConfiguration = ModelConfiguration(),
        warmStart: WarmStart? = nil
    ) {
        precondition(warmStart?.misfit(configuration) == nil)
        self.pattern = NamePattern(pattern)
        self.configuration = configuration
        self.warmStart = warmStart
    }
}

/// A pattern of stream names: `*` is any run of bytes (`/` too), `?` any one character.
package struct NamePattern: Hashable, Sendable {
    /// UTF-8.
    let bytes: [UInt8]

    package init(_ text: String) { bytes = Array(text.utf8) }

    /// Greedy matching with one step back to the last `*`: at most |pattern| · |name| comparisons.
    package func matches(_ name: Span<UInt8>) -> Bool {
        var (position, index) = (0, 0)
        var star: (position: Int, index: Int)?
        while index < name.count {
            let byte = position < bytes.count ? bytes[position] : 0
            if byte == UInt8(ascii: "*") {
                star = (position, index)
                position += 1
            } else if byte == UInt8(ascii: "?") {
                position += 1
                index = Self.endOfCharacter(at: index, in: name)
            } else if position < bytes.count, byte == name[index] {
                position += 1
                index += 1
            } else if let last = star {
                star = (last.position, last.index + 1)
                position = last.position + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        while position < bytes.count, bytes[position] == UInt8(ascii: "*") { position += 1 }
        return position == bytes.count
    }

    /// The index after the UTF-8 character that starts at `index`.
    private static func endOfCharacter(at index: Int, in name: Span<UInt8>) -> Int {
        var end = index + 1
        while end < name.count, name[end] & 0xc0 == 0x80 { end += 1 }
        return end
    }
}
