/// Why bytes are not the state of a stream. Whoever restores goes on without them.
package enum StateError: Error, Equatable, Sendable {
    /// They end before the state does.
    case truncated(needed: Int, got: Int)
    /// They go on after the state's end.
    case trailingBytes(count: Int)
    /// They are something else.
    case wrongMagic
    /// A later version of the program wrote them; they are to be left alone.
    case newerFormat(UInt32)
    /// A number that the running program never writes there: an offset into the bytes.
    case outOfRange(offset: Int)
    /// An infinity or NaN where there is none in a working stream.
    case notFinite(offset: Int)
    /// An array of another size than the settings stored with it say.
    case wrongShape(expected: Int, got: Int)
    /// The name is none that a sample could have (`StreamName.fault`).
    case invalidName
    /// A new stream past `Limits.maxStreams` or `Limits.memoryBytes`.
    case tooManyStreams
    /// More channels than `Limits.valuesPerSample`, whose samples would be refused.
    case tooManyChannels(count: Int, limit: Int)
}

extension StateError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let needed, let got):
            "the state is cut off: \(got) bytes, at least \(needed) expected"
        case .trailingBytes(let count):
            "\(count) bytes after the end of the state"
        case .wrongMagic:
            "not the state of a stream"
        case .newerFormat(let format):
            "format \(format) is newer than this program, which reads up to "
                + "\(Forecaster.stateFormat): start the newer version, or reset the stream"
        case .outOfRange(let offset):
            "the number at byte \(offset) is out of range"
        case .notFinite(let offset):
            "a number in the array at byte \(offset) is not finite"
        case .wrongShape(let expected, let got):
            "an array of \(got) numbers, \(expected) expected"
        case .invalidName:
            "no valid name of a stream"
        case .tooManyStreams:
            "limits.max_streams or limits.memory is reached"
        case .tooManyChannels(let count, let limit):
            "\(count) channels, limits.values_per_sample is \(limit)"
        }
    }
}
