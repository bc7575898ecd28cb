internal import DSS
internal import Diagnostics
internal import Files
internal import HTTP
internal import JSON
internal import Manifests
internal import Planning
internal import Reconciling
internal import Resources
internal import StateStorage

/// An environment with its manifests read, its state open and its nodes at hand.
struct OpenEnvironment {
    let desired: DesiredState
    let workspace: Workspace
    let reconciler: Reconciler
    let nodes: Nodes
    let store: any StateStore
    let dialect: Dialect
    let secrets: SecretResolver
    let tree: DiskTree
    /// The warnings of manifests and connections.
    let diagnostics: [Diagnostic]
    let session: Session
    let options: NodeOptions
    private let opener: NodeOpener

    var environment: Environment { desired.environment }
    var root: String { tree.root }

    /// `writes` says that the state may come to be; `maxDeletes` goes over the limit of the environment; `mayBeEmpty` that
    /// there need be no manifests.
    init(
        _ options: WorkspaceOptions, _ nodeOptions: NodeOptions, _ session: Session, environment: String? = nil,
        maxDeletes: Bound? = nil, writes: Bool = false, mayBeEmpty: Bool = false
    ) async throws(Failure) {
        let opened = try OpenWorkspace(
            options, concurrency: nodeOptions.concurrency, maxDeletes: maxDeletes, session)
        let workspace = opened.workspace
        let name = try opened.environmentName(options.environment ?? environment)
        let (desired, warnings) = try opened.desired(name, mayBeEmpty: mayBeEmpty)
        let environment = desired.environment
        let source = environment.promotesFrom.flatMap { workspace.environment($0) }?.deployer
        let connections = NodeOpener.Connections(
            designer: environment.designer, deployer: environment.deployer, source: source)
        let opener = NodeOpener(
            NodeLines(root: opened.root, variables: session.variables),
            observe: nodeOptions.verbose ? OpenEnvironment.log : nil)
        let secrets = opened.secretResolver(session)
        nodes = try await opener.nodes(connections, limits: environment.limits, secrets: secrets)

        let hasSecrets = desired.resources.contains { !$0.spec.secrets.isEmpty }
        let state = try await opened.state(for: writes ? .writing(hasSecrets: hasSecrets) : .reading, secrets)
        dialect = try OpenEnvironment.dialect(of: environment)
        reconciler = Reconciler(
            environment: environment, nodes: nodes, targets: connections.targets, secrets: secrets, dialect: dialect,
            root: opened.root, store: state.store, fingerprintKey: state.fingerprintKey,
            commit: headCommit(of: opened.root),
            zones: TimeZoneDatabase(variables: session.variables))
        store = state.store
        tree = opened.tree
        self.workspace = workspace
        self.desired = desired
        self.secrets = secrets
        self.opener = opener
        self.options = nodeOptions
        self.session = session
        diagnostics = warnings + OpenEnvironment.warnings(of: connections.all)
    }

    @Sendable private static func log(_ record: RequestRecord) { Console.errors.write(record.text + "\n") }

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
    static func warnings(of connections: [Connection]) -> [Diagnostic] {
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
        Notice("Reading '\(environment.name)' ...", session, isVerbose: options.verbose)
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
