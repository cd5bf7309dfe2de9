package import Wire

/// The streams of a running daemon or of a state folder: what `foretide streams` works on.
package struct StreamsAccess: ~Copyable {
    private var client: ControlClient?
    private let folder: StreamFolder?

    package init(_ client: consuming ControlClient) {
        self.client = .some(client)
        folder = nil
    }

    package init(_ folder: StreamFolder) {
        client = nil
        self.folder = folder
    }

    /// Every stream by name: of a daemon those in memory, and those that are only on the disk.
    package mutating func list() throws(DaemonError) -> [JSONValue] {
        var streams: [JSONValue] = []
        if let folder {
            try folder.list { line throws(DaemonError) in streams.append(line) }
            return streams
        }
        streams = try pages("memory")
        for index in streams.indices { streams[index].append("in_memory", true) }
        let inMemory = Set(streams.compactMap { $0["stream"]?.string })
        for var line in try storedPages() where !inMemory.contains(line["stream"]?.string ?? "") {
            line.append("in_memory", false)
            streams.append(line)
        }
        return streams.sorted { Self.isBefore($0["stream"]?.string, $1["stream"]?.string) }
    }

    /// As the state database orders names: by their bytes.
    private static func isBefore(_ a: String?, _ b: String?) -> Bool {
        (a ?? "").utf8.lexicographicallyPrecedes((b ?? "").utf8)
    }

    /// None from a daemon that keeps nothing on the disk.
    private mutating func storedPages() throws(DaemonError) -> [JSONValue] {
        let state = try client!.ask(["command": "status"]).result["state"]
        return state?.members == nil ? [] : try pages("state")
    }

    private mutating func pages(_ source: String) throws(DaemonError) -> [JSONValue] {
        var streams: [JSONValue] = []
        var after = JSONValue.null
        repeat {
            let page = try client!.ask([
                "command": "list", "source": .string(source), "after": after,
            ]).result
            streams += page["streams"]?.array ?? []
            after = page["next"] ?? .null
        } while after != .null
        return streams
    }

    package mutating func show(_ name: String) throws(DaemonError) -> JSONValue {
        if let folder { return try folder.show(name) }
        return try client!.ask(["command": "show", "stream": .string(name)]).result
    }

    package mutating func reset(_ names: [String]) throws(DaemonError) {
        if let folder { return try folder.reset(names) }
        for name in names {
            _ = try client!.ask(["command": "reset", "stream": .string(name)])
        }
    }

    package mutating func forget(_ names: [String]) throws(DaemonError) {
        if let folder { return try folder.forget(names) }
        for name in names {
            _ = try client!.ask(["command": "forget", "stream": .string(name)])
        }
    }

    /// The file of a stream.
    package mutating func export(_ name: String) throws(DaemonError) -> [UInt8] {
        if let folder { return try folder.export(name) }
        let answer = try client!.ask(["command": "export", "stream": .string(name)])
        guard let file = answer.attachment else {
            throw DaemonError(.internal, "the daemon sent no file")
        }
        return file
    }

    /// - Parameter done: called with the name of each stream that has been taken in.
    package mutating func `import`(
        _ files: [StreamFolder.File], replace: Bool, done: (String) throws(DaemonError) -> Void
    ) throws(DaemonError) {
        if let folder { return try folder.import(files, replace: replace, done: done) }
        for file in files {
            let bytes = try FileContents.read(file.path, limit: ControlSocket.frameBytes)
            var request: JSONValue = ["command": "import", "replace": .boolean(replace)]
            if let name = file.name { request.append("stream", .string(name)) }
            do throws(DaemonError) {
                let result = try client!.ask(request, attachment: bytes).result
                try done(result["stream"]?.string ?? "")
            } catch {
                throw DaemonError(error.code, lines: error.lines.map { "\(file.path): \($0)" })
            }
        }
    }
}
