import JSON
import Planning
import Resources
import TestSupport

/// Carries a plan out on a world in memory, as strict as DSS: what is used can't be deleted.
struct DeleteSimulator {
    var world: DeleteWorld
    private(set) var problems: [String] = []

    init(_ world: DeleteWorld) { self.world = world }

    /// In some order that the plan allows, a unit at a time.
    mutating func carryOut(_ plan: Plan, random: inout SeededGenerator) {
        let units = Dictionary(grouping: plan.changes, by: \.unit)
        let unitOf = Dictionary(uniqueKeysWithValues: plan.changes.map { ($0.address, $0.unit) })
        var waiting = units.mapValues { changes in
            Set(changes.flatMap(\.waitsFor).compactMap { unitOf[$0] }).subtracting([changes[0].unit])
        }
        while !waiting.isEmpty {
            let ready = waiting.filter(\.value.isEmpty).keys.sorted()
            guard !ready.isEmpty else {
                problems.append("these wait for one another: \(waiting.keys.sorted())")
                return
            }
            let unit = ready[random.below(ready.count)]
            waiting[unit] = nil
            for other in waiting.keys { waiting[other]?.remove(unit) }
            for change in (units[unit] ?? []).sorted(by: { $0.address < $1.address }) { carryOut(change) }
        }
        for address in plan.forgotten { world.state.records[address] = nil }
        checkUses(plan)
    }

    private mutating func carryOut(_ change: Change) {
        let address = change.address
        if change.action == .delete || change.action == .replace { delete(change) }
        if change.action == .delete {
            world.state.records[address] = nil
            return
        }
        let recorded = address.kind == .package ? address.at(version: PackageSpec(change.resource).version) : address
        let record = Record(recorded, .owned, applied: AppliedSpec(change.resource), mark: change.resource.mark)
        if world.state.records[recorded] == nil || change.action == .replace { world.state.records[recorded] = record }
        switch address.kind {
        case .apiService:
            if !world.live.listed.contains(address) { world.addService(address.path.joined(separator: "/")) }
        case .endpoint:
            guard let service = address.service else { return }
            edit(service) { $0.contains(address.name) ? $0 : $0 + [address.name] }
        case .package: publish(change.resource)
        case .publishedService: if !world.live.listed.contains(address) { world.addPublished(address.name) }
        case .infra: world.addInfra(address.name, type: change.resource.spec["type"]?.string ?? "")
        case .deployment: deploy(change.resource)
        }
    }

    private mutating func publish(_ package: Resource) {
        let spec = PackageSpec(package)
        guard let service = package.address.service, let target = spec.publishedService else { return }
        world.live.packages[service, default: []].insert(spec.version)
        world.addPublished(target, versions: (world.live.versions[target] ?? []).union([spec.version]))
        let address = Address(.publishedService, target)
        let isDeclared = world.resources.contains { $0.address == address }
        if !isDeclared, world.state.records[address] == nil { world.remember(address.description) }
    }

    private mutating func deploy(_ resource: Resource) {
        let (id, spec) = (resource.address.name, DeploymentSpec(resource))
        for infra in world.live.deploymentsOfInfra.keys { world.live.deploymentsOfInfra[infra]?.remove(id) }
        world.addDeployment(
            id, of: spec.publishedService, on: spec.infra, version: spec.mapping?.versions.first ?? "")
    }

    private mutating func edit(_ service: Address, _ change: ([String]) -> [String]) {
        let ids = world.live.documents[service]?["endpoints"]?.array?.compactMap { $0["id"]?.string } ?? []
        world.addService(
            service.path.joined(separator: "/"), endpoints: change(ids), packages: world.live.packages[service] ?? [])
    }

    private mutating func delete(_ change: Change) {
        let (address, name) = (change.address, change.address.name)
        switch address.kind {
        case .apiService: problems.append("no call deletes \(address)")
        case .endpoint:
            guard let service = address.service else { return }
            edit(service) { ids in ids.filter { $0 != name } }
        case .package:
            let spec = PackageSpec(change.resource)
            for step in change.steps {
                if step.kind == .deletePackage, let service = address.service {
                    world.live.packages[service]?.remove(spec.version)
                } else if step.kind == .deleteVersion, let service = step.subject {
                    world.live.versions[service]?.remove(spec.version)
                    for id in deployments(of: service) where maps(id, to: spec.version) {
                        problems.append("\(address) is deleted while \(id) maps to it")
                    }
                }
            }
        case .publishedService:
            if let id = deployments(of: name).first { problems.append("\(address) is deleted while \(id) is there") }
            if let left = world.live.versions[name]?.min() {
                problems.append("\(address) is deleted with \(left) on it")
            }
            forget(address)
            world.live.versions[name] = nil
        case .infra:
            if let id = world.live.deploymentsOfInfra[name]?.min() {
                problems.append("\(address) is deleted while \(id) runs on it")
            }
            forget(address)
        case .deployment:
            forget(address)
            world.live.serviceOfDeployment[name] = nil
            world.live.mappings[name] = nil
            for infra in world.live.deploymentsOfInfra.keys { world.live.deploymentsOfInfra[infra]?.remove(name) }
        }
    }

    private mutating func forget(_ address: Address) {
        if world.live.listed.remove(address) == nil { problems.append("\(address) is deleted and is not there") }
        world.live.documents[address] = nil
    }

    private func deployments(of service: String) -> [String] {
        world.live.serviceOfDeployment.filter { $0.value == service }.keys.sorted()
    }

    /// What is not known may be anything.
    private func maps(_ id: String, to version: String) -> Bool {
        world.live.mappings[id]?.versions.contains(version) ?? true
    }

    /// Nothing that the plan deleted may be in use when it is done.
    private mutating func checkUses(_ plan: Plan) {
        for change in plan.changes where change.action == .delete {
            let address = change.address
            let users =
                switch address.kind {
                case .infra: Array(world.live.deploymentsOfInfra[address.name] ?? [])
                case .publishedService: deployments(of: address.name)
                case .package:
                    change.steps.filter { $0.kind == .deleteVersion }.flatMap { step in
                        deployments(of: step.subject ?? "").filter {
                            maps($0, to: PackageSpec(change.resource).version)
                        }
                    }
                default: [String]()
                }
            if !users.isEmpty { problems.append("\(address) is gone, and \(users.sorted()) need it") }
        }
    }
}
