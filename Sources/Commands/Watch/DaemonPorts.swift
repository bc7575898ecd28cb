internal import DSS
internal import Diagnostics
internal import Files
internal import HTTP
internal import Manifests
internal import Notifications
internal import Reconciling
internal import Resources
internal import StateStorage
internal import Watching

/// What a daemon opens for the environments that it follows. Ways to nodes and sandboxes outlive a reload of its file.
struct DaemonPorts: Sendable {
    let file: WatchFile
    let session: Session
    let lines: NodeLines
    let log: DaemonLog
    /// Whether each request is logged.
    let isVerbose: Bool
    private let own: OwnSecrets

    init(_ file: WatchFile, _ session: Session, lines: NodeLines, log: DaemonLog, isVerbose: Bool) {
        self.file = file
        self.session = session
        self.lines = lines
        self.log = log
        self.isVerbose = isVerbose
        own = OwnSecrets { file.secrets(session) }
    }

    /// A secret of the daemon itself.
    func secret(_ reference: SecretReference) async throws(FileError) -> Secret { try await own.resolve(reference) }

    func ports(tell: @escaping @Sendable (News) -> Void) -> WatchPorts {
        WatchPorts(
            open: { request throws(ReconcileError) in try await open(request) },
            secret: { reference throws(FileError) in try await secret(reference) }, tell: tell,
            log: { log.tell($0) }, zones: TimeZoneDatabase(variables: session.variables),
            owner: Person.name(session.variables), process: .current())
    }

    private var observe: (@Sendable (RequestRecord) -> Void)? {
        guard isVerbose else { return nil }
        let log = log
        return { log.tell($0) }
    }

    /// The nodes, the state and the secrets of one environment, for one piece of work.
    private func open(_ request: PlaceRequest) async throws(ReconcileError) -> OpenPlace {
        do throws(Failure) {
            let (watch, environment) = (file.watch, request.environment)
            let connections = NodeOpener.Connections(
                designer: environment.designer, deployer: environment.deployer, source: request.source?.deployer)
            let opener = NodeOpener(lines, observe: observe)
            // Anew each time: who puts a new key in its place need not tell us.
            let secrets = file.secrets(session)
            let nodes = try await opener.nodes(connections, limits: environment.limits, secrets: secrets)
            let state = try await OpenState(
                watch.state(of: request.repository), name: request.repository.name, root: file.folder, secrets: secrets,
                for: request.writes ? .writing(hasSecrets: request.hasSecrets) : .reading)
            return OpenPlace(
                nodes: nodes, targets: connections.targets, store: state.store, fingerprintKey: state.fingerprintKey,
                secrets: secrets, statistics: opener.statistics, close: { await state.store.close() })
        } catch {
            throw ReconcileError(error.diagnostics, error.status == .locked ? .locked : .failed)
        }
    }
}

/// The daemon's own secrets, each read once in a while: a command may cost something, and a new key is seen all the same.
private actor OwnSecrets {
    /// Look-ups come every few seconds; a key that was replaced is wanted within minutes.
    private static let lifetime = Duration.seconds(300)

    private let make: @Sendable () -> SecretResolver
    private var current: SecretResolver
    private var made = ContinuousClock.now

    init(_ make: @escaping @Sendable () -> SecretResolver) {
        self.make = make
        current = make()
    }

    func resolve(_ reference: SecretReference) async throws(FileError) -> Secret {
        if ContinuousClock.now - made > OwnSecrets.lifetime {
            current = make()
            made = ContinuousClock.now
        }
        return try await current.resolve(reference, for: .connection)
    }
}
