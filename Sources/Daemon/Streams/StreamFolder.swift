import Forecasting
import Series
package import Settings
import Store
package import Wire

/// The streams of a state folder, without a daemon. What changes something takes the folder's lock,
/// which a running daemon has.
package struct StreamFolder {
    /// Streams written in one transaction.
    private static let batch = 64

    private let path: String
    private let stored: StoredStreams
    private let settings: Settings

    package init(_ path: String, _ settings: Settings) {
        self.path = path
        self.settings = settings
        stored = StoredStreams(folder: path, channelLimit: settings.limits.valuesPerSample)
    }

    // MARK: Reading

    package func list(_ body: (JSONValue) throws(DaemonError) -> Void) throws(DaemonError) {
        var listing = StreamListing()
        listing.source = .state
        repeat {
            let reply = stored.page(listing)
            if let error = reply.error { throw DaemonError(error) }
            let result = reply.json["result"]
            for line in result?["streams"]?.array ?? [] { try body(line) }
            listing.after = result?["next"]?.string
        } while listing.after != nil
    }

    package func show(_ name: String) throws(DaemonError) -> JSONValue {
        StreamDescription.whole(try stream(name))
    }

    package func export(_ name: String) throws(DaemonError) -> [UInt8] {
        StreamFile.encode(try stream(name))
    }

    private func stream(_ name: String) throws(DaemonError) -> Forecasting.Stream {
        do throws(ControlError) { return try stored.stream(Array(name.utf8)) } catch {
            throw DaemonError(error)
        }
    }

    // MARK: Changing

    package func reset(_ names: [String]) throws(DaemonError) {
        let (rules, seed) = (try settings.forecasterRules(), settings.engine.seed)
        var streams: [Forecasting.Stream] = []
        for name in names {
            let old = try stream(name)
            let rule = rules[rules.firstMatch(for: old.name.span)]
            // Without a warm start the daemon's settings, which may be others, come soon enough.
            streams.append(
                rule.warmStart == nil
                    ? old.reset(engineSeed: seed) : old.reset(under: rule, engineSeed: seed))
        }
        try change { database throws(StoreError) in try write(streams, into: &database) }
    }

    package func forget(_ names: [String]) throws(DaemonError) {
        for name in names { _ = try stream(name) }
        try change { database throws(StoreError) in
            _ = try database.forget(
                names.map { Array($0.utf8) }, at: SystemClock.realtime())
        }
    }

    /// A stream's file.
    package struct File {
        package let path: String
        /// Nil: as the file says.
        package let name: String?

        package init(path: String, name: String? = nil) {
            self.path = path
            self.name = name
        }
    }

    /// Reads the files, a batch at a time. Nothing of a batch is written when one of it cannot be.
    package func `import`(
        _ files: [File], replace: Bool, done: (String) throws(DaemonError) -> Void
    ) throws(DaemonError) {
        var rest = files[...]
        while !rest.isEmpty {
            var streams: [Forecasting.Stream] = []
            for file in rest.prefix(Self.batch) { streams.append(try read(file)) }
            rest = rest.dropFirst(Self.batch)
            var known: String?
            try change { database throws(StoreError) in
                for stream in streams where !replace && known == nil {
                    let found = try database.load(stream.name, at: SystemClock.realtime())
                    if found != nil { known = String(decoding: stream.name, as: UTF8.self) }
                }
                if known == nil { try write(streams, into: &database) }
            }
            if let known {
                throw DaemonError(
                    .cannotCreate,
                    "\(path): there is a stream \"\(known)\" already: --name gives another name,"
                        + " --replace takes its place")
            }
            for stream in streams { try done(String(decoding: stream.name, as: UTF8.self)) }
        }
    }

    private func read(_ file: File) throws(DaemonError) -> Forecasting.Stream {
        let bytes = try FileContents.read(file.path, limit: ControlSocket.frameBytes)
        do throws(ControlError) {
            return try StreamFile.decode(
                bytes.span, name: file.name.map { Array($0.utf8) },
                channelLimit: stored.channelLimit)
        } catch {
            throw DaemonError(error.code.exitCode, "\(file.path): \(error.message)")
        }
    }

    private func write(
        _ streams: [Forecasting.Stream], into database: inout StateDatabase
    ) throws(StoreError) {
        let records = streams.map { StreamRecord($0, seed: settings.engine.seed) }
        _ = try database.write(records, at: SystemClock.realtime())
    }

    private func change(
        _ body: (inout StateDatabase) throws(StoreError) -> Void
    ) throws(DaemonError) {
        do throws(StoreError) {
            let folder = try StateFolder(path)
            var database = try StateDatabase(
                in: folder, newestFormat: Int(Forecaster.stateFormat), at: SystemClock.realtime())
            try body(&database)
            try database.close()
        } catch {
            throw DaemonError(error)
        }
    }
}

extension DaemonError {
    init(_ error: ControlError) {
        self.init(error.code.exitCode, lines: [error.message] + error.details)
    }
}
