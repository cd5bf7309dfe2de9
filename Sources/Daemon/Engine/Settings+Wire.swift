import Settings
import Wire

extension Settings {
    /// How payloads are read. Settings and Wire do not know each other; a case that only one of
    /// them has fails to compile here.
    var inputFormat: Wire.InputFormat {
        switch input.format {
        case .auto: .auto
        case .json: .json
        case .msgpack: .messagePack
        case .binary: .binary
        case .text: .text
        case .f64: .float64
        case .f32: .float32
        }
    }

    /// How payloads are written.
    var outputFormat: Wire.OutputFormat {
        switch output.format {
        case .json: .json
        case .msgpack: .messagePack
        case .binary: .binary
        }
    }
}
