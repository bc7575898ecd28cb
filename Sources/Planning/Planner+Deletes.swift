internal import DSS
internal import Diagnostics
internal import JSON
internal import Resources

/// What left the manifests.
extension Planner {
    /// After the declared resources' changes: what is deleted, orphaned, forgotten.
    mutating func addDeletes() {
        depart(Departures(desired, state, options, selection))
        plan.orphaned.sort { $0.address < $1.address }
        plan.forgotten.sort()
        checkReplacedInfras()
    }

    /// Sorts what may have to go by what is live, and plans the deletions.
    private mutating func depart(_ departures: Departures) {
        var going: [Kind: [Departing]] = [:]
        let replacements = desired.replacements
        for candidate in departures.candidates {
            let (record, resource) = (candidate.record, candidate.record.lastApplied(at: departures.fallback))
            let problem = live.problem(with: resource)
            if candidate.fate == .forgotten || problem == nil && !live.holds(resource) {
                plan.forgotten.append(record.address)
                continue
            }
            switch candidate.fate {
            case .forgotten, .kept: break
            case .orphaned(let reason): orphan(record, reason)
            case .protected(let mark, let isAskedFor):
                orphan(record, "protected")
                if isAskedFor { refuse(toDelete: record.address, protectedAt: mark) }
            case .deleted(let cause):
                let replacement = cause.kind == .replaced ? replacements[record.address.withoutVersion] : nil
                if let problem {
                    orphan(record, "it could not be read: \(problem.message)")
                } else if let reason = replacement.flatMap({ obstacle(toReplacing: record.address, by: $0) }) {
                    orphan(record, reason)
                } else {
                    going[record.address.kind, default: []].append(
                        Departing(resource: resource, record: record, cause: cause))
                }
            }
        }
        delete(going)
    }

    /// Deployments first: what nothing uses once they are gone may go with them.
    private mutating func delete(_ going: [Kind: [Departing]]) {
        for one in going[.apiService] ?? [] { forget(service: one.resource, one.cause) }
        deleteEndpoints(going[.endpoint] ?? [])
        deleteDeployments(going[.deployment] ?? [])
        guard going.keys.contains(where: { [.package, .publishedService, .infra].contains($0) }) else { return }
        let uses = DeploymentUses(self)
        deleteVersions(going[.package] ?? [], uses)
        let versions = deletedVersions
        for one in going[.publishedService] ?? [] {
            let id = one.resource.address.name
            let left = (live.versions[id] ?? []).subtracting(versions[id] ?? [])
            if let reason = uses.obstacle(toService: id, left: left) {
                orphan(one.record, reason)
            } else {
                delete(one, [Step(.deletePublishedService, Call.deleteService(id).line, on: .deployer)])
            }
        }
        for one in going[.infra] ?? [] {
            let id = one.resource.address.name
            if let reason = uses.obstacle(toInfra: id) {
                orphan(one.record, reason)
            } else {
                delete(one, [Step(.deleteInfra, Call.deleteInfra(id).line, on: .deployer)])
            }
        }
    }

    /// An endpoint that goes is a change of its service, which a package that is there already does not hold.
    private mutating func deleteEndpoints(_ going: [Departing]) {
        let before = changedUnits
        for one in going { delete(one, endpointSteps(one.resource)) }
        for service in changedUnits.subtracting(before).sorted() {
            guard let package = desired[Address(.package, path: service.path)], unchanged.contains(package.address)
            else { continue }
            warnOfStalePackage(package, PackageSpec(package))
        }
    }

    /// Why what a resource takes the place of has to stay. One that changes in this plan is waited for.
    private func obstacle(toReplacing old: Address, by resource: Resource) -> String? {
        let address = resource.address
        guard address.kind == .deployment, unchanged.contains(address) else { return nil }
        let spec = DeploymentSpec(resource)
        // One that is disabled serves nobody: a run that was cut off had begun to delete it.
        let isOver = live.documents[old]?["enabled"]?.bool == false
        guard !isOver, isEnabled(resource, spec) else { return nil }
        guard let running = live.rollouts[address.name], let health = running.health else {
            return "whether '\(address)', which takes its place, is healthy is not known"
        }
        // One whose roll-out was cut off is gone on with, and waited for.
        let isAwaited = state.intents.contains { $0.address == address && $0.step == Step.Kind.awaitHealth.rawValue }
        guard running.status(accepted: spec.rollout.health) != .healthy, !isAwaited else { return nil }
        return "'\(address)', which takes its place, is \(health)"
    }

    mutating func orphan(_ record: Record, _ reason: String) {
        plan.orphaned.append(
            Orphan(address: record.address, ownership: record.ownership, reason: reason, mark: record.mark))
    }

    mutating func delete(_ departing: Departing, _ steps: [Step]) {
        let resource = departing.resource
        let subject = resource.kind == .endpoint ? resource.address.service ?? resource.address : resource.address
        if resource.kind == .package {
            plan.fingerprints[resource.address] = live.fingerprint(of: resource, dialect)
        } else if let document = live.documents[subject] {
            plan.fingerprints[subject] = Fingerprint.of(document, dialect)
        }
        append(Change(resource, .delete, cause: departing.cause, steps: steps))
    }

    /// No call of DSS deletes an API service: it is forgotten, and the user is told.
    private mutating func forget(service: Resource, _ cause: Cause) {
        plan.forgotten.append(service.address)
        plan.diagnostics.append(
            Diagnostic(
                .warning, "not-deletable", "no call of DSS deletes an API service: '\(service.address)' stays",
                at: cause.mark,
                hint: "Delete '\(service.address.name)' of project '\(service.address.path[0])' in DSS by hand. "
                    + "An apply forgets it.",
                address: service.address.description))
    }

    private mutating func refuse(toDelete address: Address, protectedAt mark: SourceMark?) {
        plan.refusals.append(
            Diagnostic(
                .error, "protected", "'\(address)' is protected, and the plan is to delete it", at: mark,
                hint: "metadata.lifecycle.protect is set, or was when it was last applied. Take it away and apply, or "
                    + "leave the object out with --exclude.", address: address.description))
    }

    /// A disabled deployment whose nodes have heard of it needs no update before it goes.
    func deploymentSteps(_ resource: Resource) -> [Step] {
        let id = resource.address.name
        let update = Step(.startUpdate, Call.startUpdate(id).line, on: .deployer, subject: "disabled")
        let delete = Step(.deleteDeployment, Call.deleteDeployment(id).line, on: .deployer)
        guard live.documents[resource.address]?["enabled"]?.bool == false else {
            return [Step(.disableDeployment, Call.saveDeploymentSettings(id, [:]).line, on: .deployer), update, delete]
        }
        let running = live.rollouts[id]
        let isAway = running?.health == "HEALTHY" && running?.outOfSyncReason == nil
        return isAway ? [delete] : [update, delete]
    }

    private func endpointSteps(_ resource: Resource) -> [Step] {
        guard let service = resource.address.service else { return [] }
        let call = Call.saveAPIServiceSettings(service.name, project: service.path[0], [:])
        return [Step(.saveAPIService, call.line, on: .designer)]
    }
}

/// Something that goes unless a live object is in the way.
struct Departing {
    let resource: Resource
    let record: Record
    let cause: Cause
}

extension LiveState {
    /// Why nothing is known of an object; of an endpoint or a version, of what it lies in.
    func problem(with resource: Resource) -> Diagnostic? {
        let address = resource.address
        switch address.kind {
        case .endpoint: return address.service.flatMap { unreadable[$0] }
        case .package:
            let published = PackageSpec(resource).publishedService.map { Address(.publishedService, $0) }
            return unreadable[address.withoutVersion] ?? published.flatMap { unreadable[$0] }
        default: return unreadable[address]
        }
    }

    /// Whether an object exists, as far as was read: what was not looked into counts as there.
    func holds(_ resource: Resource) -> Bool {
        let address = resource.address
        switch address.kind {
        case .apiService, .publishedService, .infra, .deployment: return listed.contains(address)
        case .endpoint:
            guard let service = address.service, listed.contains(service) else { return false }
            guard let document = documents[service] else { return true }
            return document["endpoints"]?.array?.contains { $0["id"]?.string == address.name } ?? false
        case .package:
            let spec = PackageSpec(resource)
            if let target = spec.publishedService, versions[target]?.contains(spec.version) ?? false { return true }
            guard spec.archive == nil, let service = address.service else { return false }
            return packages[service]?.contains(spec.version) ?? listed.contains(service)
        }
    }
}
