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
    ///
    /// Deployments first: what nothing uses once they are gone may go with them.
    private mutating func depart(_ departures: Departures) {
        var going: [Kind: [(resource: Resource, candidate: Departures.Candidate, cause: Cause)]] = [:]
        for candidate in departures.candidates {
            let resource = candidate.record.lastApplied(at: departures.fallback)
            let problem = live.problem(with: candidate.address)
            if candidate.fate == .forgotten || problem == nil && !live.holds(resource) {
                plan.forgotten.append(candidate.address)
                continue
            }
            switch candidate.fate {
            case .forgotten, .kept: break
            case .orphaned(let reason): orphan(candidate, reason)
            case .protected(let mark, let isAskedFor):
                orphan(candidate, "protected")
                if isAskedFor { refuse(toDelete: candidate.address, protectedAt: mark) }
            case .deleted(let cause):
                if let problem {
                    orphan(candidate, "it could not be read: \(problem.message)")
                } else {
                    going[candidate.address.kind, default: []].append((resource, candidate, cause))
                }
            }
        }
        for (resource, _, cause) in going[.apiService] ?? [] { forget(service: resource, cause) }
        for (resource, _, cause) in going[.endpoint] ?? [] { delete(resource, cause, endpointSteps(resource)) }
        for (resource, _, cause) in going[.deployment] ?? [] { delete(resource, cause, deploymentSteps(resource)) }
        guard going.keys.contains(where: { [.package, .publishedService, .infra].contains($0) }) else { return }
        let uses = DeploymentUses(self)
        for (resource, candidate, cause) in going[.package] ?? [] {
            deleteVersion(resource, candidate, cause, uses)
        }
        let versions = deletedVersions
        for (resource, candidate, cause) in going[.publishedService] ?? [] {
            let id = resource.address.name
            let left = (live.versions[id] ?? []).subtracting(versions[id] ?? [])
            if let reason = obstacle(toService: id, uses, left) {
                orphan(candidate, reason)
            } else {
                let call = Call.deleteService(id)
                delete(resource, cause, [Step(.deletePublishedService, call.line, on: .deployer)])
            }
        }
        for (resource, candidate, cause) in going[.infra] ?? [] {
            let users = uses.after.on(infra: resource.address.name)
            if users.isEmpty {
                let call = Call.deleteInfra(resource.address.name)
                delete(resource, cause, [Step(.deleteInfra, call.line, on: .deployer)])
            } else {
                orphan(
                    candidate, users.count > 1 ? "\(named(users)) still run on it" : "\(named(users)) still runs on it")
            }
        }
    }

    mutating func orphan(_ candidate: Departures.Candidate, _ reason: String) {
        let record = candidate.record
        plan.orphaned.append(
            Orphan(address: record.address, ownership: record.ownership, reason: reason, mark: record.mark))
    }

    mutating func delete(_ resource: Resource, _ cause: Cause, _ steps: [Step]) {
        let subject = resource.kind == .endpoint ? resource.address.service ?? resource.address : resource.address
        if resource.kind == .package {
            plan.fingerprints[resource.address] = live.fingerprint(of: resource, dialect)
        } else if let document = live.documents[subject] {
            plan.fingerprints[subject] = Fingerprint.of(document, dialect)
        }
        append(Change(resource, .delete, cause: cause, steps: steps))
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
    private func deploymentSteps(_ resource: Resource) -> [Step] {
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

    /// What keeps a published service from being deleted once the plan is done.
    ///
    /// `left` are the versions that it then still has.
    private func obstacle(toService id: String, _ uses: DeploymentUses, _ left: Set<String>) -> String? {
        let (known, unknown) = uses.after.of(service: id)
        if !known.isEmpty {
            return known.count > 1 ? "\(named(known)) still refer to it" : "\(named(known)) still refers to it"
        }
        if !unknown.isEmpty { return "what \(named(unknown)) serves is not known" }
        guard !left.isEmpty else { return nil }
        return left.count > 1
            ? "versions \(shortened(left)) are left on it" : "version \(shortened(left)) is left on it"
    }

    /// `deployment a`, or `deployments a, b`.
    func named(_ deployments: Set<String>) -> String {
        "deployment\(deployments.count > 1 ? "s" : "") \(shortened(deployments))"
    }

    /// The first few, in order, and how many more there are.
    func shortened(_ names: Set<String>) -> String {
        // More would push what matters out of a line.
        let most = 5
        let shown = names.sorted().prefix(most).joined(separator: ", ")
        return names.count > most ? "\(shown) and \(names.count - most) more" : shown
    }
}

extension LiveState {
    /// Why nothing is known of an object; of an endpoint or a version, of what it lies in.
    func problem(with address: Address) -> Diagnostic? {
        switch address.kind {
        case .endpoint: address.service.flatMap { unreadable[$0] }
        default: unreadable[address.withoutVersion]
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
