import CSimdJSON
import Series

extension WireError: CustomStringConvertible {
    /// What was wrong, and what to send instead.
    package var description: String {
        switch self {
        case .frames(let count):
            "a message of \(count) frames: send the payload, a topic and the payload, or a topic, "
                + "the payload and a sequence number"
        case .sequenceFrame(let bytes):
            "a third frame of \(bytes) bytes: expected a little-endian sequence number of 4 or 8"
        case .empty: "an empty payload"
        case .tooLarge(let bytes, let limit):
            "\(bytes) bytes in one message: limits.message_bytes is \(limit)"
        case .pickle:
            "a Python pickle (send_pyobj), which is never read because it can run any code: send "
                + #"JSON instead, socket.send_json({"stream": "s1", "value": 21.5})"#
        case .unrecognised(let byte):
            "a payload that starts with byte 0x\(String(byte, radix: 16)) is neither JSON, "
                + #"MessagePack, TSB1 nor a number: send {"stream":"s1","value":21.5}"#
        case .json(let code): "not JSON: \(Self.reason(ofJSON: code))"
        case .messagePack(let fault): "not MessagePack: \(fault.text)"
        case .tooDeep: "arrays and objects nested deeper than \(JSONParser.maximumDepth)"
        case .outOfMemory: "no memory to parse the message"
        case .size(let needed, let got): "\(got) bytes where \(needed) were expected"
        case .binaryHeader(let fault): "a TSB1 header with \(fault.text)"
        case .shape:
            #"neither a sample nor a batch: send {"stream":"s1","value":21.5}, an array of these, "#
                + #"or {"t0":1763692800,"dt":0.1,"values":[21.5,21.6]}"#
        case .noValue: #"a sample without a value: expected a key "value""#
        case .value: "a value that is not a number: expected a number, or null when it is missing"
        case .tooManyValues(let count, let limit):
            "\(count) values in one sample: limits.values_per_sample is \(limit)"
        case .time(let fault): fault.text
        case .streamName(let fault): "a stream name that \(fault.text)"
        case .channelName(let fault): "a channel name that \(fault.text)"
        case .inputs(let fault): fault.text
        case .inputName(let fault): "the name of an input that \(fault.text)"
        }
    }

    private static func reason(ofJSON code: Int32) -> String {
        unsafe String(cString: wire_json_reason(code))
    }
}

extension WireError.MessagePackFault {
    fileprivate var text: String {
        switch self {
        case .truncated: "it ends early"
        case .invalidByte: "it has the byte 0xc1"
        case .trailingBytes: "more bytes follow the first object; send one object a message"
        }
    }
}

extension WireError.BinaryFault {
    fileprivate var text: String {
        switch self {
        case .magic: "another magic than TSB1"
        case .kind: "another kind than 1 (samples)"
        case .type: "another dtype than 0 (f64) and 1 (f32)"
        case .channels: "no channels"
        case .flags: "unknown flags"
        }
    }
}

extension WireError.TimeFault {
    fileprivate var text: String {
        switch self {
        case .notATime:
            "a timestamp that is neither a number of seconds nor ISO 8601 text like "
                + "2025-11-21T02:40:00Z"
        case .outOfRange: "a timestamp outside of the years 1677 to 2262"
        case .noStep: "a batch with t0 needs dt, its step in seconds"
        }
    }
}

extension WireError.InputFault {
    fileprivate var text: String {
        switch self {
        case .notAnObject: #"inputs that are no object: send "inputs":{"outside":7.5}"#
        case .notANumber:
            "an input that is not a number: expected a number, or null when it is missing"
        case .notAsLong:
            "an input of a batch that is no array with one number for each sample: send "
                + #""values":[21.5,21.6],"inputs":{"outside":[7.5,7.4]}"#
        }
    }
}

extension StreamName.Fault {
    fileprivate var text: String {
        switch self {
        case .empty: "is empty"
        case .tooLong: "is longer than \(Limits.nameBytes) bytes"
        case .notUTF8: "is not UTF-8"
        case .controlCharacter: "has a control character"
        }
    }
}
