extension WireError {
    /// What a refusal is counted under: the `reason` of `foretide_input_rejected_total`.
    package enum Reason: Int, Sendable, CaseIterable {
        case frames, sequence, empty, tooLarge, pickle, unrecognised, json, messagePack, depth
        case memory, size, binaryHeader, shape, noValue, value, values, time, streamName
        case channelName, inputs, inputName

        /// The metric's label. People alert on it: it never changes.
        package var label: String {
            switch self {
            case .frames: "frames"
            case .sequence: "sequence"
            case .empty: "empty"
            case .tooLarge: "too_large"
            case .pickle: "pickle"
            case .unrecognised: "unrecognised"
            case .json: "json"
            case .messagePack: "msgpack"
            case .depth: "depth"
            case .memory: "memory"
            case .size: "size"
            case .binaryHeader: "binary_header"
            case .shape: "shape"
            case .noValue: "no_value"
            case .value: "value"
            case .values: "too_many_values"
            case .time: "time"
            case .streamName: "stream_name"
            case .channelName: "channel_name"
            case .inputs: "inputs"
            case .inputName: "input_name"
            }
        }
    }

    package var reason: Reason {
        switch self {
        case .frames: .frames
        case .sequenceFrame: .sequence
        case .empty: .empty
        case .tooLarge: .tooLarge
        case .pickle: .pickle
        case .unrecognised: .unrecognised
        case .json: .json
        case .messagePack: .messagePack
        case .tooDeep: .depth
        case .outOfMemory: .memory
        case .size: .size
        case .binaryHeader: .binaryHeader
        case .shape: .shape
        case .noValue: .noValue
        case .value: .value
        case .tooManyValues: .values
        case .time: .time
        case .streamName: .streamName
        case .channelName: .channelName
        case .inputs: .inputs
        case .inputName: .inputName
        }
    }

    package var label: String { reason.label }
}
