import Forecasting

/// Every number that a value holds, by the path of properties that leads to it: found by
/// reflection, so that a property added tomorrow is among them.
struct NumberWalk {
    /// The bit patterns at each path. Elements of an array of structures are told apart by their
    /// index, those of an array of numbers share a path.
    private(set) var numbers: [String: [UInt64]] = [:]
    /// Properties of a kind that the walk cannot read: paths with their types.
    private(set) var unread: [String] = []
    /// Bytes of the arrays of numbers, without what holding an array costs.
    private(set) var arrayBytes = 0

    init(_ value: Any) { walk(value, "") }

    private mutating func walk(_ value: Any, _ path: String) {
        if let numbers = value as? [Double] { arrayBytes += numbers.count * 8 }
        if let numbers = value as? [Float] { arrayBytes += numbers.count * 4 }
        if let numbers = value as? [Float16] { arrayBytes += numbers.count * 2 }
        if let patterns = Self.patterns(value) { return numbers[path] = patterns }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            numbers[path + "?"] = [mirror.children.isEmpty ? 0 : 1]
            if let child = mirror.children.first { walk(child.value, path) }
        case .collection:
            numbers[path + ".count"] = [UInt64(mirror.children.count)]
            for (index, child) in mirror.children.enumerated() {
                walk(child.value, "\(path)[\(index)]")
            }
        case .struct, .tuple:
            for child in mirror.children {
                let name = child.label ?? "?"
                walk(child.value, path.isEmpty ? name : "\(path).\(name)")
            }
        case .enum:
            numbers[path] = "\(value)".utf8.map(UInt64.init)
        default:
            unread.append("\(path): \(type(of: value))")
        }
    }

    private static func patterns(_ value: Any) -> [UInt64]? {
        switch value {
        case let number as Double: [number.bitPattern]
        case let number as Float: [UInt64(number.bitPattern)]
        case let number as Bool: [number ? 1 : 0]
        case let number as any FixedWidthInteger: [UInt64(truncatingIfNeeded: number)]
        case let numbers as [Double]: numbers.map(\.bitPattern)
        case let numbers as [Float]: numbers.map { UInt64($0.bitPattern) }
        case let numbers as [Float16]: numbers.map { UInt64($0.bitPattern) }
        case let bytes as [UInt8]: bytes.map(UInt64.init)
        case let numbers as SIMD4<Double>: numbers.indices.map { numbers[$0].bitPattern }
        case let numbers as SIMD4<UInt64>: numbers.indices.map { numbers[$0] }
        case let numbers as InlineArray<15, Int64>:
            numbers.indices.map { UInt64(bitPattern: numbers[$0]) }
        // Settings: a set is in no order.
        case let settings as ModelConfiguration: [UInt64(bitPattern: Int64(settings.hashValue))]
        default: nil
        }
    }
}
