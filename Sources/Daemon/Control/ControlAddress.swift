import Glibc
import Logging
import Settings
import Transport

/// Where the control socket is: `control.bind`.
package enum ControlAddress {
    private static let fileName = "control.sock"

    /// Binds it. An address that was not asked for and cannot be had is no reason not to serve.
    /// - Parameter automatic: what `auto` stands for; empty: nothing.
    static func bind(
        _ settings: Settings.Control, automatic: String, in context: Context, logger: Logger
    ) throws -> ControlSocket? {
        if settings.bind.isEmpty { return nil }
        guard settings.bind == Settings.Control.automatic else {
            return try ControlSocket(Endpoint(settings.bind), access: settings.access, in: context)
        }
        if automatic.isEmpty { return nil }
        do {
            let endpoint = try Endpoint(automatic)
            if let folder = automatic.dropFirst("ipc://".count).split(separator: "/").last {
                let path = automatic.dropFirst("ipc://".count).dropLast(folder.count + 1)
                unsafe mkdir(String(path), 0o700)
            }
            return try ControlSocket(endpoint, access: settings.access, in: context)
        } catch {
            logger.warning(
                "There is no control socket: give it a place of its own with control.bind",
                metadata: ["why": "\(error)"])
            return nil
        }
    }

    /// What `auto` stands for: in systemd's folder of the service, else in one of our own in the
    /// user's; empty where there is neither.
    package static func automatic(_ environment: [String: String]) -> String {
        candidates(environment).first ?? ""
    }

    /// Where a daemon may be found, the most likely place first.
    package static func known(_ environment: [String: String]) -> [String] {
        let system = "ipc:///run/foretide/\(fileName)"
        let own = candidates(environment)
        return own.contains(system) ? own : own + [system]
    }

    private static func candidates(_ environment: [String: String]) -> [String] {
        var folders: [String] = []
        // Of several, which a colon separates, the first.
        if let folder = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first {
            folders.append(String(folder))
        }
        if let folder = environment["XDG_RUNTIME_DIR"], !folder.isEmpty {
            folders.append(folder + "/foretide")
        }
        return folders.map { "ipc://\($0)/\(fileName)" }
    }
}
