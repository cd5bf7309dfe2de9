import Foundation

/// A file of the repository, or a snippet that stands for one.
struct SourceFile: Sendable, CustomStringConvertible {
    /// From the repository's root, such as `Sources/Wire/Decoder.swift`.
    let path: String
    let text: String
    /// The text of a Swift file with comments, strings and regular expressions blanked out.
    let code: String

    init(_ path: String, _ text: String) {
        self.path = path
        self.text = text
        code = path.hasSuffix(".swift") ? blanked(text) : text
    }

    var description: String { path }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var codeLines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The module or the test target that the file belongs to.
    var target: Substring? {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? parts[1] : nil
    }

    var isInSources: Bool { path.hasPrefix("Sources/") }
    var isExample: Bool { path.hasPrefix("examples/") }
    var isSwift: Bool { path.hasSuffix(".swift") }

    /// A fault of the file as the tests show it.
    func fault(line: Int? = nil, _ message: String) -> String {
        "\(path)\(line.map { ":\($0)" } ?? ""): \(message)"
    }
}

/// The repository that this file is part of.
struct SourceTree: Sendable {
    let root: URL
    let files: [SourceFile]

    private static let codeEndings: Set<String> = [
        "swift", "c", "h", "cpp", "hpp", "modulemap", "py", "sh",
    ]
    private static let textEndings = codeEndings.union([
        "md", "toml", "service", "socket", "yml", "yaml", "js", "html", "",
    ])

    init() throws {
        root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let root = root
        files = try Self.paths(under: root).compactMap { path in
            let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
            return text.map { SourceFile(path, $0) }
        }
    }

    /// Code of ours, of the examples and of the tests.
    var code: [SourceFile] {
        files.filter { file in
            (file.isInSources || file.isExample || file.path.hasPrefix("Tests/"))
                && Self.codeEndings.contains((file.path as NSString).pathExtension)
        }
    }

    var swift: [SourceFile] { code.filter(\.isSwift) }

    /// The folders right in a folder of the root.
    func folders(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            at: root.appending(path: folder), includingPropertiesForKeys: [.isDirectoryKey]
        )
        .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
        .map(\.lastPathComponent).filter { !$0.hasPrefix(".") && $0 != "__pycache__" }.sorted()
    }

    /// Every text file under the root that is ours, in order; hidden ones only from `.ci`.
    private static func paths(under root: URL) throws -> [String] {
        let manager = FileManager.default
        var paths: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            let path = root.appending(path: folder).path
            for name in try manager.contentsOfDirectory(atPath: path).sorted() {
                let inner = folder.isEmpty ? name : "\(folder)/\(name)"
                let isOurs = name == ".ci" || !name.hasPrefix(".") && !name.hasPrefix("__")
                var isFolder: ObjCBool = false
                guard isOurs,
                    unsafe manager.fileExists(
                        atPath: root.appending(path: inner).path, isDirectory: &isFolder)
                else { continue }
                if isFolder.boolValue {
                    folders.append(inner)
                } else if textEndings.contains((name as NSString).pathExtension) {
                    paths.append(inner)
                }
            }
        }
        return paths
    }
}
