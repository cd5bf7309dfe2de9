import ArgumentParser

/// Who a client is to a daemon that asks for keys.
struct CurveOptions: ParsableArguments {
    @Option(
        name: .customLong("curve-server-key"), parsing: .unconditional,
        help: ArgumentHelp(
            "The daemon's public key, where it lets in authorized keys only.", valueName: "key"))
    var serverKey = ""

    @Option(
        name: .customLong("curve-secret-key-file"),
        help: ArgumentHelp("Our own keys, as `foretide keygen` writes them.", valueName: "file"))
    var secretKeyFile = ""

    func validate() throws {
        if serverKey.isEmpty != secretKeyFile.isEmpty {
            throw ValidationError(
                "expected both --curve-server-key and --curve-secret-key-file, or neither")
        }
    }
}
