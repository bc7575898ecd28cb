internal import DSS
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources

/// Finds out by reading what became of writes whose end nobody recorded. It writes nothing, and repeats nothing.
struct Settlement: Sendable {
    enum Verdict: Hashable, Sendable {
        case done
        case notDone
        /// It is under way still: an update that runs.
        case running
        /// It can't be told, or is waited for.
        case open
    }

    let nodes: Nodes
    let dialect: Dialect
    let refresh: Refresh
    let intents: [Intent]
    private(set) var verdicts: [Intent.ID: Verdict] = [:]

    init(_ reconciler: Reconciler, _ intents: [Intent]) {
        nodes = reconciler.nodes
        dialect = reconciler.dialect
        refresh = reconciler.refresh
        self.intents = intents
    }

    mutating func read() async throws(ReconcileError) {
        // What lies on a design node that this environment does not reach stays open.
        let live = try await refresh.read(ReadScope(intents, hasDesigner: nodes.designer != nil))
        for intent in intents where intent.kind != .awaitHealth {
            verdicts[intent.id] =
                intent.kind == .startUpdate ? try await update(intent, live) : verdict(intent, live)
        }
        for intent in intents where intent.kind == .awaitHealth {
            // Where the settings were not saved there is nothing to wait for. A save after it goes back from a bad end.
            let isVoid = intents.contains {
                let isOfIt =
                    $0.kind == .saveDeployment && $0.address == intent.address && $0.id < intent.id
                    || [.saveInfra, .deleteDeployment].contains($0.kind) && $0.address.description == intent.subject
                return isOfIt && $0.id.run == intent.id.run && verdicts[$0.id] == .notDone
            }
            verdicts[intent.id] = isVoid || !live.listed.contains(intent.address) ? .notDone : .open
        }
    }

    /// What is remembered when what was found done counts as recorded.
    func applied(to state: StateSnapshot) -> StateSnapshot {
        var state = state
        state.intents = []
        let pushes = pushes()
        for intent in intents {
            switch verdicts[intent.id] {
            case .done, .running:
                for record in intent.records { state.records[record.address] = record }
                for address in intent.forgets { state.records[address] = nil }
            case .open, nil:
                var intent = intent
                intent.job = pushes[intent.id] ?? intent.job
                state.intents.append(intent)
            case .notDone: break
            }
        }
        return state
    }

    /// The waits for health whose update was found done, and the task that it was.
    func pushes() -> [Intent.ID: String] {
        struct Push: Hashable {
            let run: Int
            let address: Address
        }
        var jobs: [Push: String] = [:]
        for update in intents where update.kind == .startUpdate && [.done, .running].contains(verdicts[update.id]) {
            jobs[Push(run: update.id.run, address: update.address)] = update.job ?? Rollout.unnamedJob
        }
        var result: [Intent.ID: String] = [:]
        for watch in intents where watch.kind == .awaitHealth {
            result[watch.id] = jobs[Push(run: watch.id.run, address: watch.address)]
        }
        return result
    }

    private func verdict(_ intent: Intent, _ live: LiveState) -> Verdict {
        let address = intent.address
        if let service = address.service, address.kind.isDesignSide {
            if live.unreadable[service] != nil || live.unreadable[Address(.package, path: service.path)] != nil {
                return .open
            }
            if nodes.designer == nil, intent.kind?.isOnDesigner ?? true { return .open }
        }
        switch intent.kind {
        case .createAPIService, .createInfra, .createDeployment: return found(live.listed.contains(address))
        case .deleteInfra, .deleteDeployment, .deletePublishedService: return found(!live.listed.contains(address))
        case .createPublishedService:
            return found(live.listed.contains(Address(.publishedService, intent.subject ?? address.name)))
        case .createPackage, .deletePackage:
            let isThere = address.service.flatMap { live.packages[$0]?.contains(intent.subject ?? "") } ?? false
            return found(isThere == (intent.kind == .createPackage))
        case .publishPackage, .importVersion, .deleteVersion:
            let version = address.version ?? intent.records.first { $0.address.kind == .package }?.address.version
            let isThere = live.versions[intent.subject ?? ""]?.contains(version ?? "") ?? false
            return found(isThere == (intent.kind != .deleteVersion))
        case .promoteVersion: return found(live.versions[address.name]?.contains(intent.subject ?? "") ?? false)
        case .saveAPIService, .savePublishedService, .saveInfra, .saveDeployment, .disableDeployment:
            return saved(intent, live)
        case .startUpdate, .awaitHealth, nil: return .open
        }
    }

    private func found(_ isDone: Bool) -> Verdict { isDone ? .done : .notDone }

    /// A save was done when the document is no longer as it was before, and holds all that was to be written.
    private func saved(_ intent: Intent, _ live: LiveState) -> Verdict {
        let address = intent.address
        if live.unreadable[address] != nil { return .open }
        guard let document = live.documents[address], Fingerprint.of(document, dialect) != intent.before else {
            return .notDone
        }
        let isHeld = intent.records.allSatisfy { record in
            let part = record.address.kind == .endpoint ? endpoint(record.address, of: document) : document
            guard let part else { return false }
            var comparison = Comparison()
            comparison.compare(DesiredDocument(record.resource, dialect: dialect), with: part)
            return comparison.changes.isEmpty
        }
        let isGone = intent.forgets.allSatisfy { $0.kind != .endpoint || endpoint($0, of: document) == nil }
        return found(isHeld && isGone)
    }

    private func endpoint(_ address: Address, of service: JSONValue) -> JSONValue? {
        service["endpoints"]?.array?.first { $0["id"]?.string == address.name }
    }

    /// A newer update than the newest before is ours: who holds the lock is the only one to start any.
    private func update(_ intent: Intent, _ live: LiveState) async throws(ReconcileError) -> Verdict {
        guard live.listed.contains(intent.address) else { return .notDone }
        let deployment = nodes.deployer.apiDeployer.deployment(intent.address.name)
        var newest: UpdateItem?
        do throws(DSSError) { newest = try await deployment.newestUpdate() } catch {
            throw ReconcileError(error.diagnostic)
        }
        if let newest, newest.startTimestamp != intent.before {
            return newest.isOver(dialect) ? .done : .running
        }
        guard let job = intent.job else { return .notDone }
        do throws(DSSError) {
            return try await nodes.deployer.future(job).getState().isFinished ? .done : .running
        } catch {
            // A failed task answers with an error as well; one that nobody knows any more has left no update.
            if error.mayMeanAbsent { return .notDone }
            if case .status(let status, _, _) = error.kind, status < 500 { return .done }
            throw ReconcileError(error.diagnostic)
        }
    }

    /// Asks again for the updates that still ran.
    mutating func readRunning() async throws(ReconcileError) {
        var live = LiveState()
        live.listed = Set(intents.map(\.address))
        for intent in intents where verdicts[intent.id] == .running {
            verdicts[intent.id] = try await update(intent, live)
        }
    }

    /// What became of a wait for health.
    mutating func decide(_ id: Intent.ID, _ verdict: Verdict) { verdicts[id] = verdict }
}

extension Intent {
    var kind: Step.Kind? { Step.Kind(rawValue: step) }
}

extension Step.Kind {
    var isOnDesigner: Bool {
        switch self {
        case .createAPIService, .saveAPIService, .createPackage, .deletePackage, .publishPackage: true
        default: false
        }
    }
}

extension Record {
    /// The resource as it was last applied.
    var resource: Resource {
        let mark = mark ?? SourceMark(file: "")
        return Resource(address: address, metadata: Metadata(), spec: applied.value(at: mark), mark: mark)
    }
}

extension UpdateItem {
    func isOver(_ dialect: Dialect) -> Bool {
        endTimestamp != nil || status.flatMap(dialect.hasSucceeded) != nil
    }
}

extension DSSAPIDeployerDeployment {
    /// The update that started last; nil when there is none, or where the release keeps no list of them (before 14.1).
    func newestUpdate() async throws(DSSError) -> UpdateItem? {
        do throws(DSSError) {
            return try await listUpdates().max {
                ($0.startTimestamp.count, $0.startTimestamp) < ($1.startTimestamp.count, $1.startTimestamp)
            }
        } catch {
            if error.mayMeanAbsent || error.status == 405 { return nil }
            throw error
        }
    }
}
