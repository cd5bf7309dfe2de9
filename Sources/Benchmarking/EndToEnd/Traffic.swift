import Synchronization

/// What the two ends of a load tell each other while it runs.
final class Traffic: Sendable {
    /// Set by the receiver with the first answer to a probe.
    let isJoined = Atomic(false)
    /// Samples that have come out again.
    let received = Atomic(0)
    /// Samples sent in all, once the sender has ended; -1 before.
    let sentInAll = Atomic(-1)
    /// Set when one end fails, so that the other one ends too.
    let isFailed = Atomic(false)
}

/// A message's number as its sample's time, which both pipelines give back: a millisecond each.
package enum MessageNumber {
    /// Seconds since 1970 of message 0. Earlier ones are probes, numbered below 0.
    static let start = 1_700_000_000
    /// Of the time's text: `1700000000.000`.
    static let digits = 14

    /// The number of the message whose JSON this is; nil where there is none.
    package static func read(_ payload: Span<UInt8>) -> Int? {
        let key: StaticString = "\"ts\":"
        guard var index = payload.index(after: key) else { return nil }
        var seconds = 0
        while index < payload.count, let digit = payload.digit(index) {
            seconds = seconds * 10 + digit
            index += 1
        }
        var milliseconds = 0
        var place = 100
        if index < payload.count, payload[index] == UInt8(ascii: ".") {
            index += 1
            while index < payload.count, place > 0, let digit = payload.digit(index) {
                milliseconds += digit * place
                place /= 10
                index += 1
            }
        }
        return (seconds - start) * 1_000 + milliseconds
    }
}

extension Span<UInt8> {
    /// Behind the first place where `key` is.
    fileprivate func index(after key: StaticString) -> Int? {
        let length = key.utf8CodeUnitCount
        guard count > length else { return nil }
        for start in 0..<(count - length) {
            var same = 0
            key.withUTF8Buffer { bytes in
                while same < length, unsafe self[start + same] == bytes[same] { same += 1 }
            }
            if same == length { return start + length }
        }
        return nil
    }

    fileprivate func digit(_ index: Int) -> Int? {
        let value = Int(self[index]) - Int(UInt8(ascii: "0"))
        return (0...9).contains(value) ? value : nil
    }
}
