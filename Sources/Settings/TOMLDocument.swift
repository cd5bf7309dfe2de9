import TOMLKit

/// A configuration text, parsed; the only place that knows TOMLKit.
struct TOMLDocument: Sendable {
    /// A step from a table or list to what it holds.
    enum Step: Sendable, Equatable {
        case key(String)
        case index(Int)
    }

    /// Why a text is not TOML.
    struct Fault: Error, Equatable {
        /// Counted from 1.
        let line: Int
        let message: String
    }

    private let text: String
    let root: SettingValue

    init(_ text: String) throws(Fault) {
        self.text = text
        root = try Self.parse(text)
    }

    /// The value of a `key = text` line, if the text is a TOML value.
    static func value(_ text: String) -> SettingValue? {
        guard
            let root = try? parse("value = \(text)"), case .table(let pairs) = root,
            pairs.count == 1, let pair = pairs.first, pair.key == "value"
        else { return nil }
        return pair.value
    }

    /// The line, counted from 1, on which the value at the path begins.
    ///
    /// TOMLKit 0.6.0 does not hand on the positions that toml++ keeps, so the parser itself is
    /// asked: the value is complete at the end of the shortest beginning of the text that has it,
    /// and begins after the longest shorter beginning that is TOML. Only errors need this.
    func line(of path: [Step]) -> Int {
        let text = text.utf8
        var ends = text.indices.filter { text[$0] == UInt8(ascii: "\n") }
            .map { text.index(after: $0) }
        if ends.last != text.endIndex { ends.append(text.endIndex) }
        func root(ofLines count: Int) -> SettingValue? {
            count == 0
                ? .table([]) : try? Self.parse(String(self.text[..<ends[count - 1]]))
        }
        var without = 0
        var with = ends.count
        while with - without > 1 {
            let middle = (without + with) / 2
            if root(ofLines: middle)?.value(at: path) != nil {
                with = middle
            } else {
                without = middle
            }
        }
        var before = with - 1
        while before > 0, root(ofLines: before) == nil { before -= 1 }
        return before + 1
    }

    private static func parse(_ text: String) throws(Fault) -> SettingValue {
        // TOMLKit takes and gives C strings, which would end at a NUL.
        let hasNUL =
            text.utf8.contains(0) || text.contains("\\u0000") || text.contains("\\U00000000")
        guard !hasNUL else { throw Fault(line: 1, message: "NUL characters are not allowed") }
        do {
            return SettingValue(try TOMLTable(string: text))
        } catch let error as TOMLParseError {
            throw Fault(line: error.source.begin.line, message: error.description)
        } catch {
            throw Fault(line: 1, message: "\(error)")
        }
    }
}

extension SettingValue {
    /// What the value holds at the path.
    func value(at path: some Collection<TOMLDocument.Step>) -> SettingValue? {
        guard let step = path.first else { return self }
        switch (self, step) {
        case (.table(let pairs), .key(let key)):
            return pairs.first { $0.key == key }?.value.value(at: path.dropFirst())
        case (.list(let values), .index(let index)) where values.indices.contains(index):
            return values[index].value(at: path.dropFirst())
        default:
            return nil
        }
    }

    fileprivate init(_ value: any TOMLValueConvertible) {
        switch value.type {
        case .string: self = .text(value.string ?? "")
        case .int: self = .integer(value.int ?? 0)
        case .double: self = .decimal(value.double ?? 0)
        case .bool: self = .boolean(value.bool ?? false)
        case .date, .time, .dateTime: self = .date(value.debugDescription)
        case .array: self = .list((value.array.map(Array.init) ?? []).map(SettingValue.init))
        case .table: self = value.table.map(SettingValue.init) ?? .table([])
        }
    }

    fileprivate init(_ table: TOMLTable) {
        self = .table(
            table.keys.sorted().compactMap { key in
                table[key].map { (key: key, value: SettingValue($0)) }
            })
    }
}
