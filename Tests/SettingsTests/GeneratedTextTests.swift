import Foundation
import Settings
import Testing

@Suite("Texts made from the table of settings")
struct GeneratedTextTests {
    private static let rows = Settings.sections.flatMap(\.settings)

    @Test("the default configuration is valid as it stands, and changes nothing")
    func asItStands() throws {
        #expect(try load(Settings.defaultConfiguration) == Settings())
    }

    private static let keys = [
        "security.curve_secret_key_file=/k", "security.authorized_keys=/a",
    ]

    /// Each setting of the default configuration uncommented, and perhaps changed.
    private func uncommented(_ change: (Substring) -> Substring = { $0 }) -> String {
        Settings.defaultConfiguration.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("#") && !$0.hasPrefix("# ") ? change($0.dropFirst()) : $0 }
            .joined(separator: "\n")
    }

    @Test("uncommented, the default configuration holds every key and gives the defaults")
    func roundTrip() throws {
        let text = uncommented()
        #expect(try load(text) == Settings())
        for row in Self.rows {
            #expect(text.contains("\n\(row.name) = \(row.text(Settings()))\n"), "\(row.key)")
            #expect(text.contains("(\(row.environmentName))"), "\(row.key)")
        }
    }

    @Test("each row really sets its own value and nothing else")
    func eachRow() throws {
        // A second valid value of every type; a list or choice is found by trying.
        let values = [
            "3", "false", "true", "0.75", "\"2KiB\"", "[\"ipc://x\"]", "[\"full\"]", "[\"a\"]",
            "\"2MiB\"", "\"5s\"", "\"30d\"", "\"ipc://x\"", "\"group\"",
        ]
        let words = [
            "lstm", "relu", "sgd", "shared", "msgpack", "block", "debug", "json", "absolute",
            "random", "scalar", String(repeating: "a", count: 40),
        ]
        for row in Self.rows {
            // Keys of CURVE are of use together only.
            let others = row.key.hasPrefix("security.") ? Self.keys : []
            let before = try load(commandLine: others)
            let changed = (values + words.map { "\"\($0)\"" }).lazy
                .compactMap { try? load(commandLine: others + ["\(row.key)=\($0)"]) }
                .first { row.text($0) != row.text(before) }
            let settings = try #require(changed, "\(row.key)")
            for other in Self.rows where other.key != row.key {
                try #require(
                    other.text(settings) == other.text(before), "\(row.key) \(other.key)")
            }
            let again = try load(commandLine: others + ["\(row.key)=\(row.text(settings))"])
            #expect(again == settings, "\(row.key)")
        }
    }

    @Test("names of keys and variables are unique, and every row is documented")
    func unique() {
        #expect(Set(Self.rows.map(\.key)).count == Self.rows.count)
        #expect(Set(Self.rows.map(\.environmentName)).count == Self.rows.count)
        #expect(Self.rows.allSatisfy { $0.doc.hasSuffix(".") && !$0.kind.isEmpty })
        #expect(Self.rows.allSatisfy { !$0.doc.contains("|") && !$0.kind.contains("|") })
    }

    @Test("no line of the default configuration is longer than 100 columns")
    func columns() {
        let lines = Settings.defaultConfiguration.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 100 })
    }

    @Test("the rule shown as an example is valid")
    func example() throws {
        let commented = Settings.defaultConfiguration.split(separator: "\n")
            .filter { $0.hasPrefix("#     ") }.map { $0.dropFirst(6) }
        let settings = try load(commented.joined(separator: "\n"))
        #expect(settings.streams.map(\.match) == ["plant/*"])
        #expect(settings.streams.map(\.model.window) == [32])
        #expect(settings.streams.map(\.dataRange) == [-40...150])
    }

    @Test("docs/settings.md is the page made from the table")
    func page() throws {
        let url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .appending(path: "../../../docs/settings.md").standardized
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Settings.referencePage.write(to: url, atomically: true, encoding: .utf8)
        }
        let page = try String(contentsOf: url, encoding: .utf8)
        #expect(
            page == Settings.referencePage,
            "run UPDATE_DOCS=1 swift test --filter SettingsTests, then read the difference")
        for row in Self.rows { #expect(page.contains("| `\(row.key)` |"), "\(row.key)") }
    }
}
