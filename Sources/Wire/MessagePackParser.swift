import CMessagePack
import CWire

/// msgpack-c with its list of tokens, which grows to the largest message and stays.
@safe
struct MessagePackParser: ~Copyable {
    private var list = unsafe wire_token_list()

    deinit {
        var list = unsafe list
        unsafe wire_release(&list)
    }

    /// - Returns: a document whose text is the payload itself.
    @_lifetime(&self, copy payload)
    mutating func parse(_ payload: Span<UInt8>) throws(WireError) -> Document {
        var document = unsafe wire_document()
        let result = unsafe payload.withUnsafeBufferPointer { bytes in
            unsafe wire_msgpack_parse(&list, bytes.baseAddress, bytes.count, &document)
        }
        switch Int(result) {
        case Int(wire_msgpack_ok): break
        case Int(wire_msgpack_depth): throw .tooDeep
        case Int(wire_msgpack_memory): throw .outOfMemory
        case Int(wire_msgpack_truncated): throw .messagePack(.truncated)
        case Int(wire_msgpack_trailing): throw .messagePack(.trailingBytes)
        default: throw .messagePack(.invalidByte)
        }
        let tokens = unsafe Span(
            _unsafeElements: UnsafeBufferPointer(start: document.tokens, count: document.count))
        return Document(
            tokens: unsafe _overrideLifetime(tokens, mutating: &self), text: payload)
    }
}
