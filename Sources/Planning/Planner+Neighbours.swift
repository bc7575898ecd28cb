internal import DSS
package import Resources

/// Deployments that the same nodes serve under the same id: when one of them goes, the nodes stop serving all.
extension Planner {
    /// Where nodes serve a deployment.
    private struct Place: Hashable {
        let infra: String
        let service: String
    }

    /// One that is declared beside a deployment that goes is pushed again; beside another's, nothing goes.
    mutating func deleteDeployments(_ going: [Departing]) {
        guard !going.isEmpty else { return }
        let leaving = Set(going.map(\.resource.address.name))
        let declared = declaredNeighbours(leaving)
        let known = Set(declared.values.flatMap { $0 }.map(\.name))
        var others: [Place: [String]] = [:]
        var places: [String: Place] = [:]
        for (infra, ids) in live.deploymentsOfInfra {
            for id in ids {
                guard let service = live.serviceOnNodes[id] ?? live.serviceOfDeployment[id] else { continue }
                let place = Place(infra: infra, service: service)
                places[id] = place
                let isDeclared =
                    known.contains(id) || options.purpose != .destroy && desired[Address(.deployment, id)] != nil
                if !leaving.contains(id), !isDeclared { others[place, default: []].append(id) }
            }
        }
        for one in going {
            let spec = DeploymentSpec(one.resource)
            let place = places[one.resource.address.name] ?? Place(infra: spec.infra, service: spec.publishedService)
            if let other = others[place]?.min() {
                orphan(
                    one.record,
                    "its nodes would stop serving '\(Address(.deployment, other))' too, as '\(place.service)'")
            } else {
                delete(one, deploymentSteps(one.resource) + (declared[place] ?? []).flatMap(pushed))
            }
        }
    }

    private func declaredNeighbours(_ leaving: Set<String>) -> [Place: [Address]] {
        guard options.purpose != .destroy else { return [:] }
        var result: [Place: [Address]] = [:]
        for resource in desired.resources(of: .deployment) where !resource.isExternal {
            let (spec, id) = (DeploymentSpec(resource), resource.address.name)
            guard !leaving.contains(id), isEnabled(resource, spec) else { continue }
            let service =
                resource.spec["raw"]?["deployedServiceId"]?.string ?? live.serviceOnNodes[id] ?? spec.publishedService
            result[Place(infra: spec.infra, service: service), default: []].append(resource.address)
        }
        return result
    }

    private func pushed(_ neighbour: Address) -> [Step] {
        let (id, name) = (neighbour.name, neighbour.description)
        return [
            Step(.startUpdate, Call.startUpdate(id).line, on: .deployer, subject: name),
            Step(.awaitHealth, Call.getDeploymentHeavyStatus(id).line, on: .deployer, subject: name),
        ]
    }
}

extension Change {
    /// The deployments that are pushed again once this one is deleted.
    package var neighbours: [Address] {
        guard action == .delete else { return [] }
        return steps.filter { $0.kind == .startUpdate }.compactMap { $0.subject.flatMap(Address.init) }
    }
}
