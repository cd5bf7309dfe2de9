import Forecasting
package import Settings
package import Telemetry
import Transport

/// How a running daemon comes by its settings anew.
package struct SettingsReload: Sendable {
    /// From the same sources as at the start. On a thread that may wait.
    package let load: @Sendable () throws(DaemonError) -> Settings
    /// Takes over `log.level`.
    package let threshold: LogThreshold
    /// The file that is read, for the status; nil: none.
    package let path: String?

    package init(
        path: String?, threshold: LogThreshold,
        load: @escaping @Sendable () throws(DaemonError) -> Settings
    ) {
        self.path = path
        self.threshold = threshold
        self.load = load
    }
}

/// New settings and what they change.
struct LoadedSettings: Sendable {
    /// The settings in use with what can be taken over of the new ones.
    let settings: Settings
    let changes: [SettingChange]
    /// With the files that new streams begin with, read anew.
    let rules: [ModelRule]
    /// Who may connect, nil: anybody.
    let authorized: Set<CurveKey>?

    /// Errors: 66 no such file, 65 a damaged one, 78 mistakes in the settings or in the list of
    /// keys.
    init(_ reload: SettingsReload, inUse old: Settings) throws(DaemonError) {
        let new = try reload.load()
        do throws(InvalidSettings) {
            settings = try old.reloaded(from: new)
        } catch {
            throw DaemonError(.configuration, lines: error.faults.map(\.description))
        }
        authorized = try SecurityKeys.authorized(settings.security)
        rules = try settings.forecasterRules()
        changes = Settings.changes(from: old, to: new)
    }
}
