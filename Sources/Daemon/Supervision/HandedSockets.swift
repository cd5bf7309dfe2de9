import Glibc
package import Settings
import Transport

/// Listening sockets that systemd has opened and hands over (sd_listen_fds(3)), without libsystemd.
///
/// Each takes the place of one that the settings want bound. Which is told by its address, and by
/// its name (FileDescriptorName=) if that is `input`, `pull` or `output`.
package struct HandedSockets: Sendable {
    /// A setting whose endpoints are bound.
    package enum Role: String, CaseIterable, Sendable {
        case input, pull, output

        /// As the configuration calls it.
        var key: String {
            switch self {
            case .input: "input.bind"
            case .pull: "input.pull_bind"
            case .output: "output.bind"
            }
        }
    }

    /// The first descriptor that is handed over: SD_LISTEN_FDS_START.
    package static let firstDescriptor: Int32 = 3
    private static let limit = 1024

    private struct Socket {
        let descriptor: Int32
        let endpoint: Transport.Endpoint
        /// Nil: its address alone tells.
        let role: Role?

        var description: String { role.map { "\(endpoint) (\($0.rawValue))" } ?? "\(endpoint)" }

        func fits(_ place: Place) -> Bool {
            guard role == nil || role == place.role else { return false }
            // A port that the system is to choose is known by the name only.
            let isAnyPort = place.text.hasSuffix(":*") || place.text.hasSuffix(":0")
            guard role != nil || !isAnyPort, let wanted = try? Endpoint(place.text) else {
                return false
            }
            return wanted.describes(listener: endpoint)
        }
    }

    /// An endpoint of the settings that is to be bound.
    private struct Place: Hashable {
        let role: Role
        let text: String
    }

    private var descriptors: [Place: Int32] = [:]

    /// None: everything is to be bound.
    package init() {}

    /// Errors: 78 when what was handed over and the settings do not agree.
    /// - Parameters:
    ///   - environment: LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES are read.
    ///   - first: of the descriptors; another one than systemd's is for tests.
    package init(
        environment: [String: String], settings: Settings,
        first: Int32 = HandedSockets.firstDescriptor
    ) throws(DaemonError) {
        let sockets = try Self.sockets(environment, from: first)
        if sockets.isEmpty { return }
        let places =
            settings.input.bind.map { Place(role: .input, text: $0) }
            + settings.input.pullBind.map { Place(role: .pull, text: $0) }
            + settings.output.bind.map { Place(role: .output, text: $0) }
        for socket in sockets {
            guard let place = places.first(where: { descriptors[$0] == nil && socket.fits($0) })
            else { throw Self.superfluous(socket) }
            descriptors[place] = socket.descriptor
        }
        for place in places where descriptors[place] == nil && place.text.hasPrefix("tcp:") {
            throw Self.missing(place)
        }
    }

    /// What to bind to an endpoint of the settings; nil: open a socket.
    package func descriptor(for role: Role, _ text: String) -> Int32? {
        descriptors[Place(role: role, text: text)]
    }

    private static func sockets(
        _ environment: [String: String], from first: Int32
    ) throws(DaemonError) -> [Socket] {
        // Of another process: a parent has not cleaned up.
        guard environment["LISTEN_PID"] == "\(getpid())" else { return [] }
        let countText = environment["LISTEN_FDS"] ?? ""
        guard let count = Int(countText), (0...limit).contains(count) else {
            throw DaemonError(
                .configuration, "LISTEN_FDS=\(countText): expected a number 0…\(limit)")
        }
        let names = environment["LISTEN_FDNAMES"].map {
            $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
        if let names, names.count != count {
            throw DaemonError(
                .configuration,
                "LISTEN_FDNAMES has \(names.count) names for the \(count) sockets of LISTEN_FDS")
        }
        var sockets: [Socket] = []
        for index in 0..<count {
            let descriptor = first + Int32(index)
            let role = names.flatMap { Role(rawValue: $0[index]) }
            sockets.append(try socket(descriptor, role))
        }
        return sockets
    }

    private static func socket(_ descriptor: Int32, _ role: Role?) throws(DaemonError) -> Socket {
        do throws(EndpointError) {
            let endpoint = try Endpoint(listener: descriptor)
            // Ours alone, and a connection that is gone before we take it holds nobody up.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
            return Socket(descriptor: descriptor, endpoint: endpoint, role: role)
        } catch {
            throw DaemonError(
                .configuration,
                "LISTEN_FDS hands over \(error.text), but \(error.problem): give the socket unit"
                    + " ListenStream= lines only")
        }
    }

    private static func superfluous(_ socket: Socket) -> DaemonError {
        let keys = socket.role.map { [$0.key] } ?? Role.allCases.map(\.key)
        return DaemonError(
            .configuration,
            "the socket unit hands over \(socket.description), which is not in"
                + " \(keys.joined(separator: ", ")): let its ListenStream= lines and the"
                + " configuration name the same addresses, each once")
    }

    private static func missing(_ place: Place) -> DaemonError {
        let address = place.text.dropFirst("tcp://".count)
        return DaemonError(
            .configuration,
            "\(place.role.key) = \"\(place.text)\": the socket unit hands over other sockets, but"
                + " not this one: add ListenStream=\(address) to it")
    }
}
