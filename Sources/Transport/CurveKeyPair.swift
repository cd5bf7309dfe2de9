import CZeroMQ

/// A CURVE key pair, each key 40 characters of Z85 (zmq_curve_keypair).
package struct CurveKeyPair: Sendable, Equatable {
    package let publicKey: String
    package let secretKey: String

    /// A new pair from the system's random source. Fails when libzmq was built without CURVE.
    package init() throws(ZeroMQError) {
        var publicBytes = [CChar](repeating: 0, count: 41)
        var secretBytes = [CChar](repeating: 0, count: 41)
        guard unsafe zmq_curve_keypair(&publicBytes, &secretBytes) == 0 else {
            throw ZeroMQError(.get, "a CURVE key pair", code: zmq_errno())
        }
        func text(_ bytes: [CChar]) -> String {
            String(decoding: bytes.prefix(40).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        publicKey = text(publicBytes)
        secretKey = text(secretBytes)
    }
}
