internal import DSS
internal import Diagnostics
internal import Files
internal import HTTP
internal import Reconciling
internal import Resources
internal import Sandbox

/// Opens connections to live nodes, and sandboxes in this process.
///
/// Nodes that are reached alike share their connections and the limit on requests; two environments may share a sandbox.
actor NodeOpener {
    private let root: String
    private let variables: [String: String]
    private let options: NodeOptions
    private var transports: [TransportKey: any Transport] = [:]
    private var sandboxes: [String: OpenSandbox] = [:]
    let statistics = RequestStatistics()

    private struct TransportKey: Hashable {
        let target: Connection.Target
        let configuration: TransportConfiguration
    }

    /// A sandbox in this process, or the server that holds its folder.
    private enum OpenSandbox {
        case here(Sandbox, SandboxFolder)
        case server(url: String, key: String)

        var key: String {
            switch self {
            case .here(_, let folder): folder.key
            case .server(_, let key): key
            }
        }
    }

    /// How long to wait for another process to leave a sandbox's folder, and how often to look. A plan holds it for moments.
    private static let patience = Duration.seconds(3)
    private static let glance = Duration.milliseconds(50)

    init(root: String, variables: [String: String], options: NodeOptions) {
        self.root = root
        self.variables = variables
        self.options = options
    }

    /// Takes the sandboxes that an environment needs, so that their keys exist before secrets are read.
    func openSandboxes(of connections: [Connection]) async throws(Failure) {
        for connection in connections {
            if case .sandbox(let folder) = connection.target { _ = try await sandbox(folder) }
        }
    }

    /// A client of the node that a connection names.
    func client(
        _ connection: Connection, limits: Limits, secrets: SecretResolver
    ) async throws(Failure) -> DSSClient {
        let transport = try await transport(connection, limits)
        let credentials: DSSCredentials
        var headers: [HTTPHeader] = []
        do throws(FileError) {
            switch connection.authentication {
            case .none: credentials = .none
            case .apiKey(let key): credentials = .apiKey(try await secrets.resolve(key, for: .connection))
            case .bearerToken(let token): credentials = .bearerToken(try await secrets.resolve(token, for: .connection))
            }
            for header in connection.headers {
                switch header.value {
                case .text(let text): headers.append(HTTPHeader(header.name, text))
                case .secret(let secret):
                    headers.append(
                        HTTPHeader(header.name, try await secrets.resolve(secret, for: .connection).reveal()))
                }
            }
        } catch {
            var problem = error.diagnostic
            problem.mark = problem.mark ?? connection.mark
            throw Failure(problem)
        }
        let address = try await self.address(connection, credentials)
        return DSSClient(
            endpoint: DSSEndpoint(
                host: address.url, basePath: connection.basePath, credentials: address.credentials, headers: headers,
                proxyUser: connection.proxyUser, requestTimeout: limits.requestTimeout),
            transport: transport)
    }

    private func address(
        _ connection: Connection, _ credentials: DSSCredentials
    ) async throws(Failure) -> (url: String, credentials: DSSCredentials) {
        switch connection.target {
        case .url(let url): return (url, credentials)
        case .sandbox(let folder):
            let sandbox = try await sandbox(folder)
            let own = credentials == .none ? DSSCredentials.apiKey(Secret(sandbox.key)) : credentials
            if case .server(let url, _) = sandbox { return (url, own) }
            return ("sandbox://dss", own)
        }
    }

    private func transport(_ connection: Connection, _ limits: Limits) async throws(Failure) -> any Transport {
        let configuration = TransportConfiguration(
            maximumConnections: limits.concurrency, caFile: connection.caFile.map { resolvePath($0, from: root) },
            clientCertificate: connection.clientCertificate.map {
                TransportConfiguration.ClientCertificate(
                    certificateFile: resolvePath($0.certificate, from: root), keyFile: resolvePath($0.key, from: root))
            }, verifyTLS: connection.verifyTLS, userAgent: "mooring/\(mooringVersion)")
        let key = TransportKey(target: connection.target, configuration: configuration)
        if let known = transports[key] { return known }
        let base: any Transport
        switch connection.target {
        case .url: base = CurlTransport(configuration)
        case .sandbox(let folder):
            switch try await sandbox(folder) {
            case .here(let sandbox, _): base = SandboxTransport(sandbox)
            case .server: base = CurlTransport(configuration)
            }
        }
        let transport = RetryingTransport(
            base, limiter: ConcurrencyLimiter(maximum: limits.concurrency), statistics: statistics,
            observe: options.verbose ? NodeOpener.log : nil)
        transports[key] = transport
        return transport
    }

    @Sendable private static func log(_ record: RequestRecord) { Console.errors.write(record.text + "\n") }

    private func sandbox(_ folder: String) async throws(Failure) -> OpenSandbox {
        let path = resolvePath(folder, from: root)
        if let known = sandboxes[path] { return known }
        let opened = try await take(path)
        sandboxes[path] = opened
        return opened
    }

    private func take(_ path: String) async throws(Failure) -> OpenSandbox {
        let given = variables[SandboxFolder.keyVariable].flatMap { $0.isEmpty ? nil : $0 }
        let deadline = ContinuousClock.now + NodeOpener.patience
        do {
            while true {
                if let folder = try SandboxFolder(taking: path, key: given) {
                    return .here(try Sandbox(SandboxOptions(data: path, key: folder.key)), folder)
                }
                if let url = SandboxFolder.server(of: path), let key = try SandboxFolder.readKey(in: path) ?? given,
                    await NodeOpener.isAlive(url)
                {
                    return .server(url: url, key: key)
                }
                guard ContinuousClock.now < deadline else { break }
                try await Task.sleep(for: NodeOpener.glance)
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
