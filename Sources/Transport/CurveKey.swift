import CZeroMQ

/// A key of CURVE, public or secret: 32 bytes, which people write as 40 characters of Z85
/// (ZeroMQ RFC 32).
package struct CurveKey: Hashable, Sendable {
    /// Of a key, and of its text.
    static let byteCount = 32
    package static let characterCount = 40

    /// 32 of them.
    let bytes: [UInt8]

    /// Nil when it is not 40 characters of Z85 that stand for 32 bytes.
    package init?(_ text: some StringProtocol) {
        // libzmq reads any length.
        guard text.utf8.count == Self.characterCount, !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        guard unsafe zmq_z85_decode(&bytes, String(text)) != nil else { return nil }
        self.bytes = bytes
    }

    /// Nil when these are not 32 bytes.
    init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes.indices.map { bytes[$0] }
    }

    /// As Z85.
    package var text: String {
        var text = [CChar](repeating: 0, count: Self.characterCount + 1)
        unsafe _ = zmq_z85_encode(&text, bytes, bytes.count)
        return text.withoutEnd
    }
}

/// Both keys of one side (zmq_curve_keypair, zmq_curve_public).
package struct CurveKeyPair: Sendable, Equatable {
    package let publicKey: CurveKey
    package let secretKey: CurveKey

    /// A new pair from the system's random source. Fails when libzmq was built without CURVE.
    package init() throws(ZeroMQError) {
        var publicText = [CChar](repeating: 0, count: CurveKey.characterCount + 1)
        var secretText = publicText
        guard unsafe zmq_curve_keypair(&publicText, &secretText) == 0,
            let publicKey = CurveKey(publicText.withoutEnd),
            let secretKey = CurveKey(secretText.withoutEnd)
        else { throw ZeroMQError(.get, "a CURVE key pair", code: zmq_errno()) }
        (self.publicKey, self.secretKey) = (publicKey, secretKey)
    }

    /// The pair that a secret key belongs to. Fails when libzmq was built without CURVE.
    package init(secretKey: CurveKey) throws(ZeroMQError) {
        var text = [CChar](repeating: 0, count: CurveKey.characterCount + 1)
        guard unsafe zmq_curve_public(&text, secretKey.text) == 0,
            let publicKey = CurveKey(text.withoutEnd)
        else { throw ZeroMQError(.get, "the public key of a CURVE key", code: zmq_errno()) }
        (self.publicKey, self.secretKey) = (publicKey, secretKey)
    }
}

/// A client of CURVE: who it is, and the server that it talks to, which nobody else can be.
package struct CurveIdentity: Sendable, Equatable {
    package let keys: CurveKeyPair
    package let serverKey: CurveKey

    package init(_ keys: CurveKeyPair, serverKey: CurveKey) {
        self.keys = keys
        self.serverKey = serverKey
    }
}

extension [CChar] {
    /// The text before the NUL.
    fileprivate var withoutEnd: String {
        String(decoding: prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
