import CSimdJSON
import CWire

/// simdjson with its buffers, which grow to the largest message and stay.
@safe
struct JSONParser: ~Copyable {
    /// Arrays and objects in one another; the MessagePack parser's stack has the same depth.
    static let maximumDepth = 32

    private let handle: OpaquePointer

    init() {
        guard let handle = unsafe wire_json_create(Self.maximumDepth) else {
            preconditionFailure("no memory for a JSON parser")
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe wire_json_destroy(handle)
    }

    @inline(__always)
    @_lifetime(&self)
    mutating func parse(_ payload: Span<UInt8>) throws(WireError) -> Document {
        var document = unsafe wire_document()
        var reason: Int32 = 0
        let result = unsafe payload.withUnsafeBufferPointer { bytes in
            unsafe wire_json_parse(handle, bytes.baseAddress, bytes.count, &document, &reason)
        }
        switch Int(result) {
        case Int(wire_json_ok): break
        case Int(wire_json_depth): throw .tooDeep
        case Int(wire_json_memory): throw .outOfMemory
        default: throw .json(code: reason)
        }
        let tokens = unsafe Span(
            _unsafeElements: UnsafeBufferPointer(start: document.tokens, count: document.count))
        let text = unsafe Span(
            _unsafeElements: UnsafeBufferPointer(start: document.text, count: document.text_count))
        return unsafe _overrideLifetime(Document(tokens: tokens, text: text), mutating: &self)
    }
}
