import Daemon
import Glibc
import Settings
import Testing

@Suite("SecurityKeys")
struct SecurityKeysTests {
    /// The pair of ZeroMQ RFC 26.
    private static let publicKey = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
    private static let secretKey = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

    /// A folder with two files.
    private struct Files: ~Copyable {
        let folder: String
        var own: String { folder + "/own" }
        var clients: String { folder + "/clients" }

        init() throws {
            var template = Array("/tmp/foretide-XXXXXX".utf8CString)
            try #require(unsafe mkdtemp(&template) != nil)
            let name = template.dropLast().map { UInt8(bitPattern: $0) }
            folder = String(decoding: name, as: UTF8.self)
        }

        deinit {
            for path in [own, clients] { unsafe unlink(path) }
            unsafe rmdir(folder)
        }

        func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
            try FileContents.write(Array(text.utf8), to: path)
            try #require(unsafe chmod(path, mode) == 0)
        }

        /// What reading them comes to: nothing, or what is wrong.
        func problem(_ change: (inout Settings.Security) -> Void = { _ in }) -> String? {
            var security = Settings().security
            security.curveSecretKeyFile = own
            security.authorizedKeys = clients
            change(&security)
            do throws(DaemonError) {
                _ = try SecurityKeys(security)
                return nil
            } catch {
                #expect(error.code == .configuration, "\(error)")
                return error.description
            }
        }
    }

    private static func certificate(_ publicKey: String, _ secretKey: String) -> String {
        """
        #   ZeroMQ CURVE **Secret** Certificate
        metadata
            name = "boiler = 1"
        curve
            public-key = "\(publicKey)"
            secret-key = "\(secretKey)"
        """
    }

    @Test("a file that keygen has written is read, is the owner's alone and is never overwritten")
    func keygen() throws {
        let files = try Files()
        let publicKey = try SecretKeyFile.create(files.own)
        var status = stat()
        try #require(unsafe stat(files.own, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        try files.write(publicKey, to: files.clients)
        #expect(files.problem() == nil)
        let before = try FileContents.read(files.own, limit: 4096)
        let error = #expect(throws: DaemonError.self) { try SecretKeyFile.create(files.own) }
        #expect(error?.code == .cannotCreate)
        #expect(try FileContents.read(files.own, limit: 4096) == before)
    }

    @Test("certificates of other programs are read")
    func certificates() throws {
        let files = try Files()
        try files.write("", to: files.clients)
        let whole = Self.certificate(Self.publicKey, Self.secretKey)
        for text in [whole, "secret-key='\(Self.secretKey)'\r\n"] {
            try files.write(text, to: files.own)
            #expect(files.problem() == nil, "\(text)")
        }
    }

    @Test("a file without its secret key, or with the public key of another, is refused")
    func damaged() throws {
        let files = try Files()
        try files.write("", to: files.clients)
        let bad = [
            "", "public-key = \"\(Self.publicKey)\"", Self.secretKey,
            "#secret-key = \"\(Self.secretKey)\"", "secret-key = \"\(Self.secretKey)x\"",
            Self.certificate(Self.secretKey, Self.secretKey),
        ]
        for text in bad {
            try files.write(text, to: files.own)
            let problem = files.problem() ?? ""
            #expect(problem.hasPrefix("security.curve_secret_key_file: \(files.own): "), "\(text)")
        }
        unsafe unlink(files.own)
        #expect(files.problem()?.contains("cannot open") == true)
    }

    @Test(
        "a secret key that others can get at is refused", arguments: [0o644, 0o640, 0o620, 0o604])
    func mode(mode: Int) throws {
        let files = try Files()
        try files.write("", to: files.clients)
        try files.write(
            Self.certificate(Self.publicKey, Self.secretKey), to: files.own, mode: mode_t(mode))
        let problem = files.problem()
        #expect(problem?.contains("(mode 0\(String(mode, radix: 8))): chmod 600") == true)
    }

    @Test("a line is a key and whose it is, or a comment, or a mistake that is named")
    func clients() throws {
        let files = try Files()
        try files.write(Self.certificate(Self.publicKey, Self.secretKey), to: files.own)
        // Keys may begin with a #.
        let numberSign = "#" + Self.publicKey.dropFirst()
        let good = """
            # clients

              \(Self.publicKey)\tboiler 1
            \(numberSign)
            #\(Self.publicKey)
            ########################################
            """
        for text in [good, good.split(separator: "\n").joined(separator: "\r\n") + "\r\n"] {
            try files.write(text, to: files.clients)
            #expect(files.problem() == nil)
        }
        try files.write("\(Self.publicKey)\nboiler 1\n\n\(Self.publicKey)x\n", to: files.clients)
        let lines = (files.problem() ?? "").split(separator: "\n")
        let start = "security.authorized_keys: \(files.clients)"
        try #require(lines.count == 2)
        #expect(lines[0].hasPrefix("\(start):2: expected a public key of 40 characters"))
        #expect(lines[1].hasPrefix("foretide: \(start):4: "))
    }

    @Test("a name without a / is a credential, which there must be")
    func credential() throws {
        let files = try Files()
        try files.write("", to: files.clients)
        let problem = files.problem { $0.curveSecretKeyFile = "own" }
        #expect(problem?.contains("LoadCredential=") == true)
        // What only the service can see is not checked.
        var security = Settings().security
        security.curveSecretKeyFile = "own"
        security.authorizedKeys = files.clients
        try SecurityKeys.check(security)
        try files.write("nonsense", to: files.clients)
        #expect(throws: DaemonError.self) { try SecurityKeys.check(security) }
    }

    @Test("a server's key that is no key is refused")
    func serverKey() throws {
        let files = try Files()
        try files.write("", to: files.clients)
        try files.write(Self.certificate(Self.publicKey, Self.secretKey), to: files.own)
        #expect(files.problem { $0.curveServerKey = Self.publicKey } == nil)
        let problem = files.problem { $0.curveServerKey = String(repeating: "#", count: 40) }
        #expect(problem?.hasPrefix("security.curve_server_key = ") == true)
    }
}
