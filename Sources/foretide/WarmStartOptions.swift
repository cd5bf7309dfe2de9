import ArgumentParser
import Settings

/// What new streams begin with, in place of its setting.
struct WarmStartOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            What new streams begin with: a file of `foretide fit` or a folder of them \
            (model.warm_start).
            """, valueName: "path"))
    var warmStart: String?

    /// As of `--set`.
    var assignments: [String] {
        warmStart.map { ["model.warm_start=\(SettingValue.quoted($0))"] } ?? []
    }
}
