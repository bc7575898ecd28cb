internal import Diagnostics
internal import Graph
internal import Resources

/// Who goes after whom: a deletion waits for all that referred to what it deletes.
extension Planner {
    /// After each change knows what it waits for.
    ///
    ///     Deployment <- Package@version <- PublishedService
    ///              ^--- Infra      ^------ Endpoint (only when all of it goes: a package holds a copy)
    mutating func orderDeletes() {
        let changes = plan.changes
        guard changes.contains(where: { $0.action == .delete || $0.action == .replace && $0.address.kind == .infra })
        else { return }
        let order = DeleteOrder(self)
        for index in changes.indices {
            var prerequisites = order.prerequisites(of: changes[index])
            if changes[index].action == .delete {
                // What it refers to is no longer needed: it goes after.
                plan.changes[index].waitsFor = prerequisites.sorted()
            } else if !prerequisites.isEmpty {
                prerequisites.formUnion(changes[index].waitsFor)
                plan.changes[index].waitsFor = prerequisites.sorted()
            }
        }
        checkOrder()
    }

    /// What is carried out together waits together, so that is what must have an order.
    private mutating func checkOrder() {
        var graph = DependencyGraph<Address>()
        let units = Dictionary(plan.changes.map { ($0.address, $0.unit) }, uniquingKeysWith: { first, _ in first })
        for change in plan.changes {
            graph.add(change.unit)
            for other in change.waitsFor {
                if let unit = units[other], unit != change.unit { graph.add(change.unit, waitsFor: unit) }
            }
        }
        do throws(CycleError<Address>) { _ = try graph.order() } catch {
            plan.diagnostics.append(
                Diagnostic(
                    .error, "dependency-cycle",
                    "these changes wait for one another: "
                        + error.path.map(\.description).joined(separator: " -> "),
                    at: error.path.first.flatMap { unit in plan.changes.first { $0.unit == unit }?.cause.mark },
                    hint: "Make the change in two steps: first what is new, then what goes."))
        }
    }

    /// An infrastructure can be made anew only when nothing runs on it, and nothing that is to go on running on it.
    mutating func checkReplacedInfras() {
        let replaced = plan.changes.filter { $0.action == .replace && $0.address.kind == .infra }
        guard !replaced.isEmpty else { return }
        let uses = DeploymentUses(self)
        for change in replaced {
            let id = change.address.name
            let staying = uses.before.on(infra: id).intersection(live.deploymentsOfInfra[id] ?? [])
                .intersection(uses.after.on(infra: id))
            guard !staying.isEmpty else { continue }
            plan.refusals.append(
                Diagnostic(
                    .error, "infra-in-use",
                    "'\(change.address)' can't be replaced: deployments run on it: "
                        + staying.sorted().joined(separator: ", "),
                    at: change.resource.mark, hint: "Move or delete them first, or make a new infrastructure beside it."
                ))
        }
    }
}

/// What the deletions of a plan wait for.
private struct DeleteOrder {
    private let uses: DeploymentUses
    /// The deployments that are deleted or made anew elsewhere, and those that may map to other versions then.
    private var leaving: Set<String> = []
    private var moving: Set<String> = []
    /// The versions that go, by their published service; by their design-side service.
    private var versionsOn: [String: [Address]] = [:]
    private var versionsOf: [Address: [Address]] = [:]
    private var endpointsOf: [Address: [Address]] = [:]
    private let replacements: [Address: Resource]
    private let changing: Set<Address>
    private let isDestroy: Bool

    init(_ planner: Planner) {
        uses = DeploymentUses(planner)
        replacements = planner.desired.replacements
        changing = Set(planner.plan.changes.map(\.address))
        isDestroy = planner.options.purpose == .destroy
        for change in planner.plan.changes {
            let address = change.address
            switch (address.kind, change.action) {
            case (.deployment, .delete), (.deployment, .replace):
                leaving.insert(address.name)
                moving.insert(address.name)
            case (.deployment, .update): moving.insert(address.name)
            case (.package, .delete):
                if let service = PackageSpec(change.resource).publishedService {
                    versionsOn[service, default: []].append(address)
                }
                if let service = address.service { versionsOf[service, default: []].append(address) }
            case (.endpoint, .delete):
                if let service = address.service { endpointsOf[service, default: []].append(address) }
            default: break
            }
        }
    }

    func prerequisites(of change: Change) -> Set<Address> {
        let address = change.address
        // A package is a copy of its service: what goes from the service must be gone before.
        if address.kind == .package, change.steps.contains(where: { $0.kind == .createPackage }) {
            return Set(address.service.flatMap { endpointsOf[$0] } ?? [])
        }
        if change.action == .replace, address.kind == .infra {
            let staying = uses.after.on(infra: address.name)
            return deployments(uses.before.on(infra: address.name).intersection(leaving).subtracting(staying))
        }
        guard change.action == .delete else { return [] }
        var result = referrers(of: change).union(change.neighbours.filter(changing.contains))
        if let replacement = replacements[address.withoutVersion]?.address, changing.contains(replacement) {
            result.insert(replacement)
        }
        return result
    }

    private func referrers(of change: Change) -> Set<Address> {
        let address = change.address
        switch address.kind {
        case .apiService, .deployment: return []
        case .endpoint: return Set(isDestroy ? address.service.flatMap { versionsOf[$0] } ?? [] : [])
        case .package:
            let spec = PackageSpec(change.resource)
            guard let service = spec.publishedService else { return [] }
            let (known, unknown) = uses.before.mapping(
                to: PublishedVersion(service: service, version: spec.version))
            return deployments(known.union(unknown).intersection(moving))
        case .publishedService:
            let (known, unknown) = uses.before.of(service: address.name)
            return deployments(known.union(unknown).intersection(leaving))
                .union(versionsOn[address.name] ?? [])
        case .infra: return deployments(uses.before.on(infra: address.name).intersection(leaving))
        }
    }

    private func deployments(_ ids: Set<String>) -> Set<Address> { Set(ids.map { Address(.deployment, $0) }) }
}
