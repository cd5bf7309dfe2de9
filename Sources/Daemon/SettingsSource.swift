import Glibc
package import Settings

/// Settings from a file, the environment and the command line, with errors that end a command.
package struct SettingsSource: Sendable {
    /// Longer than any configuration; a device that never ends is not read for ever.
    private static let longestFile = 16 << 20

    package let path: String?
    private let environment: [String: String]
    private let commandLine: [String]

    /// - Parameter path: of a TOML file; nil: none.
    package init(
        path: String?, environment: [String: String] = [:], commandLine: [String] = []
    ) {
        self.path = path
        self.environment = environment
        self.commandLine = commandLine
    }

    /// Errors: 66 when the file cannot be read, 78 with a line for each mistake.
    package func load() throws(DaemonError) -> Settings {
        var file: Settings.File?
        if let path { file = Settings.File(name: path, text: try Self.read(path)) }
        do throws(InvalidSettings) {
            return try Settings.load(
                file: file, environment: environment, commandLine: commandLine)
        } catch {
            throw DaemonError(.configuration, lines: error.faults.map(\.description))
        }
    }

    private static func read(_ path: String) throws(DaemonError) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe block.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, errno) }
            if count == 0 { break }
            bytes += block[..<count]
            if bytes.count > longestFile {
                throw DaemonError(
                    .configuration, "\(path): more than 16 MiB: this is no configuration")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DaemonError(.configuration, "\(path): not text in UTF-8")
        }
        return text
    }

    private static func failure(_ path: String, _ code: CInt) -> DaemonError {
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return DaemonError(
            .noInput,
            "\(path): cannot read the configuration: \(reason); `foretide config` "
                + "prints one to start from")
    }
}
