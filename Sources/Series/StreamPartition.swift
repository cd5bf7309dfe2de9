/// The unit of ownership: the streams of a partition are worked on by one thread, kept in one
/// transaction, and may share nets.
package enum StreamPartition {
    package static let count = 64

    /// The partition of a stream, 0..<count.
    package static func of(name: [UInt8]) -> Int { of(StreamName.hash(name.span)) }

    /// The same of the stream whose name has this hash (`StreamName.hash`).
    package static func of(_ nameHash: UInt64) -> Int { Int(nameHash % UInt64(count)) }
}
