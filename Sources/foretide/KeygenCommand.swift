import ArgumentParser
import Daemon

struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a key pair for encrypted connections (CURVE).",
        discussion: """
            Writes a file with both keys, which only you may read, and prints the public key: that \
            of a client is a line in the daemon's security.authorized_keys, that of the daemon is \
            what clients have as --curve-server-key. Quote it in a shell: 'KEY'. \
            The file is ZeroMQ's own form of a certificate, as pyzmq's zmq.auth reads and writes \
            it. One that is there is never overwritten (73).
            """)

    @Argument(help: "The file to write.")
    var file: String

    func run() throws {
        let publicKey = try SecretKeyFile.create(file)
        try StandardOutput.write(publicKey + "\n")
    }
}
