import Series
import Testing
import Wire

@Suite("Refusals")
struct WireErrorTests {
    @Test("labels are fixed and each has its own")
    func labels() {
        let labels = WireError.Reason.allCases.map(\.label)
        #expect(
            labels == [
                "frames", "sequence", "empty", "too_large", "pickle", "unrecognised", "json",
                "msgpack", "depth", "memory", "size", "binary_header", "shape", "no_value", "value",
                "too_many_values", "time", "stream_name", "channel_name", "inputs", "input_name",
            ])
        var rejections = Rejections()
        rejections.add(.channelName(.empty))
        #expect(rejections[.channelName] == 1 && rejections.total == 1)
    }

    @Test("a pickle is refused with what to send instead")
    func pickle() {
        // python3: pickle.dumps({"stream": "s1", "value": 21.5}) and pickle.dumps(21.5, protocol=2)
        for hex in [
            "80049524000000000000007d94288c0673747265616d948c027331948c0576616c75659447403580"
                + "0000000000752e",
            "80024740358000000000002e",
        ] {
            for format in [InputFormat.auto, .json, .messagePack] {
                #expect(failure(bytes(hex: hex), format: format) == .pickle)
            }
        }
        #expect(WireError.pickle.description.contains("send_json"))
    }

    @Test("a message over limits.message_bytes is refused")
    func tooLarge() {
        var limits = Limits()
        limits.messageBytes = 10
        #expect(failure(#"{"value":1}"#, limits: limits) == .tooLarge(bytes: 11, limit: 10))
        #expect(failure("1234567890", limits: limits) == nil)
    }

    @Test("every description says something")
    func descriptions() {
        let errors: [WireError] =
            [
                .frames(count: 5), .sequenceFrame(bytes: 3), .empty, .tooLarge(bytes: 2, limit: 1),
                .pickle, .unrecognised(firstByte: 0x1f), .json(code: 3), .tooDeep, .outOfMemory,
                .size(needed: 40, got: 3), .shape, .noValue, .value,
                .tooManyValues(count: 9, limit: 8),
            ] + WireError.MessagePackFault.allCases.map { .messagePack($0) }
            + WireError.BinaryFault.allCases.map { .binaryHeader($0) }
            + WireError.TimeFault.allCases.map { .time($0) }
            + StreamName.Fault.allCases.flatMap {
                [.streamName($0), .channelName($0), .inputName($0)]
            } + WireError.InputFault.allCases.map { .inputs($0) }
        #expect(Set(errors.map(\.label)).count == WireError.Reason.allCases.count)
        #expect(Set(errors.map(\.description)).count == errors.count)
        for error in errors { #expect(error.description.count > 10, "\(error)") }
    }
}
