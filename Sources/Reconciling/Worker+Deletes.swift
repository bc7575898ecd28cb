internal import DSS
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources

/// Deletions: what is gone already is done.
extension Worker {
    func delete(_ change: Change) async throws(StepFailure) {
        let deployer = nodes.deployer.apiDeployer
        let id = change.address.name
        switch change.address.kind {
        case .package: try await deleteVersion(change)
        case .publishedService:
            let call = Call.deleteService(id)
            try await delete(change, .deletePublishedService, call) { () throws(DSSError) in
                try await deployer.service(id).getSettings()
            } isGone: { () throws(DSSError) in
                try await !deployer.listServices().contains { $0.id == id }
            }
        case .infra:
            let call = Call.deleteInfra(id)
            try await delete(change, .deleteInfra, call) { () throws(DSSError) in
                try await deployer.infra(id).getSettings()
            } isGone: { () throws(DSSError) in
                try await !deployer.listInfras().contains { $0.id == id }
            }
        case .apiService, .endpoint, .deployment:
            preconditionFailure("no call deletes a service, and endpoints and deployments have their own ways")
        }
    }

    /// Makes sure that the object is as it was planned with, and deletes it.
    private func delete(
        _ change: Change, _ step: Step.Kind, _ call: Call, read: () async throws(DSSError) -> JSONValue,
        isGone: () async throws(DSSError) -> Bool
    ) async throws(StepFailure) {
        guard let live = try await liveUnlessGone(read: read, isGone: isGone) else {
            await journal.remove(change.address)
            return
        }
        try checkUnmoved(change.address, live)
        announce(step, of: change)
        let entry = Entry(change, step, call, forgets: [change.address])
        try await write(entry, call, to: nodes.deployer, isDone: isGone)
    }

    /// Nil when it is gone, which only the list of its parent proves.
    private func liveUnlessGone(
        read: () async throws(DSSError) -> JSONValue, isGone: () async throws(DSSError) -> Bool
    ) async throws(StepFailure) -> JSONValue? {
        do throws(DSSError) { return try await read() } catch {
            guard error.mayMeanAbsent, try await perform(isGone) else { throw StepFailure(error) }
            return nil
        }
    }

    /// On the deployer, on the design node, or on both; it is forgotten when it is nowhere any more.
    private func deleteVersion(_ change: Change) async throws(StepFailure) {
        guard let version = change.address.version, let address = change.address.service else {
            preconditionFailure("packages are deleted version by version")
        }
        let steps = change.steps.filter { $0.kind == .deleteVersion || $0.kind == .deletePackage }
        for (index, step) in steps.enumerated() {
            let forgets = index == steps.count - 1 ? [change.address] : []
            observe(.step(change.address, step))
            if step.kind == .deleteVersion, let service = step.subject {
                let call = Call.deleteVersion(version, service: service)
                let entry = Entry(change, .deleteVersion, call, subject: service, forgets: forgets)
                try await write(entry, call, to: nodes.deployer) { () throws(DSSError) in
                    try await !hasVersion(version, of: service)
                }
            } else if let designer = nodes.designer {
                let (project, id) = (address.path[0], address.name)
                let call = Call.deletePackage(version, service: id, project: project)
                let entry = Entry(change, .deletePackage, call, subject: version, forgets: forgets)
                try await write(entry, call, to: designer) { () throws(DSSError) in
                    try await !designer.project(project).apiService(id).listPackages().contains { $0.id == version }
                }
            }
        }
        if steps.isEmpty { await journal.remove(change.address) }
    }

    /// Disable, push that to the nodes, delete: a deployment that is enabled can't be deleted, and one that was disabled
    /// and not pushed would leave its nodes answering.
    func remove(_ change: Change) async throws(StepFailure) {
        let id = change.address.name
        let deployment = nodes.deployer.apiDeployer.deployment(id)
        let isGone = { () async throws(DSSError) in
            try await !nodes.deployer.apiDeployer.listDeployments().contains { $0.id == id }
        }
        let live = try await liveUnlessGone(
            read: { () throws(DSSError) in try await deployment.getSettings() }, isGone: isGone)
        guard let live else {
            await journal.remove(change.address)
            return
        }
        try checkUnmoved(change.address, live)
        let rollout = Rollout(
            deployment: deployment, change: change, policy: DeploymentSpec(change.resource).rollout, service: "",
            isEnabled: false, worker: self)
        if case .object(var object) = live, object["enabled"]?.bool != false {
            try checkRedaction(of: live, change.address) { (live) throws(StepFailure) in live }
            object["enabled"] = false
            announce(.disableDeployment, of: change)
            let call = Call.saveDeploymentSettings(id, .object(object), ignoreWarnings: rollout.ignoresWarnings)
            let entry = Entry(change, .disableDeployment, call, before: Fingerprint.of(live, dialect))
            try await save(entry, call, to: nodes.deployer) { () throws(DSSError) in
                try await deployment.getSettings()
            } check: { (back) throws(StepFailure) in
                guard back["enabled"]?.bool == false else {
                    throw StepFailure(
                        Diagnostic(
                            .error, "not-disabled", "DSS did not disable '\(change.address)'",
                            at: change.resource.mark))
                }
            }
            _ = try await rollout.run(isFirst: false, nil)
        } else if try await isUnpushed(deployment) {
            _ = try await rollout.run(isFirst: false, nil)
        } else {
            _ = try await rollout.lastUpdate(until: time.now() + rollout.policy.timeout)
        }
        announce(.deleteDeployment, of: change)
        let call = Call.deleteDeployment(id)
        let entry = Entry(change, .deleteDeployment, call, forgets: [change.address])
        let owed = neighbours[change.address] ?? []
        let ids = try await intend([entry] + owed.map { watch($0, since: change) })
        do throws(StepFailure) {
            try await write(under: ids[0], of: change.address, call, to: nodes.deployer, isDone: isGone)
        } catch {
            for id in ids.dropFirst() where !error.isOpen { await journal.settle(id, isDone: false) }
            throw error
        }
        for (neighbour, id) in zip(owed, ids.dropFirst()) { try await push(neighbour, id) }
    }

    private func watch(_ neighbour: Change, since deletion: Change) -> Entry {
        Entry(
            neighbour, .awaitHealth, .getDeploymentHeavyStatus(neighbour.address.name),
            subject: deletion.address.description)
    }

    /// What the same nodes serve under the same id went from them with the deployment that was deleted.
    private func push(_ neighbour: Change, _ watch: Intent.ID) async throws(StepFailure) {
        let spec = DeploymentSpec(neighbour.resource)
        let rollout = Rollout(
            deployment: nodes.deployer.apiDeployer.deployment(neighbour.address.name), change: neighbour,
            policy: spec.rollout, service: spec.publishedService, isEnabled: true, worker: self)
        do throws(StepFailure) { _ = try await rollout.run(isFirst: false, nil, watch: watch) } catch {
            if !error.isOpen { await journal.settle(watch, isDone: false) }
            throw error
        }
        await journal.settle(watch, isDone: true)
    }

    /// Whether the nodes of a deployment that is disabled may not know it yet. Where nothing can be told, they are told again.
    private func isUnpushed(_ deployment: DSSAPIDeployerDeployment) async throws(StepFailure) -> Bool {
        do throws(DSSError) { return try await deployment.getHeavyStatus().health == .outOfSync } catch {
            guard case .transport = error.kind else { return true }
            throw StepFailure(error)
        }
    }
}
