import ArgumentParser
import Daemon
import Settings

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print a configuration file with every setting, its meaning and its default.")

    func run() throws {
        try StandardOutput.write(Settings.defaultConfiguration)
    }
}
