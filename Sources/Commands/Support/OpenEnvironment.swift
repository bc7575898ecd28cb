internal import DSS
internal import Diagnostics
internal import Files
internal import HTTP
internal import JSON
internal import Manifests
internal import Planning
internal import Reconciling
internal import Resources

/// An environment with its manifests read and its nodes at hand.
struct OpenEnvironment {
    let desired: DesiredState
    let reconciler: Reconciler
    let dialect: Dialect
    let secrets: SecretResolver
    let root: String
    /// The warnings of manifests and connections.
    let diagnostics: [Diagnostic]
    private let opener: NodeOpener
    private let options: NodeOptions
    private let session: Session

    init(
        _ options: WorkspaceOptions, _ nodeOptions: NodeOptions, _ session: Session, environment: String? = nil
    ) async throws(Failure) {
        let workspace = try OpenWorkspace(options, concurrency: nodeOptions.concurrency, session)
        let name = try workspace.environmentName(options.environment ?? environment)
        let (desired, warnings) = try workspace.desired(name)
        let environment = desired.environment
        let source = environment.promotesFrom.flatMap { workspace.workspace.environment($0) }?.deployer
        let connections = [environment.designer, environment.deployer, source].compactMap { $0 }

        let opener = NodeOpener(root: workspace.root, variables: session.variables, options: nodeOptions)
        try await opener.openSandboxes(of: connections)
        let everyConnection = workspace.workspace.environments.flatMap { [$0.designer, $0.deployer].compactMap { $0 } }
        let secrets = SecretResolver(
            root: workspace.root, environment: session.variables, policy: workspace.workspace.secrets,
            connections: Array(Set(everyConnection.flatMap(\.secrets))))
        let limits = environment.limits
        var designer: DSSClient?
        if let connection = environment.designer {
            designer = try await opener.client(connection, limits: limits, secrets: secrets)
        }
        let deployer = try await opener.client(environment.deployer, limits: limits, secrets: secrets)
        var promoted: DSSClient?
        if let source { promoted = try await opener.client(source, limits: limits, secrets: secrets) }

        dialect = try OpenEnvironment.dialect(of: environment)
        reconciler = Reconciler(
            environment: environment, nodes: Nodes(designer: designer, deployer: deployer, source: promoted),
            targets: PlanTargets(
                designer: environment.designer?.targetText, deployer: environment.deployer.targetText,
                source: source?.targetText),
            secrets: secrets, dialect: dialect, root: workspace.root)
        self.desired = desired
        self.secrets = secrets
        self.opener = opener
        self.options = nodeOptions
        self.session = session
        root = workspace.root
        diagnostics = warnings + OpenEnvironment.warnings(of: connections)
    }

    private static func dialect(of environment: Environment) throws(Failure) -> Dialect {
        let overrides = JSONObject(environment.dialect.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        let (dialect, problems) = Dialect.overridden(by: overrides)
        guard problems.isEmpty else {
            throw Failure(
                problems.map {
                    Diagnostic(
                        .error, "bad-dialect", $0.message, at: environment.mark,
                        hint: "`mooring explain dialect` lists the words and what they mean.")
                })
        }
        return dialect
    }

    /// What each run says of connections that a listener could abuse.
    private static func warnings(of connections: [Connection]) -> [Diagnostic] {
        var warnings: [Diagnostic] = []
        for connection in connections {
            guard case .url(let url) = connection.target else { continue }
            if url.lowercased().hasPrefix("http://"), !connection.secrets.isEmpty, !isLoopback(url) {
                warnings.append(
                    Diagnostic(
                        .warning, "key-in-clear", "the key for '\(url)' travels unencrypted", at: connection.mark,
                        hint: "Use https."))
            }
        }
        var seen: Set<Diagnostic> = []
        return warnings.filter { seen.insert($0).inserted }
    }

    /// Whether a URL's host is this machine: what it is sent does not leave it.
    private static func isLoopback(_ url: String) -> Bool {
        let authority = url.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" }
        if authority.hasPrefix("[::1]") { return true }
        let host = authority.prefix { $0 != ":" }
        return host == "localhost" || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// Says on a terminal that the nodes are read, until the notice is ended.
    func noticeOfReading() -> Notice {
        Notice("Reading '\(desired.environment.name)' ...", session, isVerbose: options.verbose)
    }

    /// With `--stats`: tells how many requests were sent.
    func tellStatistics() {
        guard options.stats else { return }
        Console.errors.write(OpenEnvironment.text(opener.statistics.snapshot))
    }

    private static func text(_ counts: RequestStatistics.Snapshot) -> String {
        var text = "requests: \(counts.requests), retries: \(counts.retries), bytes sent: \(counts.bytesOut), "
        text += "bytes received: \(counts.bytesIn), time in requests: \(counts.milliseconds) ms\n"
        for (name, count) in counts.counts.sorted(by: { $0.key < $1.key }) { text += "  \(name): \(count)\n" }
        return text
    }
}
