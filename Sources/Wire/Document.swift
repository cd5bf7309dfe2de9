import CWire

/// A parsed JSON or MessagePack document: a flat list of tokens, depth first, and their text.
///
/// Both parsers write this, so that one interpreter of shapes serves both, without a pointer.
struct Document: ~Escapable {
    private let tokens: Span<wire_token>
    private let text: Span<UInt8>

    @_lifetime(copy tokens, copy text)
    init(tokens: Span<wire_token>, text: Span<UInt8>) {
        self.tokens = tokens
        self.text = text
    }

    enum Token {
        case null
        case bool(Bool)
        case integer(Int64)
        case real(Double)
        case string(Range<Int>)
        /// Elements, and the index behind the last one. The first one is the next token.
        case array(count: Int, end: Int)
        /// Pairs of key and value, and the index behind the last one.
        case map(count: Int, end: Int)
        /// Nanoseconds since 1970.
        case time(Int64)
        case other
    }

    @inline(__always)
    subscript(index: Int) -> Token {
        let token = tokens[index]
        switch Int(token.kind) {
        case Int(wire_null): return .null
        case Int(wire_bool): return .bool(token.bits != 0)
        case Int(wire_integer): return .integer(Int64(bitPattern: token.bits))
        case Int(wire_real): return .real(Double(bitPattern: token.bits))
        case Int(wire_string):
            let start = Int(token.bits)
            return .string(start..<(start + Int(token.count)))
        case Int(wire_array): return .array(count: Int(token.count), end: Int(token.bits))
        case Int(wire_map): return .map(count: Int(token.count), end: Int(token.bits))
        case Int(wire_time): return .time(Int64(bitPattern: token.bits))
        default: return .other
        }
    }

    /// The index behind a value and everything in it.
    func end(of index: Int) -> Int {
        let token = tokens[index]
        let isNested = Int(token.kind) == Int(wire_array) || Int(token.kind) == Int(wire_map)
        return isNested ? Int(token.bits) : index + 1
    }

    /// The bytes of a string: UTF-8 in JSON, anything in MessagePack.
    @_lifetime(copy self)
    func string(_ range: Range<Int>) -> Span<UInt8> {
        text.extracting(range)
    }
}
