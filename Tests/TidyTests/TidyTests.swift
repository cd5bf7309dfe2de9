import Foundation
import Testing

/// The rules of the house, on the house.
@Suite("The repository")
struct TidyTests {
    /// Read once for all tests.
    private static let read = Result { try SourceTree() }
    private let tree: SourceTree

    init() throws {
        tree = try Self.read.get()
    }

    /// The files that state the rules hold the bad examples too.
    private func isExample(_ file: SourceFile) -> Bool { file.path.hasPrefix("Tests/TidyTests/") }

    /// One failure for each fault, so that each can be read.
    private func report(_ faults: [String]) {
        for fault in faults { Issue.record(Comment(rawValue: fault)) }
    }

    @Test("modules import what the table allows")
    func imports() {
        report(tree.swift.flatMap(Rules.imports))
    }

    @Test("the core is pure")
    func purity() {
        report(tree.swift.flatMap(Rules.purity))
    }

    @Test("banned words are not used")
    func words() {
        report(tree.swift.flatMap(Rules.words))
    }

    @Test("open ends are issues")
    func openEnds() {
        report(tree.code.filter { !isExample($0) }.flatMap(Rules.openEnds))
    }

    @Test("nothing names a path of one machine")
    func machinePaths() {
        report(tree.files.filter { !isExample($0) }.flatMap(Rules.machinePaths))
    }

    @Test("lines, functions and files have their limits")
    func lengths() {
        report(tree.code.flatMap(Rules.lineLengths))
        report(tree.swift.flatMap(Rules.functionLengths))
        report(tree.code.flatMap(Rules.fileLengths))
    }

    @Test("the tree was really read")
    func treeIsRead() throws {
        let paths = tree.files.map(\.path)
        #expect(paths.contains("Package.swift"))
        #expect(paths.contains("CONTRIBUTING.md"))
        #expect(tree.swift.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
        #expect(tree.swift.contains { $0.path == "Sources/Series/Limits.swift" })
    }

    @Test("every folder of Sources is a target of Package.swift")
    func targets() throws {
        let manifest = try #require(tree.files.first { $0.path == "Package.swift" })
        for folder in try tree.folders(in: "Sources") {
            let isDeclared =
                declares("module", folder, in: manifest)
                || manifest.text.contains("name: \"\(folder)\"")
            #expect(isDeclared, "Sources/\(folder) is not in Package.swift")
        }
    }

    @Test("every folder of a test target has tests, and is a target of Package.swift")
    func testTargets() throws {
        let manifest = try #require(tree.files.first { $0.path == "Package.swift" })
        for folder in try tree.folders(in: "Tests") where folder.hasSuffix("Tests") {
            let name = folder.dropLast("Tests".count)
            let isDeclared = declares("tests", String(name), in: manifest)
            #expect(isDeclared, "Tests/\(folder) is not in Package.swift")
            let hasTests = tree.swift.contains {
                $0.path.hasPrefix("Tests/\(folder)/") && $0.code.contains("@Test")
            }
            #expect(hasTests, "Tests/\(folder) has no test")
        }
    }

    /// Whether the manifest calls the function with the name as its first argument.
    private func declares(_ function: String, _ name: String, in manifest: SourceFile) -> Bool {
        manifest.text.matches(of: #/\b(\w+)\(\s*"(\w+)"/#).contains {
            $0.1 == function && $0.2 == name
        }
    }

    @Test("packages come from their public homes")
    func packages() throws {
        let manifest = try #require(tree.files.first { $0.path == "Package.swift" })
        let urls = manifest.text.matches(of: #/url: "([^"]*)"/#).map { String($0.1) }
        #expect(!urls.isEmpty)
        #expect(urls.filter { !$0.hasPrefix("https://github.com/") } == [])
    }

    @Test("CONTRIBUTING.md shows the import table")
    func contributing() throws {
        let page = try #require(tree.files.first { $0.path == "CONTRIBUTING.md" })
        for (module, imports) in ImportTable.allowed {
            let row = ImportTable.row(module, imports)
            #expect(page.lines.contains(Substring(row)), "missing: \(row)")
        }
    }
}
