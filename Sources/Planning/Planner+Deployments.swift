internal import DSS
internal import Diagnostics
internal import JSON
package import Resources

/// Deployments, roll-outs and promotion.
extension Planner {
    mutating func addDeployment(_ resource: Resource) {
        let spec = DeploymentSpec(resource)
        let id = resource.address.name
        guard checkVersions(resource, spec) || plansDespiteProblems else { return }
        let document = live.documents[resource.address]
        let fields = differences(resource, with: document, creating: document == nil)
        let ignored = spec.rollout.reasonToIgnoreWarnings(on: now.today)
        let ignoreWarnings = ignored != nil
        if spec.mapping == nil, document == nil || fields.contains(where: \.isImmutable) {
            plan.diagnostics.append(
                Diagnostic(
                    .error, "version-missing",
                    "'\(resource.address)' is to be made, and its manifest names no version", at: resource.spec.mark,
                    hint: "Add 'version' or 'generations' to its spec.", address: resource.address.description))
            return
        }
        if isLeftDisabled(resource, spec, differs: !fields.isEmpty) { return }
        let create = Step(
            .createDeployment,
            Call.createDeployment(id, publishedServiceId: spec.publishedService, infraId: spec.infra, version: "").line,
            on: .deployer)
        let save = Step(
            .saveDeployment, Call.saveDeploymentSettings(id, [:], ignoreWarnings: ignoreWarnings).line, on: .deployer)
        let delete = [
            Step(.disableDeployment, Call.saveDeploymentSettings(id, [:]).line, on: .deployer),
            Step(.startUpdate, Call.startUpdate(id).line, on: .deployer, subject: "disabled"),
            Step(.deleteDeployment, Call.deleteDeployment(id).line, on: .deployer),
        ]
        var notes = secretNotes(resource) + disabledNotes(resource, spec)
        if let reason = ignored { notes.append("warnings of DSS are passed over: \(reason)") }
        if document == nil {
            append(
                Change(
                    resource, .create, fields: fields, cause: creationCause(resource),
                    steps: [create, save] + rollout(resource, spec), notes: notes))
        } else if fields.contains(where: \.isImmutable) {
            replace(resource, fields, steps: delete + [create, save] + rollout(resource, spec))
        } else if !fields.isEmpty {
            append(
                Change(
                    resource, .update, fields: fields, cause: cause(resource, fields),
                    steps: [save] + rollout(resource, spec), notes: notes))
        } else {
            addRunning(resource, spec)
        }
        plan.rollouts[resource.address] = live.rollouts[id]
    }

    /// A deployment whose settings are as declared: what counts is whether its nodes have them.
    private mutating func addRunning(_ resource: Resource, _ spec: DeploymentSpec) {
        guard let running = live.rollouts[resource.address.name] else {
            keep(resource)
            return
        }
        if let reason = running.outOfSyncReason {
            append(
                Change(
                    resource, .rollout, cause: Cause(.outOfSync, at: resource.mark, reason),
                    steps: rollout(resource, spec), notes: disabledNotes(resource, spec)))
            return
        }
        keep(resource)
        if var problem = running.problem {
            problem.severity = .warning
            problem.address = resource.address.description
            plan.diagnostics.append(problem)
        } else if running.status(accepted: spec.rollout.health) != .healthy, isEnabled(resource, spec) {
            let words = running.messages.isEmpty ? "" : ": " + running.messages.joined(separator: "; ")
            plan.diagnostics.append(
                Diagnostic(
                    .warning, "not-healthy", "the deployment is \(running.health ?? "UNKNOWN")\(words)",
                    at: resource.mark,
                    hint: "Its settings are as declared. `mooring rollout \(resource.address)` pushes them again.",
                    address: resource.address.description))
        }
    }

    func isEnabled(_ resource: Resource, _ spec: DeploymentSpec) -> Bool {
        spec.enabled ?? live.documents[resource.address]?["enabled"]?.bool ?? true
    }

    /// Whether somebody disabled it in DSS, and its manifest does not say what it is to be: then a roll-out takes it off.
    private func isDisabledByOthers(_ resource: Resource, _ spec: DeploymentSpec) -> Bool {
        spec.enabled == nil && resource.spec["raw"]?["enabled"] == nil
            && live.documents[resource.address]?["enabled"]?.bool == false
    }

    private func disabledNotes(_ resource: Resource, _ spec: DeploymentSpec) -> [String] {
        isDisabledByOthers(resource, spec) ? ["it is disabled live: this takes it off its nodes"] : []
    }

    /// Whether healing leaves it, and says so: nobody asked to take off its nodes what may still run there.
    private mutating func isLeftDisabled(_ resource: Resource, _ spec: DeploymentSpec, differs: Bool) -> Bool {
        guard options.purpose == .heal, isDisabledByOthers(resource, spec),
            differs || live.rollouts[resource.address.name]?.outOfSyncReason != nil
        else { return false }
        plan.diagnostics.append(
            Diagnostic(
                .warning, "disabled-live",
                "it is left as it is: it is disabled live, and a roll-out would take it off its nodes",
                at: resource.mark, hint: "Enable it in DSS, or declare 'enabled' in its manifest and apply that.",
                address: resource.address.description))
        return true
    }

    /// Push the saved settings to the nodes, and wait until they run.
    private func rollout(_ resource: Resource, _ spec: DeploymentSpec) -> [Step] {
        Planner.rolloutSteps(resource.address.name, spec.rollout, isEnabled: isEnabled(resource, spec))
    }

    /// A deployment that is disabled is not waited for.
    package static func rolloutSteps(_ id: String, _ policy: RolloutPolicy, isEnabled: Bool) -> [Step] {
        let update = Step(.startUpdate, Call.startUpdate(id).line, on: .deployer)
        guard isEnabled else { return [update] }
        return [
            update,
            Step(
                .awaitHealth, Call.getDeploymentHeavyStatus(id).line, on: .deployer,
                subject: policy.health.joined(separator: ",")),
        ]
    }

    /// Deployments on an infrastructure whose nodes change must be pushed to the new ones.
    mutating func rolloutAfterNodes() {
        let infras = plan.changes.filter { change in
            change.address.kind == .infra && change.action != .create
                && change.fields.contains { $0.path.hasPrefix("apiNodes") }
        }
        guard !infras.isEmpty else { return }
        let changed = Set(infras.map(\.address.name))
        for resource in desired.resources(of: .deployment) where unchanged.contains(resource.address) {
            let spec = DeploymentSpec(resource)
            guard changed.contains(spec.infra) else { continue }
            unchanged.remove(resource.address)
            if isLeftDisabled(resource, spec, differs: true) { continue }
            append(
                Change(
                    resource, .rollout,
                    cause: Cause(.dependency, at: resource.mark, "the nodes of Infra/\(spec.infra) change"),
                    steps: rollout(resource, spec), notes: disabledNotes(resource, spec)))
        }
    }

    /// Each version that the deployment maps to must be live, declared, or to be had by promotion.
    private mutating func checkVersions(_ resource: Resource, _ spec: DeploymentSpec) -> Bool {
        let missing = (spec.mapping?.versions ?? []).filter { version in
            !(live.versions[spec.publishedService]?.contains(version) ?? false)
                && !declaredVersions.contains(
                    PublishedVersion(service: spec.publishedService, version: version))
                && !(live.sourceVersions?[spec.publishedService]?.contains(version) ?? false)
        }
        guard let version = missing.first else { return true }
        let known = (live.versions[spec.publishedService] ?? []).union(
            live.sourceVersions?[spec.publishedService] ?? [])
        plan.diagnostics.append(
            Diagnostic(
                .error, "unknown-version",
                "version '\(version)' of published service '\(spec.publishedService)' is neither live nor declared",
                at: (resource.spec["version"] ?? resource.spec["generations"])?.mark ?? resource.mark,
                hint: hint(version, of: spec.publishedService, known),
                address: resource.address.description))
        return false
    }

    /// What to do about a version that is nowhere; `known` are those that are somewhere.
    private func hint(_ version: String, of service: String, _ known: Set<String>) -> String {
        let environment = desired.environment
        let isReferredTo = desired.resources(of: .package).contains { package in
            guard !package.isExternal else { return false }
            let spec = PackageSpec(package)
            return spec.publishedService == service && spec.version == version
        }
        if let source = environment.promotesFrom, isReferredTo || known.isEmpty {
            return "Versions come from '\(source)': apply it there first."
        }
        if isReferredTo {
            return
                "A Package declares it, but '\(environment.name)' has no 'designer' to make it on: name one, or take "
                + "versions from another environment by 'promotesFrom'."
        }
        if let word = closest(to: version, among: known) { return "Did you mean '\(word)'?" }
        guard !known.isEmpty else { return "The service has no version yet: declare a Package that publishes one." }
        return "It has: \(known.sorted().suffix(5).joined(separator: ", "))."
    }

    /// Copies versions that a deployment maps to and this deployer lacks from the deployer that is promoted from.
    mutating func addPromotions() {
        guard let source = live.sourceVersions else { return }
        var wanted: [PublishedVersion: SourceMark] = [:]
        for resource in desired.resources(of: .deployment)
        where !resource.isExternal && selection.contains(resource.address) {
            let spec = DeploymentSpec(resource)
            let mark = (resource.spec["version"] ?? resource.spec["generations"])?.mark ?? resource.mark
            for version in spec.mapping?.versions ?? []
            where !declaredVersions.contains(
                PublishedVersion(service: spec.publishedService, version: version))
            {
                let published = PublishedVersion(service: spec.publishedService, version: version)
                if wanted[published] == nil { wanted[published] = mark }
                if let digests = live.archiveDigests[published], digests.here != digests.source {
                    plan.diagnostics.append(
                        Diagnostic(
                            .error, "promotion-mismatch",
                            "version '\(version)' of '\(spec.publishedService)' is not the same archive here and in '\(desired.environment.promotesFrom ?? "")'",
                            at: mark,
                            hint:
                                "Here SHA-256 \(digests.here.prefix(12))…, there \(digests.source.prefix(12))…. Publish the content under a new version id.",
                            address: resource.address.description))
                }
            }
        }
        var places = Dictionary(
            plan.changes.indices.map { (plan.changes[$0].address, $0) }, uniquingKeysWith: { first, _ in first })
        for (published, mark) in wanted.sorted(by: { $0.key < $1.key })
        where !(live.versions[published.service]?.contains(published.version) ?? false)
            && source[published.service]?.contains(published.version) ?? false
        {
            promote(published, at: mark, &places)
        }
    }

    /// `places` tells where in the plan an address has its change.
    private mutating func promote(_ published: PublishedVersion, at mark: SourceMark, _ places: inout [Address: Int]) {
        let address = Address(.publishedService, published.service)
        let step = Step(
            .promoteVersion, Call.importVersion(service: published.service, file: "").line, on: .deployer,
            subject: published.version)
        let field = FieldChange(
            path: "versions[\(published.version)]", before: .absent,
            after: .value(.string("from \(desired.environment.promotesFrom ?? "")")), mark: mark)
        if let index = places[address] {
            plan.changes[index].steps.append(step)
            plan.changes[index].fields.append(field)
            return
        }
        unchanged.remove(address)
        places[address] = plan.changes.count
        let resource =
            desired[address]
            ?? Resource(
                address: address, metadata: Metadata(), spec: DeclaredValue(.map([]), at: mark), mark: mark)
        var steps = [step]
        let isMissing = live.versions[published.service] == nil
        if isMissing {
            steps.insert(
                Step(
                    .createPublishedService, Call.createService(published.service).line, on: .deployer,
                    subject: published.service), at: 0)
        }
        append(
            Change(
                resource, isMissing ? .create : .update, fields: [field], cause: Cause(.manifest, at: mark),
                steps: steps))
    }

    /// A deployment waits for the versions that are promoted for it, declared or not.
    mutating func addPromotionEdges(_ changing: Set<Address>) {
        for index in plan.changes.indices where plan.changes[index].address.kind == .deployment {
            let service = Address(.publishedService, DeploymentSpec(plan.changes[index].resource).publishedService)
            if changing.contains(service), !plan.changes[index].waitsFor.contains(service) {
                plan.changes[index].waitsFor = (plan.changes[index].waitsFor + [service]).sorted()
            }
        }
    }
}
