package import Series

/// Why a message, or one sample of it, was refused. Counted by `reason`, logged at most once a
/// minute, never fatal.
package enum WireError: Error, Equatable, Sendable {
    /// More frames than topic, payload and sequence, or none.
    case frames(count: Int)
    /// A third frame that is no sequence number of 4 or 8 bytes.
    case sequenceFrame(bytes: Int)
    case empty
    case tooLarge(bytes: Int, limit: Int)
    case pickle
    /// Neither JSON, MessagePack nor TSB1, and not a number as text.
    case unrecognised(firstByte: UInt8)
    /// No JSON; `code` is simdjson's.
    case json(code: Int32)
    case messagePack(MessagePackFault)
    case tooDeep
    case outOfMemory
    /// TSB1 or raw numbers with too few bytes, or too many.
    case size(needed: Int, got: Int)
    case binaryHeader(BinaryFault)
    /// Readable, but of a shape that is neither a sample nor a batch.
    case shape
    case noValue
    /// A value that is no number, like a boolean or the text "on".
    case value
    case tooManyValues(count: Int, limit: Int)
    case time(TimeFault)
    case streamName(StreamName.Fault)
    case channelName(StreamName.Fault)
    /// Exogenous inputs that are no object of numbers; of a batch, no object of arrays.
    case inputs(InputFault)
    case inputName(StreamName.Fault)

    package enum InputFault: Sendable, CaseIterable {
        /// Neither an object nor null.
        case notAnObject
        case notANumber
        /// An input of a batch that is no array with an element for each sample.
        case notAsLong
    }

    package enum MessagePackFault: Sendable, CaseIterable {
        case truncated, invalidByte, trailingBytes
    }

    package enum BinaryFault: Sendable, CaseIterable {
        case magic, kind, type, channels, flags
    }

    package enum TimeFault: Sendable, CaseIterable {
        /// Neither a number nor ISO 8601 text.
        case notATime
        /// Outside of the years 1677 to 2262, which 64 bits of nanoseconds hold.
        case outOfRange
        /// A batch with `t0` and without `dt`, or with a `dt` that is no number.
        case noStep
    }
}
