internal import DSS
internal import Diagnostics
internal import Files
internal import HTTP
internal import Planning
internal import Reconciling
internal import Resources

/// Opens the nodes of an environment for one run, whose requests are counted and whose retries are bounded together.
actor NodeOpener {
    private let lines: NodeLines
    private let observe: (@Sendable (RequestRecord) -> Void)?
    private var transports: [NodeLines.Key: RetryingTransport] = [:]
    let statistics = RequestStatistics()

    /// `observe` is told each attempt.
    init(_ lines: NodeLines, observe: (@Sendable (RequestRecord) -> Void)? = nil) {
        self.lines = lines
        self.observe = observe
    }

    /// What an environment is reached by.
    struct Connections: Sendable {
        let designer: Connection?
        let deployer: Connection
        /// Where lacking versions are copied from.
        let source: Connection?

        var all: [Connection] { [designer, deployer, source].compactMap { $0 } }

        var targets: PlanTargets {
            PlanTargets(
                designer: designer?.targetText, deployer: deployer.targetText, source: source?.targetText)
        }
    }

    /// Clients of the nodes. The sandboxes among them are taken before secrets are read, for their keys are files.
    func nodes(
        _ connections: Connections, limits: Limits, secrets: SecretResolver
    ) async throws(Failure) -> Nodes {
        for connection in connections.all {
            if case .sandbox(let folder) = connection.target { _ = try await lines.sandbox(folder) }
        }
        var designer: DSSClient?
        if let connection = connections.designer {
            designer = try await client(connection, limits: limits, secrets: secrets)
        }
        let deployer = try await client(connections.deployer, limits: limits, secrets: secrets)
        var source: DSSClient?
        if let connection = connections.source {
            source = try await client(connection, limits: limits, secrets: secrets)
        }
        return Nodes(
            designer: designer, deployer: deployer, source: source,
            updates: await lines.updates(on: connections.deployer, limits))
    }

    /// A client of the node that a connection names.
    private func client(
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
            let sandbox = try await lines.sandbox(folder)
            return (sandbox.url, credentials == .none ? DSSCredentials.apiKey(Secret(sandbox.key)) : credentials)
        }
    }

    private func transport(_ connection: Connection, _ limits: Limits) async throws(Failure) -> RetryingTransport {
        let key = lines.key(connection, limits)
        let line = try await lines.line(key)
        if let known = transports[key] { return known }
        let transport = RetryingTransport(
            line.transport, limiter: line.limiter, statistics: statistics, observe: observe)
        transports[key] = transport
        return transport
    }
}
