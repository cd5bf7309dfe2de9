package import Settings
package import Transport

/// The keys that [security] names. Without any, everything is in clear.
package struct SecurityKeys: Sendable {
    /// Ours.
    let own: CurveKeyPair?
    /// Of those who may connect to us.
    let authorized: Set<CurveKey>?
    /// Of the server that we connect to.
    let server: CurveKey?

    /// Reads the files. Errors: 78.
    package init(_ security: Settings.Security) throws(DaemonError) {
        own = try Self.read("curve_secret_key_file", security.curveSecretKeyFile) {
            path throws(DaemonError) in try SecretKeyFile.read(path)
        }
        authorized = try Self.authorized(security)
        server = try Self.key(security.curveServerKey, "security.curve_server_key", .configuration)
    }

    /// Who may connect, as the file says now. Errors: 78.
    static func authorized(_ security: Settings.Security) throws(DaemonError) -> Set<CurveKey>? {
        try read("authorized_keys", security.authorizedKeys) { path throws(DaemonError) in
            try AuthorizedKeys.read(path)
        }
    }

    /// Reads what can be read from here: credentials are for the service alone. Errors: 78.
    package static func check(_ security: Settings.Security) throws(DaemonError) {
        var security = security
        if isCredential(security.curveSecretKeyFile) { security.curveSecretKeyFile = "" }
        if isCredential(security.authorizedKeys) { security.authorizedKeys = "" }
        _ = try SecurityKeys(security)
    }

    /// With the paths of the credentials that systemd hands over.
    /// - Parameter folder: the environment variable CREDENTIALS_DIRECTORY.
    static func resolve(_ security: inout Settings.Security, credentials folder: String?) {
        guard let folder else { return }
        if isCredential(security.curveSecretKeyFile) {
            security.curveSecretKeyFile = "\(folder)/\(security.curveSecretKeyFile)"
        }
        if isCredential(security.authorizedKeys) {
            security.authorizedKeys = "\(folder)/\(security.authorizedKeys)"
        }
    }

    /// Who a command is to a daemon that asks for keys. Errors: 64 for the key, 78 for the file.
    package static func identity(
        serverKey: String, secretKeyFile: String
    ) throws(DaemonError) -> CurveIdentity? {
        guard let server = try key(serverKey, "--curve-server-key", .usage) else { return nil }
        return CurveIdentity(try SecretKeyFile.read(secretKeyFile), serverKey: server)
    }

    /// A key that a person has written; nil for none.
    private static func key(
        _ text: String, _ name: String, _ code: DaemonError.Code
    ) throws(DaemonError) -> CurveKey? {
        if text.isEmpty { return nil }
        guard let key = CurveKey(text) else {
            throw DaemonError(
                code,
                "\(name) = \"\(text)\": expected a key of 40 characters, as"
                    + " `foretide keygen` prints it")
        }
        return key
    }

    private static func isCredential(_ path: String) -> Bool {
        !path.isEmpty && !path.contains("/")
    }

    private static func read<Value>(
        _ name: String, _ path: String, _ body: (String) throws(DaemonError) -> Value
    ) throws(DaemonError) -> Value? {
        if path.isEmpty { return nil }
        if isCredential(path) {
            throw DaemonError(
                .configuration,
                "security.\(name) = \"\(path)\" is the name of a credential, and systemd has handed"
                    + " over none (LoadCredential=); a path has a /, as in ./\(path)")
        }
        do throws(DaemonError) { return try body(path) } catch {
            throw DaemonError(error.code, lines: error.lines.map { "security.\(name): \($0)" })
        }
    }
}
