internal import DSS
internal import Diagnostics
internal import HTTP
internal import JSON
internal import Planning
internal import Resources

/// Reads the live state with the fewest requests: each list once, then settings and health side by side.
struct Refresh: Sendable {
    let nodes: Nodes
    let dialect: Dialect
    /// Requests under way at once.
    let concurrency: Int

    /// So many requests without an answer in one refresh mean that the node is down: the rest would only wait too.
    static let mostUnanswered = 16

    func read(_ scope: ReadScope) async throws(ReconcileError) -> LiveState {
        var live = LiveState()
        try await readLists(scope, &live)
        await lookFor(scope.remembered.subtracting(live.listed), &live)
        await lookForHidden(scope, &live)
        try await readObjects(scope.completed(by: live), &live)
        completeMappings(&live)
        await readUpdates(&live)
        return live
    }

    private enum List: Sendable {
        case project(String), infras, services, deployments, source
    }

    private enum ListAnswer: Sendable {
        case project([APIServiceListItem])
        case infras([InfraStatus])
        case services([ServiceStatus])
        case deployments([DeploymentStatus])
        case source([ServiceStatus])
        case failed(DSSError)
    }

    private func readLists(
        _ scope: ReadScope, _ live: inout LiveState
    ) async throws(ReconcileError) {
        var lists = scope.projects.sorted().map(List.project)
        if scope.listsInfras { lists.append(.infras) }
        if scope.listsServices { lists.append(.services) }
        if scope.listsDeployments { lists.append(.deployments) }
        if scope.readsSource, nodes.source != nil { lists.append(.source) }
        var failure: DSSError?
        await concurrently(lists, limit: concurrency, list) { list, answer in
            switch answer {
            case .project(let items):
                guard case .project(let project) = list else { return true }
                live.listed.formUnion(items.map { Address(.apiService, project, $0.id) })
            case .infras(let items):
                live.listed.formUnion(items.map { Address(.infra, $0.id) })
                for item in items { live.deploymentsOfInfra[item.id, default: []].formUnion(item.deployments) }
            case .services(let items):
                live.listed.formUnion(items.map { Address(.publishedService, $0.id) })
                for item in items { live.versions[item.id] = Set(item.packages.map(\.id)) }
            case .deployments(let items):
                live.listed.formUnion(items.map { Address(.deployment, $0.id) })
                for item in items {
                    live.serviceOnNodes[item.id] = item.serviceId
                    live.serviceOfDeployment[item.id] = item.publishedServiceId
                    live.mappings[item.id] = GenerationsMapping(item.generationsMapping, dialect: dialect)
                    if let infra = item.infraId { live.deploymentsOfInfra[infra, default: []].insert(item.id) }
                }
            case .source(let items):
                live.sourceVersions = Dictionary(
                    items.map { ($0.id, Set($0.packages.map(\.id))) }, uniquingKeysWith: { $0.union($1) })
            case .failed(let error):
                if case .project(let project) = list, error.mayMeanAbsent {
                    markUnreadable(project, error, scope, &live)
                } else {
                    failure = failure ?? error
                    return false
                }
            }
            return true
        }
        if let failure { throw ReconcileError(failure.diagnostic) }
    }

    /// Lists name what the key may see. What is remembered and not named is asked for by name: a key that lost a right
    /// would make it look deleted.
    private func lookFor(_ missing: Set<Address>, _ live: inout LiveState) async {
        let unknown = missing.filter { live.unreadable[$0] == nil }.sorted()
        await concurrently(unknown, limit: concurrency, { await item(.settings($0), Patience(1)) }) { address, answer in
            var words = "no list names '\(address)', which is remembered and is there"
            if case .failed(let error) = answer {
                guard error.status == 403 || !error.mayMeanAbsent else { return true }
                words = "no list names '\(address)', which is remembered: \(error.diagnostic.message)"
            }
            let problem = Diagnostic.notVisible(address, words)
            live.unreadable[address] = problem
            if address.kind == .apiService { live.unreadable[Address(.package, path: address.path)] = problem }
            return true
        }
    }

    /// Where the list does not tell what a deployment maps to, its settings do.
    private func completeMappings(_ live: inout LiveState) {
        for (address, document) in live.documents where address.kind == .deployment {
            let id = address.name
            live.mappings[id] = GenerationsMapping(document["generationsMapping"], dialect: dialect)
            live.serviceOfDeployment[id] = document["publishedServiceId"]?.string ?? live.serviceOfDeployment[id]
        }
    }

    /// A project that the key can't see: the rest of the plan goes on without it.
    private func markUnreadable(_ project: String, _ error: DSSError, _ scope: ReadScope, _ live: inout LiveState) {
        var problem = error.diagnostic
        problem.code = "project-not-visible"
        problem.message = "project '\(project)' does not exist, or this key can't see it: \(problem.message)"
        problem.hint = "Mooring does not create projects. Create it in DSS, or give the key's owner access to it."
        for service in scope.services.union(scope.external).union(scope.packagesOf)
        where service.path[0] == project {
            live.unreadable[service] = problem
            live.unreadable[Address(.package, path: service.path)] = problem
        }
    }

    private func list(_ list: List) async -> ListAnswer {
        do throws(DSSError) {
            switch list {
            case .project(let project):
                return .project(try await nodes.designer?.project(project).listAPIServices() ?? [])
            case .infras: return .infras(try await nodes.deployer.apiDeployer.listInfras())
            case .services: return .services(try await nodes.deployer.apiDeployer.listServices())
            case .deployments: return .deployments(try await nodes.deployer.apiDeployer.listDeployments())
            case .source: return .source(try await nodes.source?.apiDeployer.listServices() ?? [])
            }
        } catch {
            return .failed(error)
        }
    }

    enum Item: Sendable {
        case settings(Address)
        case packages(Address)
        case health(String)

        /// The resource that can't be planned without it.
        var subject: Address {
            switch self {
            case .settings(let address): address
            case .packages(let service): Address(.package, path: service.path)
            case .health(let id): Address(.deployment, id)
            }
        }
    }

    enum ItemAnswer: Sendable {
        case settings(JSONValue)
        case packages([PackageListItem])
        case health(HeavyStatus)
        case notAsked
        case failed(DSSError)
    }

    /// What is not in the lists is absent, and is not asked for.
    private func readObjects(
        _ scope: ReadScope, _ live: inout LiveState
    ) async throws(ReconcileError) {
        // Health first: it asks the nodes, and is the slowest.
        var items = scope.health.filter { live.listed.contains(Address(.deployment, $0)) }.sorted().map(Item.health)
        items += scope.services.intersection(live.listed).sorted().map(Item.settings)
        items += scope.packagesOf.intersection(live.listed).sorted().map(Item.packages)
        let objects =
            scope.publishedServices.map { Address(.publishedService, $0) } + scope.infras.map { Address(.infra, $0) }
            + scope.deployments.map { Address(.deployment, $0) }
        items += live.listed.intersection(objects).sorted().map(Item.settings)
        var unanswered = 0
        var fatal: DSSError?
        let patience = Patience(Refresh.mostUnanswered)
        await concurrently(items, limit: concurrency, { await self.item($0, patience) }) { item, answer in
            switch (item, answer) {
            case (.settings(let address), .settings(let document)): live.documents[address] = document
            case (.packages(let service), .packages(let items)): live.packages[service] = Set(items.map(\.id))
            case (.health(let id), .health(let status)):
                live.rollouts[id] = LiveRollout(status, serviceId: live.serviceOnNodes[id])
            case (.health(let id), .notAsked):
                var running = LiveRollout()
                running.problem = Diagnostic(
                    .warning, "health-not-asked",
                    "its health was not asked for: \(Refresh.mostUnanswered) others had no answer")
                live.rollouts[id] = running
            case (.health(let id), .failed(let error)):
                var running = LiveRollout()
                running.problem = error.diagnostic
                live.rollouts[id] = running
                if error.isUnanswered { patience.lose() }
            case (_, .failed(let error)):
                if error.status == 401 { fatal = fatal ?? error }
                if error.isUnanswered { unanswered += 1 }
                live.unreadable[item.subject] = error.diagnostic
                if unanswered >= Refresh.mostUnanswered { fatal = fatal ?? error }
            default: break
            }
            return fatal == nil
        }
        if let fatal { throw ReconcileError(fatal.diagnostic) }
    }

    func item(_ item: Item, _ patience: Patience) async -> ItemAnswer {
        do throws(DSSError) {
            switch item {
            case .packages(let service): return .packages(try await nodes.packages(of: service))
            case .health(let id):
                // DSS asks the nodes before it answers. Those that hang must not stall the rest: a second attempt would find
                // them so too.
                if patience.isOver { return .notAsked }
                return .health(try await nodes.deployer.hasty.apiDeployer.deployment(id).getHeavyStatus())
            case .settings(let address): return .settings(try await nodes.settings(of: address))
            }
        } catch {
            return .failed(error)
        }
    }

    /// Where the health alone does not tell whether the nodes have what is saved, the last update does.
    private func readUpdates(_ live: inout LiveState) async {
        let unclear = live.rollouts.filter { id, running in
            // One that is disabled and was never pushed is nowhere, as it should be.
            let isDisabled = live.documents[Address(.deployment, id)]?["enabled"]?.bool == false
            return ["ERROR", "UNHEALTHY"].contains(running.health) || running.health == "UNKNOWN" && !isDisabled
        }.keys.sorted()
        let dialect = dialect
        let nodes = nodes
        await concurrently(
            unclear, limit: concurrency,
            { id -> LiveRollout.LastUpdate in
                guard let updates = try? await nodes.deployer.apiDeployer.deployment(id).listUpdates() else {
                    return .notRead
                }
                return LiveRollout.LastUpdate(updates, dialect)
            },
            collect: { id, last in
                live.rollouts[id]?.lastUpdate = last
                return true
            })
    }
}

extension LiveRollout {
    /// `serviceId` is the service that the nodes answer for; without it there are no URLs.
    init(_ status: HeavyStatus, serviceId: String?) {
        self.init()
        health = status.health.text
        messages = status.healthMessages.messages.map(\.line)
        serviceURLs = serviceId.flatMap { status.serviceURLs(serviceId: $0) } ?? []
    }
}

extension LiveRollout.LastUpdate {
    /// The newest update decides; timestamps are numbers of one length, and compare as such.
    init(_ updates: [UpdateItem], _ dialect: Dialect) {
        let newest = updates.max {
            ($0.startTimestamp.count, $0.startTimestamp) < ($1.startTimestamp.count, $1.startTimestamp)
        }
        guard let newest else {
            self = .never
            return
        }
        guard let status = newest.status, let succeeded = dialect.hasSucceeded(updateStatus: status) else {
            self = .notRead
            return
        }
        self = succeeded ? .succeeded : .failed(status)
    }
}
