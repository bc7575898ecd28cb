import JSON
import Planning
import Resources
import TestSupport

/// Makes worlds of a few objects each, of which any may be live, remembered, declared, or several of these.
///
/// What is live fits together, as DSS would have it; what is declared and remembered need not fit anything.
struct DeleteWorldGenerator {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private let services = ["s0", "s1", "s2"]
    private let endpoints = ["e0", "e1"]
    private let versions = ["v1", "v2", "v3"]
    private let infras = ["i0", "i1", "i2"]
    private let deployments = ["d0", "d1", "d2", "d3", "d4"]

    private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }
    private mutating func pick<T>(_ values: [T]) -> T { values[random.below(values.count)] }

    mutating func world() -> DeleteWorld {
        var world = DeleteWorld(hasDesigner: chance(90))
        world.options.prune = pick([nil, true, true, false])
        world.options.purpose = chance(25) ? .destroy : .apply
        world.environment.prune = chance(20)
        if chance(15) { world.options.targets = [pick(["Deployment/*", "*s0*", "Infra/i?", "Package/P/s1@*"])] }
        if chance(10) { world.options.excludes = [pick(["Deployment/d0", "*s2*", "Infra/i1"])] }
        addLive(&world)
        addRecords(&world)
        if chance(95) { addDeclared(&world) }
        for deployment in deployments where chance(3) {
            let address = Address(.deployment, deployment)
            guard !world.resources.contains(where: { $0.address == address }) else { continue }
            world.live.mappings[deployment] = nil
            world.live.documents[address] = nil
        }
        return world
    }

    private mutating func addLive(_ world: inout DeleteWorld) {
        var published: [(String, [String])] = []
        for service in services {
            if chance(80) {
                world.addService(
                    "P/" + service, endpoints: endpoints.filter { _ in chance(60) },
                    packages: Set(versions.filter { _ in chance(60) }))
            }
            if chance(80) {
                let some = versions.filter { _ in chance(60) }
                published.append((service, some))
                world.addPublished(service, versions: Set(some))
            }
        }
        let live = infras.filter { _ in chance(80) }
        for infra in live { world.addInfra(infra, type: pick(["STATIC", "K8S"])) }
        published.removeAll { $0.1.isEmpty }
        guard !published.isEmpty, !live.isEmpty else { return }
        for deployment in deployments where chance(70) {
            let (service, some) = pick(published)
            world.addDeployment(
                deployment, of: service, on: pick(live), version: pick(some), enabled: chance(80))
        }
    }

    private mutating func addRecords(_ world: inout DeleteWorld) {
        var specs: [(String, JSONValue)] = []
        for service in services {
            specs.append(("APIService/P/" + service, [:]))
            specs += endpoints.map { ("Endpoint/P/\(service)/\($0)", ["type": "PY_FUNCTION"]) }
            for version in versions {
                let publish: JSONValue = pick([true, false, ["service": .string(pick(services))], true, true])
                specs.append(
                    ("Package/P/\(service)@\(version)", ["version": .string(version), "publish": publish]))
            }
            specs.append(("PublishedService/" + service, [:]))
        }
        specs += infras.map { ("Infra/" + $0, ["type": "STATIC"]) }
        for deployment in deployments {
            specs.append(
                (
                    "Deployment/" + deployment,
                    DeleteWorld.deployment(of: pick(services), on: pick(infras), version: pick(versions))
                ))
        }
        for (address, spec) in specs where chance(70) {
            let (isAdopted, isProtected, isPruned, isNew) = (chance(15), chance(8), chance(20), chance(5))
            world.remember(address, isNew ? [:] : spec) { record in
                record.ownership = isAdopted ? .adopted : .owned
                record.protect = isProtected
                record.prune = isPruned
            }
        }
    }

    private mutating func addDeclared(_ world: inout DeleteWorld) {
        var specs: [(String, JSONValue)] = []
        for service in services {
            specs.append(("APIService/P/" + service, [:]))
            specs += endpoints.map { ("Endpoint/P/\(service)/\($0)", ["type": "PY_FUNCTION"]) }
            specs.append(("Package/P/" + service, ["version": .string(pick(versions))]))
            specs.append(("PublishedService/" + service, [:]))
        }
        specs += infras.map { ("Infra/" + $0, ["type": .string(pick(["STATIC", "K8S"])), "stage": "Dev"]) }
        for deployment in deployments {
            specs.append(
                (
                    "Deployment/" + deployment,
                    DeleteWorld.deployment(of: pick(services), on: pick(infras), version: pick(versions))
                ))
        }
        let chosen = specs.filter { _ in chance(50) }
        let names = Set(chosen.map(\.0))
        let others = specs.map(\.0).filter { !names.contains($0) }
        for (address, spec) in chosen {
            let kind = address.prefix { $0 != "/" } + "/"
            let old = others.filter { $0.hasPrefix(kind) }
            let replaced = chance(15) && !old.isEmpty ? pick(old) : nil
            let (isPruned, isProtected, isExternal) = (chance(40), chance(5), chance(4))
            world.declare(address, isExternal ? [:] : spec) { metadata in
                metadata.isExternal = isExternal
                metadata.lifecycle.prune = isPruned
                metadata.lifecycle.protect = isProtected
                metadata.lifecycle.replace = true
                if let replaced { metadata.replaces = [DeleteWorld.address(replaced)] }
            }
        }
    }
}
