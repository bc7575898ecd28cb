internal import DSS
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources

/// Deployments: save, roll out, and go back when that fails.
extension Worker {
    /// Waits for its turn to update before it writes anything: what is saved and not pushed is neither here nor there.
    func deploy(_ change: Change) async throws(StepFailure) -> UnitResult {
        let pass = await updates.enter()
        defer { pass.leave() }
        guard brake.reason == nil else { throw StepFailure(.notStarted, []) }
        observe(.started(change.address, change.action))
        do throws(StepFailure) { return try await deploy(change, pass) } catch {
            // Before the next one gets its turn: it may be one failure too many.
            brake.countFailure(of: change.address)
            throw error
        }
    }

    private func deploy(_ change: Change, _ pass: Turnstile.Pass) async throws(StepFailure) -> UnitResult {
        let spec = DeploymentSpec(change.resource)
        let deployment = nodes.deployer.apiDeployer.deployment(change.address.name)
        if change.action == .replace { try await delete(change, spec) }
        let isNew = change.action == .create || change.action == .replace
        if isNew { try await create(change, spec) }
        let before = try await perform { () throws(DSSError) in try await deployment.getSettings() }
        if !isNew { try checkUnmoved(change.address, before) }
        let isSaving = change.action != .rollout
        let document = isSaving ? try overlaid(change.resource, over: before, creating: isNew) : before
        let rollout = Rollout(
            deployment: deployment, address: change.address, policy: spec.rollout, service: spec.publishedService,
            isEnabled: document["enabled"]?.bool ?? true, mark: change.resource.mark, worker: self)
        var isSaved = false
        do throws(StepFailure) {
            if document != before {
                try checkRedaction(of: before, change.address) { (live) throws(StepFailure) in
                    try overlaid(change.resource, over: live, creating: isNew)
                }
                announce(.saveDeployment, of: change)
                let ignoreWarnings = spec.rollout.reasonToIgnoreWarnings(on: time.today()) != nil
                try await save(document) { (document) throws(DSSError) in
                    try await deployment.saveSettings(document, ignoreWarnings: ignoreWarnings)
                    isSaved = true
                } read: { () throws(DSSError) in
                    try await deployment.getSettings()
                } check: { (back) throws(StepFailure) in
                    try checkKept(change.resource, back, creating: isNew)
                    isSaved = true
                }
            }
            announce(.startUpdate, of: change)
            return try await rollout.run(isFirst: change.action == .create, pass)
        } catch {
            guard spec.rollout.onFailure == .rollback, !isNew, isSaved else { throw error }
            brake.countFailure(of: change.address)
            pass.leave()
            throw await rollBack(to: before, from: document, because: error, rollout)
        }
    }

    private func create(_ change: Change, _ spec: DeploymentSpec) async throws(StepFailure) {
        let id = change.address.name
        guard let version = spec.mapping?.versions.first else {
            throw StepFailure(
                Diagnostic(
                    .error, "version-missing", "'\(change.address)' does not exist, and its manifest names no version",
                    at: change.resource.mark, hint: "Add `version:` or `generations:` to its spec."))
        }
        let authorizations = change.resource.spec["authorizationsToQueryThroughDeployer"]
        let call = Call.createDeployment(
            id, publishedServiceId: spec.publishedService, infraId: spec.infra, version: version,
            endpointId: spec.endpoint, authorizationsToQueryThroughDeployer: authorizations?.referenceJSON ?? .null,
            ignoreWarnings: spec.rollout.reasonToIgnoreWarnings(on: time.today()) != nil)
        announce(.createDeployment, of: change)
        try await write(call, to: nodes.deployer) { () throws(DSSError) in
            try await nodes.deployer.apiDeployer.listDeployments().contains { $0.id == id }
        }
    }

    /// Disable, push that to the nodes, delete: a deployment that is enabled can't be deleted.
    private func delete(_ change: Change, _ spec: DeploymentSpec) async throws(StepFailure) {
        let id = change.address.name
        let deployment = nodes.deployer.apiDeployer.deployment(id)
        let live = try await perform { () throws(DSSError) in try await deployment.getSettings() }
        try checkUnmoved(change.address, live)
        if case .object(var object) = live, object["enabled"]?.bool != false {
            try checkRedaction(of: live, change.address) { (live) throws(StepFailure) in live }
            object["enabled"] = false
            announce(.disableDeployment, of: change)
            let disabled = JSONValue.object(object)
            let ignoreWarnings = spec.rollout.reasonToIgnoreWarnings(on: time.today()) != nil
            try await perform { () throws(DSSError) in
                try await deployment.saveSettings(disabled, ignoreWarnings: ignoreWarnings)
            }
            let rollout = Rollout(
                deployment: deployment, address: change.address, policy: spec.rollout, service: "", isEnabled: false,
                mark: change.resource.mark, worker: self)
            _ = try await rollout.run(isFirst: false, nil)
        }
        announce(.deleteDeployment, of: change)
        try await write(.deleteDeployment(id), to: nodes.deployer) { () throws(DSSError) in
            try await !nodes.deployer.apiDeployer.listDeployments().contains { $0.id == id }
        }
    }

    /// Writes the settings before and pushes them. Returns what the change ended in.
    private func rollBack(
        to before: JSONValue, from document: JSONValue, because failure: StepFailure, _ rollout: Rollout
    ) async -> StepFailure {
        observe(
            .notice(
                Diagnostic(
                    .warning, "rolling-back",
                    "\(rollout.address): the roll-out failed, going back to the settings before",
                    at: rollout.mark)))
        do throws(StepFailure) {
            guard let settings = restored(before, secretsFrom: document) else {
                throw StepFailure(
                    Diagnostic(
                        .error, "redacted-secret", "a secret in the settings before stands redacted",
                        at: rollout.mark))
            }
            // Warnings were passed over when these settings were saved first; a roll-back must not end at one.
            try await perform { () throws(DSSError) in
                try await rollout.deployment.saveSettings(settings, ignoreWarnings: true)
            }
            var back = rollout
            back.isEnabled = before["enabled"]?.bool ?? true
            let pass = await updates.enter()
            defer { pass.leave() }
            _ = try await back.run(isFirst: false, pass)
        } catch {
            let note = Diagnostic(
                .error, "rollback-failed", "going back to the settings before failed too", at: rollout.mark,
                hint: "Look at the deployment in DSS: its nodes may serve either version.")
            return StepFailure(.failed, failure.diagnostics + [note] + error.diagnostics)
        }
        return StepFailure(.rolledBack, failure.diagnostics)
    }
}
