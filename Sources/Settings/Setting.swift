/// One row of the table of settings: a value inside `Root`, described.
///
/// The row is typed where it is written (key path and codec must agree) and plain afterwards, so
/// that rows of all types stand in one array. The default is the value in `Root`'s initial state.
package struct Setting<Root: Sendable>: Sendable {
    /// Where it stands in the file, such as `model.hidden`.
    package let key: String
    /// What the value is, for the documentation, such as `integer 1…512`.
    package let kind: String
    /// What the value counts, if the type does not say it.
    package let unit: String?
    /// Whether a running daemon can take a new value.
    package let isReloadable: Bool
    /// One or two sentences of meaning.
    package let doc: String

    /// Puts a written value into its place, or says what was expected instead.
    let assign: @Sendable (SettingValue, inout Root) throws(Refusal) -> Void
    /// The value in its place as TOML text.
    package let text: @Sendable (Root) -> String
    /// Takes the value over from the first to the second.
    let copy: @Sendable (Root, inout Root) -> Void

    init<Value: Sendable>(
        _ key: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ codec: Codec<Value>,
        unit: String? = nil, reloadable: Bool = false, _ doc: String
    ) {
        self.init(
            key: key, kind: codec.kind, unit: unit, isReloadable: reloadable, doc: doc,
            assign: { value, root throws(Refusal) in root[keyPath: path] = try codec.decode(value)
            },
            text: { root in codec.encode(root[keyPath: path]) },
            copy: { from, to in to[keyPath: path] = from[keyPath: path] })
    }

    private init(
        key: String, kind: String, unit: String?, isReloadable: Bool, doc: String,
        assign: @escaping @Sendable (SettingValue, inout Root) throws(Refusal) -> Void,
        text: @escaping @Sendable (Root) -> String,
        copy: @escaping @Sendable (Root, inout Root) -> Void
    ) {
        self.key = key
        self.kind = kind
        self.unit = unit
        self.isReloadable = isReloadable
        self.doc = doc
        self.assign = assign
        self.text = text
        self.copy = copy
    }

    /// The same row seen from a value that holds the root: `hidden` becomes `model.hidden`.
    func nested<Outer: Sendable>(
        in section: String? = nil, at path: any WritableKeyPath<Outer, Root> & Sendable,
        reloadable: Bool? = nil
    ) -> Setting<Outer> {
        Setting<Outer>(
            key: section.map { "\($0).\(key)" } ?? key, kind: kind, unit: unit,
            isReloadable: reloadable ?? isReloadable, doc: doc,
            assign: { value, outer throws(Refusal) in try assign(value, &outer[keyPath: path]) },
            text: { outer in text(outer[keyPath: path]) },
            copy: { from, to in copy(from[keyPath: path], &to[keyPath: path]) })
    }
}

extension Setting {
    /// The environment variable that sets it, such as `FORETIDE_MODEL_HIDDEN`.
    package var environmentName: String { Settings.environmentName(of: key) }
}

extension Settings {
    /// Begins the name of each of our environment variables.
    static let environmentPrefix = "FORETIDE_"

    static func environmentName(of key: String) -> String {
        environmentPrefix + key.uppercased().split(separator: ".").joined(separator: "_")
    }
}
