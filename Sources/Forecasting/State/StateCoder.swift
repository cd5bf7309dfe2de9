import Series

/// Writes the state of a stream as bytes, or reads it back.
///
/// Each type says once, in its `code(with:)`, which of its numbers are state, in which order and
/// within which bounds: one description serves both directions, so that they cannot differ. What
/// the configuration or other numbers determine to the last bit is not among them.
///
/// Little-endian without padding: integers of their width (Int as 64 bits), floating-point numbers
/// as their bit patterns, Bool and enumerations as one byte, optionals as a Bool and the value,
/// arrays as a u32 count and the numbers. While writing, values are left alone; they are checked
/// while reading, and nothing that is read makes a working stream trap.
struct StateCoder {
    let isReading: Bool
    /// What has been written so far, or all that there is to read.
    var bytes: [UInt8]
    /// The version of the encoding: the newest while writing.
    var format = Forecaster.stateFormat
    /// Of the next byte to read.
    private(set) var position = 0

    /// The largest count of anything: far from overflow, and exact as a Double.
    static let largestCount = 1 << 53

    init(appendingTo bytes: consuming [UInt8]) {
        isReading = false
        self.bytes = bytes
    }

    init(reading bytes: RawSpan) {
        isReading = true
        self.bytes = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// Throws when bytes are left over.
    func finish() throws(StateError) {
        guard isReading, position < bytes.count else { return }
        throw .trailingBytes(count: bytes.count - position)
    }

    // MARK: One number

    mutating func code<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: inout Value, in range: ClosedRange<Value>
    ) throws(StateError) {
        guard isReading else { return store(value) }
        let offset = position
        let number = try load(Value.self)
        guard range.contains(number) else { throw .outOfRange(offset: offset) }
        value = number
    }

    mutating func code<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: inout Value
    ) throws(StateError) {
        try code(&value, in: .min ... .max)
    }

    /// A count of something: 0 or more.
    mutating func code(count: inout Int, upTo largest: Int = largestCount) throws(StateError) {
        try code(&count, in: 0...largest)
    }

    /// A finite number.
    mutating func code(_ value: inout Double) throws(StateError) {
        try code(&value, in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
    }

    mutating func code(
        _ value: inout Double, in range: ClosedRange<Double>
    ) throws(StateError) {
        guard isReading else { return store(value.bitPattern) }
        let offset = position
        let number = Double(bitPattern: try load(UInt64.self))
        guard range.contains(number) else { throw .outOfRange(offset: offset) }
        value = number
    }

    /// A finite number, 0 or more.
    mutating func code(positive value: inout Double) throws(StateError) {
        try code(&value, in: 0...Double.greatestFiniteMagnitude)
    }

    /// Any number at all, NaN for none.
    mutating func code(any value: inout Double) throws(StateError) {
        guard isReading else { return store(value.bitPattern) }
        value = Double(bitPattern: try load(UInt64.self))
    }

    mutating func code(_ value: inout Bool) throws(StateError) {
        var byte: UInt8 = value ? 1 : 0
        try code(&byte, in: 0...1)
        value = byte == 1
    }

    mutating func code<Value: RawRepresentable<UInt8>>(
        _ value: inout Value
    ) throws(StateError) {
        guard isReading else { return store(value.rawValue) }
        let offset = position
        guard let read = Value(rawValue: try load(UInt8.self)) else {
            throw .outOfRange(offset: offset)
        }
        value = read
    }

    /// An optional: whether there is a value, and then the value, which starts as `blank` when it
    /// is read.
    mutating func code<Value>(
        _ value: inout Value?, blank: Value,
        _ codeValue: (inout StateCoder, inout Value) throws(StateError) -> Void
    ) throws(StateError) {
        var isThere = value != nil
        try code(&isThere)
        guard isThere else { return value = nil }
        var inner = value ?? blank
        try codeValue(&self, &inner)
        value = inner
    }

    // MARK: Arrays

    /// Numbers of which the reader knows how many there are.
    mutating func code<Number: BinaryFloatingPoint & BitwiseCopyable>(
        _ numbers: inout [Number], finite: Bool = true
    ) throws(StateError) {
        try code(&numbers, part: numbers.indices, finite: finite)
    }

    /// A part of an array; the reader knows which one.
    mutating func code<Number: BinaryFloatingPoint & BitwiseCopyable>(
        _ numbers: inout [Number], part: Range<Int>, finite: Bool = true
    ) throws(StateError) {
        guard isReading else {
            store(UInt32(part.count))
            return append(numbers, part)
        }
        let count = Int(try load(UInt32.self))
        guard count == part.count else {
            throw .wrongShape(expected: part.count, got: count)
        }
        let offset = position
        try copy(into: &numbers, part)
        guard finite else { return }
        var isFinite = true
        for index in part where !numbers[index].isFinite { isFinite = false }
        if !isFinite { throw .notFinite(offset: offset) }
    }

    /// Bytes, `largest` at most.
    mutating func code(_ text: inout [UInt8], upTo largest: Int) throws(StateError) {
        var count = UInt32(text.count)
        try code(&count, in: 0...UInt32(largest))
        guard isReading else { return bytes.append(contentsOf: text) }
        try require(Int(count))
        text = [UInt8](bytes[position..<position + Int(count)])
        position += Int(count)
    }

    /// The name of a stream's channel or input.
    mutating func code(name: inout [UInt8]) throws(StateError) {
        let offset = position
        try code(&name, upTo: Limits.nameBytes)
        guard StreamName.fault(in: name.span) == nil else { throw .outOfRange(offset: offset) }
    }

    /// Names of exogenous inputs, which formats before the fourth had not.
    mutating func code(inputNames: inout [[UInt8]], upTo largest: Int) throws(StateError) {
        guard format > 3 else { return }
        var count = inputNames.count
        try code(count: &count, upTo: largest)
        for index in 0..<count {
            if isReading { inputNames.append([]) }
            try code(name: &inputNames[index])
        }
    }

    // MARK: Bytes

    private func require(_ count: Int) throws(StateError) {
        if bytes.count - position < count {
            throw .truncated(needed: position + count, got: bytes.count)
        }
    }

    private mutating func store<Value: FixedWidthInteger>(_ value: Value) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    private mutating func load<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) throws(StateError) -> Value {
        try require(MemoryLayout<Value>.size)
        let value = unsafe bytes.span.bytes.unsafeLoadUnaligned(
            fromByteOffset: position, as: type)
        position += MemoryLayout<Value>.size
        return Value(littleEndian: value)
    }

    #if !_endian(little)
        #error("arrays are copied as they lie in memory, which is to be little-endian")
    #endif

    private mutating func append<Number: BitwiseCopyable>(_ numbers: [Number], _ part: Range<Int>) {
        let numbers = numbers.span.extracting(part)
        unsafe numbers.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    private mutating func copy<Number: BitwiseCopyable>(
        into numbers: inout [Number], _ part: Range<Int>
    ) throws(StateError) {
        precondition(part.lowerBound >= 0 && part.upperBound <= numbers.count)
        let size = MemoryLayout<Number>.stride
        let count = part.count * size
        try require(count)
        let source = position..<position + count
        unsafe numbers.withUnsafeMutableBytes { numbers in
            unsafe bytes.withUnsafeBytes { bytes in
                let target = part.lowerBound * size..<part.upperBound * size
                unsafe UnsafeMutableRawBufferPointer(rebasing: numbers[target])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[source]))
            }
        }
        position += count
    }
}
