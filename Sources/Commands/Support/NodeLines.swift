internal import Diagnostics
internal import Files
internal import HTTP
internal import Reconciling
internal import Resources
internal import Sandbox

/// The ways to live nodes that a process has: connections, limits on requests, sandboxes in the process itself.
///
/// Nodes that are reached alike share them, and so do two environments on one sandbox. What was opened is kept.
actor NodeLines {
    /// One way, and how many requests may go it at once.
    struct Line: Sendable {
        let transport: any Transport
        let limiter: ConcurrencyLimiter
    }

    /// What makes two ways the same.
    struct Key: Hashable, Sendable {
        let target: Connection.Target
        let configuration: TransportConfiguration
    }

    /// A sandbox in this process, or the server that holds its folder.
    enum OpenSandbox: Sendable {
        case here(Sandbox, SandboxFolder)
        case server(url: String, key: String)

        var key: String {
            switch self {
            case .here(_, let folder): folder.key
            case .server(_, let key): key
            }
        }

        /// Where a client of it sends to.
        var url: String {
            switch self {
            case .here: "sandbox://dss"
            case .server(let url, _): url
            }
        }
    }

    private let root: String
    private let variables: [String: String]
    private var lines: [Key: Line] = [:]
    private var sandboxes: [String: OpenSandbox] = [:]
    private var updates: [Connection.Target: Turnstile] = [:]

    /// How long to wait for another process to leave a sandbox's folder, and how often to look. A plan holds it for moments.
    private static let patience = Duration.seconds(3)
    private static let glance = Duration.milliseconds(50)

    /// `root` is the folder that relative paths of connections start from.
    init(root: String, variables: [String: String]) {
        self.root = root
        self.variables = variables
    }

    nonisolated func key(_ connection: Connection, _ limits: Limits) -> Key {
        let configuration = TransportConfiguration(
            maximumConnections: limits.concurrency, caFile: connection.caFile.map { resolvePath($0, from: root) },
            clientCertificate: connection.clientCertificate.map {
                TransportConfiguration.ClientCertificate(
                    certificateFile: resolvePath($0.certificate, from: root), keyFile: resolvePath($0.key, from: root))
            }, verifyTLS: connection.verifyTLS, userAgent: "mooring/\(mooringVersion)")
        return Key(target: connection.target, configuration: configuration)
    }

    func line(_ key: Key) async throws(Failure) -> Line {
        // A sandbox first: one that moved to another process is reached anew.
        var inProcess: Sandbox?
        if case .sandbox(let folder) = key.target, case .here(let sandbox, _) = try await sandbox(folder) {
            inProcess = sandbox
        }
        if let known = lines[key] { return known }
        let transport: any Transport =
            if let inProcess { SandboxTransport(inProcess) } else { CurlTransport(key.configuration) }
        let line = Line(
            transport: transport, limiter: ConcurrencyLimiter(maximum: key.configuration.maximumConnections))
        lines[key] = line
        return line
    }

    /// Who may update on a deployer now: all environments there together, as many as the first one's limits say.
    func updates(on deployer: Connection, _ limits: Limits) -> Turnstile {
        if let known = updates[deployer.target] { return known }
        let turnstile = Turnstile(places: limits.updates)
        updates[deployer.target] = turnstile
        return turnstile
    }

    /// The sandbox with its data in a folder.
    func sandbox(_ folder: String) async throws(Failure) -> OpenSandbox {
        let path = resolvePath(folder, from: root)
        switch sandboxes[path] {
        case .here(let sandbox, let held): return .here(sandbox, held)
        case .server(let url, let key):
            if SandboxFolder.server(of: path) == url { return .server(url: url, key: key) }
            // That server ended: whoever holds the folder now is another one.
            sandboxes[path] = nil
            lines = lines.filter { $0.key.target != .sandbox(folder) }
        case nil: break
        }
        let opened = try await take(path)
        sandboxes[path] = opened
        return opened
    }

    private func take(_ path: String) async throws(Failure) -> OpenSandbox {
        let given = variables[SandboxFolder.keyVariable].flatMap { $0.isEmpty ? nil : $0 }
        let deadline = ContinuousClock.now + NodeLines.patience
        do {
            while true {
                // Another task of this process may have taken it during the wait.
                if let known = sandboxes[path] { return known }
                if let folder = try SandboxFolder(taking: path, key: given) {
                    return .here(try Sandbox(SandboxOptions(data: path, key: folder.key)), folder)
                }
                if let url = SandboxFolder.server(of: path), let key = try SandboxFolder.readKey(in: path) ?? given,
                    await NodeLines.isAlive(url)
                {
                    return .server(url: url, key: key)
                }
                guard ContinuousClock.now < deadline else { break }
                try await Task.sleep(for: NodeLines.glance)
            }
        } catch let error as any DiagnosableError {
            throw Failure(error.diagnostic)
        } catch {
            // Only a wait throws anything else, when it is cancelled.
        }
        throw Failure(SandboxFolder.held(path), .locked)
    }

    /// Whether something answers at a URL; a server that ended may have left its file.
    private static func isAlive(_ url: String) async -> Bool {
        let transport = CurlTransport()
        defer { transport.shutdown() }
        let request = HTTPRequest(.get, url + "/sandbox/nodes", timeout: .seconds(2), label: "GET /sandbox/nodes")
        return (try? await transport.send(request)) != nil
    }
}
