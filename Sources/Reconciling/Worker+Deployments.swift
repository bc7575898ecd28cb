internal import DSS
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources

/// Deployments: save, roll out, and go back when that fails.
extension Worker {
    func deploy(_ change: Change) async throws(StepFailure) -> UnitResult {
        let spec = DeploymentSpec(change.resource)
        let id = change.address.name
        let deployment = nodes.deployer.apiDeployer.deployment(id)
        if change.action == .replace { try await delete(change) }
        let isNew = change.action == .create || change.action == .replace
        if isNew { try await create(change, spec) }
        let before = try await perform { () throws(DSSError) in try await deployment.getSettings() }
        if !isNew { try checkUnmoved(change.address, before) }
        let document = try overlaid(change.resource, over: before, creating: isNew)
        if document != before, change.action != .rollout {
            try checkRedaction(document, change.address)
            announce(.saveDeployment, of: change)
            try await save(document) { (document) throws(DSSError) in
                try await deployment.saveSettings(document, ignoreWarnings: spec.rollout.ignoreWarnings != nil)
            } read: { () throws(DSSError) in
                try await deployment.getSettings()
            } check: { (back) throws(StepFailure) in
                try checkKept(change.resource, back, creating: isNew)
            }
        }
        let rollout = Rollout(
            deployment: deployment, address: change.address, policy: spec.rollout, service: spec.publishedService,
            isEnabled: document["enabled"]?.bool ?? true, mark: change.resource.mark, worker: self)
        announce(.startUpdate, of: change)
        do throws(StepFailure) {
            return try await rollout.run(isFirst: isNew)
        } catch {
            guard spec.rollout.onFailure == .rollback, !isNew, document != before, change.action != .rollout,
                interruption.signal == nil
            else { throw error }
            throw await rollBack(to: before, because: error, rollout)
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
            ignoreWarnings: spec.rollout.ignoreWarnings != nil)
        announce(.createDeployment, of: change)
        try await write(call, to: nodes.deployer) { () throws(DSSError) in
            try await nodes.deployer.apiDeployer.listDeployments().contains { $0.id == id }
        }
    }

    /// Disable, push that to the nodes, delete: a deployment that is enabled can't be deleted.
    private func delete(_ change: Change) async throws(StepFailure) {
        let id = change.address.name
        let deployment = nodes.deployer.apiDeployer.deployment(id)
        let live = try await perform { () throws(DSSError) in try await deployment.getSettings() }
        try checkUnmoved(change.address, live)
        if case .object(var object) = live, object["enabled"]?.bool != false {
            object["enabled"] = false
            announce(.disableDeployment, of: change)
            let disabled = JSONValue.object(object)
            try await perform { () throws(DSSError) in try await deployment.saveSettings(disabled) }
            let rollout = Rollout(
                deployment: deployment, address: change.address, policy: RolloutPolicy(),
                service: "", isEnabled: false, mark: change.resource.mark, worker: self)
            _ = try await rollout.run(isFirst: false)
        }
        announce(.deleteDeployment, of: change)
        try await write(.deleteDeployment(id), to: nodes.deployer) { () throws(DSSError) in
            try await !nodes.deployer.apiDeployer.listDeployments().contains { $0.id == id }
        }
    }

    /// Writes the settings before and pushes them. Returns what the change ended in.
    private func rollBack(
        to before: JSONValue, because failure: StepFailure, _ rollout: Rollout
    ) async -> StepFailure {
        observe(
            .notice(
                Diagnostic(
                    .warning, "rolling-back",
                    "\(rollout.address): the roll-out failed, going back to the settings before",
                    at: rollout.mark)))
        do throws(StepFailure) {
            try await perform { () throws(DSSError) in
                try await rollout.deployment.saveSettings(before, ignoreWarnings: true)
            }
            var back = rollout
            back.isEnabled = before["enabled"]?.bool ?? true
            _ = try await back.run(isFirst: false)
        } catch {
            let note = Diagnostic(
                .error, "rollback-failed", "going back to the settings before failed too", at: rollout.mark,
                hint: "Look at the deployment in DSS: its nodes may serve either version.")
            return StepFailure(.failed, failure.diagnostics + [note] + error.diagnostics)
        }
        return StepFailure(.rolledBack, failure.diagnostics)
    }
}
