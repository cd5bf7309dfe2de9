/// How the payloads of an input are written; the raw values are those of `input.format`.
package enum InputFormat: String, Sendable, CaseIterable {
    /// The payload's first byte tells: JSON, MessagePack, TSB1 or text.
    case auto
    case json
    case messagePack = "msgpack"
    /// TSB1, our binary batches.
    case binary
    /// One number as decimal text.
    case text
    /// Raw little-endian numbers, one sample each. No payload tells that it is one of these.
    case float64 = "f64"
    case float32 = "f32"
}

/// How forecasts are written; the raw values are those of `output.format`.
package enum OutputFormat: String, Sendable, CaseIterable {
    case json
    case messagePack = "msgpack"
    /// TSB1 of kind 2.
    case binary

    /// The format of a published payload that begins with this byte.
    package init(firstByte: UInt8) {
        switch firstByte {
        case UInt8(ascii: "{"): self = .json
        case UInt8(ascii: "T"): self = .binary
        default: self = .messagePack
        }
    }
}
