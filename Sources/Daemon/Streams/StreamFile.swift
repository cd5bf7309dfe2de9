import Forecasting
import Networks
import Series
import Store
import Wire

/// A stream as a file of named tensors (docs/control.md): its nets for other programs, and its
/// exact state, from which it goes on bit by bit.
package enum StreamFile {
    package static let suffix = ".safetensors"
    private static let stateName = "state"
    private static let formatName = "foretide_format"
    private static let checksumName = "state_crc32c"
    /// The version of what this file says besides the state.
    private static let format = "1"

    /// The file of a stream.   notes: what else is to be in `__metadata__`.
    static func encode(
        _ stream: Forecasting.Stream, notes: [(String, String)] = []
    ) -> [UInt8] {
        var state: [UInt8] = []
        Forecaster.snapshot(of: stream, into: &state)
        var tensors = stream.tensors.map { tensor in
            Safetensors.Tensor(
                name: tensor.name, type: .f32, shape: tensor.shape, bytes: bytes(tensor.values))
        }
        tensors.append(.init(name: stateName, type: .u8, shape: [state.count], bytes: state))
        let metadata: [(String, String)] = [
            (formatName, format),
            ("foretide_version", Program.version),
            ("stream", String(decoding: stream.name, as: UTF8.self)),
            ("state_format", "\(Forecaster.stateFormat)"),
            (checksumName, checksum(state)),
            (
                "model",
                StreamDescription.model(stream.configuration, inputs: stream.inputNames.count).text
            ),
            ("channel_names", StreamDescription.names(stream.channelNames).text),
            ("input_names", StreamDescription.names(stream.inputNames).text),
            ("seq", "\(stream.sequence)"),
            ("last_time_ns", stream.newestTime.map(String.init) ?? ""),
        ]
        return Safetensors(
            metadata: (metadata + notes).map { Safetensors.Entry($0.0, $0.1) }, tensors: tensors
        ).encoded
    }

    /// Reads a file, and refuses it unless every byte of the state and every number of the nets is
    /// as it was written.
    /// - Parameters:
    ///   - name: of the stream; nil: as the file says.
    ///   - channelLimit: most channels.
    static func decode(
        _ bytes: Span<UInt8>, name: [UInt8]?, channelLimit: Int
    ) throws(ControlError) -> Forecasting.Stream {
        let file: Safetensors
        do throws(SafetensorsError) { file = try Safetensors(reading: bytes) } catch {
            throw ControlError(.badFile, "\(error)")
        }
        guard let format = file.text(formatName), let state = file[stateName], state.type == .u8
        else {
            throw ControlError(.badFile, "not a file that `foretide streams export` has made")
        }
        guard format == Self.format else {
            throw ControlError(.badFile, "a newer foretide made this file: import it with that one")
        }
        guard file.text(checksumName) == checksum(state.bytes) else {
            throw ControlError(.badFile, "the checksum of the state is wrong: the file is damaged")
        }
        guard let name = name ?? file.text("stream").map({ Array($0.utf8) }) else {
            throw ControlError(.badFile, "the file does not say which stream it is")
        }
        let stream: Forecasting.Stream
        do throws(StateError) {
            let bytes = state.bytes.span
            stream = try Forecaster.stream(
                name: name.span, from: unsafe bytes.bytes, channelLimit: channelLimit)
        } catch {
            throw ControlError(.badFile, "\(error)")
        }
        try check(file, against: stream)
        return stream
    }

    /// The nets are in the state too, and that is what counts: a file whose nets say something else
    /// would not do what its reader expects.
    private static func check(
        _ file: Safetensors, against stream: Forecasting.Stream
    ) throws(ControlError) {
        let expected = stream.tensors
        for tensor in expected {
            let found = file[tensor.name]
            // Outputs differ in the last bits from one instruction set to another.
            let isComputed = tensor.name.hasSuffix(Forecasting.Stream.outputsName)
            guard found?.type == .f32, found?.shape == tensor.shape,
                isComputed || found?.bytes == bytes(tensor.values)
            else {
                throw ControlError(
                    .badFile,
                    "the tensor \"\(tensor.name)\" is not what the state has: the file is damaged"
                        + " or was changed, and only what foretide has learned can be imported")
            }
        }
        guard file.tensors.count == expected.count + 1 else {
            throw ControlError(.badFile, "the file has tensors that are not of this stream")
        }
    }

    private static func bytes(_ values: [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * values.count)
        for value in values {
            let bits = value.bitPattern
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        }
        return bytes
    }

    private static func checksum(_ bytes: [UInt8]) -> String {
        var crc = CRC32C()
        crc.update(bytes.span)
        let digits = String(crc.value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// The name of the file of a stream, from which no path can be made: letters, digits, `.`, `-`
    /// and `_` as they are, other bytes as `%2F`, and no `.` in front.
    package static func fileName(of name: [UInt8]) -> String {
        var text = ""
        for (index, byte) in name.enumerated() {
            let isPlain: Bool =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                case UInt8(ascii: "."): index > 0
                default: false
                }
            if isPlain {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return text + suffix
    }
}
