/// One mistake in the settings: where it was written, and a sentence for the person who wrote it.
package struct SettingFault: Sendable, Equatable, CustomStringConvertible {
    /// `foretide.toml:12`, `FORETIDE_MODEL_HIDDEN`, `--set` or `default`.
    package let place: String
    /// Such as `model.hidden = "abc": expected an integer 1…512`.
    package let problem: String

    package var description: String { "\(place): \(problem)" }
}

/// All the mistakes in the settings: those of the file in the order of its lines, then those of
/// the environment and the command line.
package struct InvalidSettings: Error, Equatable, CustomStringConvertible {
    package let faults: [SettingFault]

    /// One mistake a line.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}
