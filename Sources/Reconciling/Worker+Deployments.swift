internal import DSS
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources

/// Deployments: save, roll out, and go back when that fails.
extension Worker {
    /// Waits for its turn to update before it writes anything: what is saved and not pushed is neither here nor there.
    func deploy(_ change: Change) async throws(StepFailure) -> UnitResult {
        // Those that wait for their turn share a commit.
        let creation = change.action == .create ? try await creation(change) : nil
        let pass = await updates.enter()
        defer { pass.leave() }
        guard brake.mayStart else {
            await abandon(creation)
            throw StepFailure(.notStarted, [])
        }
        observe(.started(change.address, change.action))
        do throws(StepFailure) {
            guard change.action == .delete else { return try await deploy(change, pass, creation) }
            try await remove(change)
            return UnitResult()
        } catch {
            // Before the next one gets its turn: it may be one failure too many.
            brake.countFailure(of: change.address)
            throw error
        }
    }

    private func deploy(
        _ change: Change, _ pass: Turnstile.Pass, _ creation: Creation?
    ) async throws(StepFailure) -> UnitResult {
        let spec = DeploymentSpec(change.resource)
        let deployment = nodes.deployer.apiDeployer.deployment(change.address.name)
        let isNew = change.action == .create || change.action == .replace
        let before, document: JSONValue
        do throws(StepFailure) {
            if change.action == .replace { try await remove(change) }
            if isNew { try await create(change, spec, creation?.create) }
            before = try await perform { () throws(DSSError) in try await deployment.getSettings() }
            if !isNew { try checkUnmoved(change.address, before) }
            document = change.action == .rollout ? before : try overlaid(change.resource, over: before, creating: isNew)
        } catch {
            await abandon(creation, isCreateOpen: error.isOpen)
            throw error
        }
        let rollout = Rollout(
            deployment: deployment, change: change, policy: spec.rollout, service: spec.publishedService,
            isEnabled: document["enabled"]?.bool ?? true, worker: self)
        var isSaved = false
        var watch = creation?.watch
        do throws(StepFailure) {
            if document != before {
                try await save(document, over: before, change, rollout, isNew: isNew, creation, &watch) {
                    isSaved = true
                }
            } else {
                if creation == nil {
                    watch = try await watched(change, rollout, before: unfinished[change.address]?.before)
                }
                if let record = unsavedRecord(change, isNew: isNew) { await journal.put(record) }
                if let save = creation?.save { await journal.settle(save, isDone: true) }
            }
            let result: UnitResult
            if change.steps.contains(where: { $0.kind == .startUpdate }) {
                announce(.startUpdate, of: change)
                result = try await rollout.run(
                    isFirst: change.action == .create, pass, watch: watch, update: creation?.update)
            } else {
                result = try await rollout.resume(pass)
            }
            await settle(watch, change, isDone: true)
            return result
        } catch {
            var failure = error
            let isGoingBack = goesBack(spec.rollout) && !isNew && brake.loss == nil
            if isGoingBack, isSaved || unfinished[change.address]?.before != nil, error.result == .failed {
                brake.countFailure(of: change.address)
                pass.leave()
                failure = await rollBack(to: before, from: document, change, because: error, rollout)
            }
            // While nobody knows what became of it, the next run waits for it.
            if !failure.isOpen {
                await settle(watch, change, isDone: false)
                await abandon(creation)
            }
            throw failure
        }
    }

    /// Saves the settings; in one go with them the journal hears that the roll-out's health is to be awaited.
    private func save(
        _ document: JSONValue, over before: JSONValue, _ change: Change, _ rollout: Rollout, isNew: Bool,
        _ creation: Creation?, _ watch: inout Intent.ID?, onSaved: () -> Void
    ) async throws(StepFailure) {
        try checkRedaction(of: before, change.address) { (live) throws(StepFailure) in
            try overlaid(change.resource, over: live, creating: isNew)
        }
        announce(.saveDeployment, of: change)
        let id = change.address.name
        let call = Call.saveDeploymentSettings(id, document, ignoreWarnings: rollout.ignoresWarnings)
        let entry = Entry(
            change, .saveDeployment, call, before: Fingerprint.of(before, dialect),
            records: [book.record(change.resource, isMade: isNew)])
        // What was good last is what a run before left unfinished, or else what was applied last.
        let applied = book.state[change.address]?.applied
        let good = unfinished[change.address]?.before ?? applied.flatMap { $0.isNone ? nil : $0.text }
        var intent = creation?.save
        if intent == nil {
            let ids = try await intend([entry] + (rollout.watch(before: isNew ? nil : good).map { [$0] } ?? []))
            intent = ids[0]
            if ids.count > 1 { watch = ids[1] }
        }
        guard let intent else { preconditionFailure("a save is intended before it is sent") }
        try await save(under: intent, entry, call, to: nodes.deployer, onSaved: onSaved) { () throws(DSSError) in
            try await rollout.deployment.getSettings()
        } check: { (back) throws(StepFailure) in
            try checkKept(change.resource, back, creating: isNew)
        }
    }

    private func watched(
        _ change: Change, _ rollout: Rollout, before: String?
    ) async throws(StepFailure) -> Intent.ID? {
        if let owed = watches.take(change.address) { return owed }
        guard let entry = rollout.watch(before: before) else { return nil }
        return try await intend([entry])[0]
    }

    /// The wait is over, and what an earlier run awaited with it.
    private func settle(_ watch: Intent.ID?, _ change: Change, isDone: Bool) async {
        if let watch { await journal.settle(watch, isDone: isDone) }
        for id in unfinished[change.address]?.ids ?? [] { await journal.settle(left: id, isDone: isDone) }
    }

    /// What is remembered of settings that are as declared, so that nothing was saved. A roll-out that the user asked for
    /// pushes whatever is saved, and tells nothing of the manifest.
    private func unsavedRecord(_ change: Change, isNew: Bool) -> Record? {
        guard change.cause.kind != .request || change.action != .rollout else { return nil }
        let record = book.record(change.resource, isMade: isNew)
        guard !isNew, var before = book.state[change.address] else { return record }
        (before.run, before.commit) = (record.run, record.commit)
        return before == record ? nil : record
    }

    private func create(_ change: Change, _ spec: DeploymentSpec, _ known: Intent.ID?) async throws(StepFailure) {
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
        var intent = known
        if intent == nil {
            let entry = Entry(change, .createDeployment, call, records: [book.bare(change.resource)])
            intent = try await intend([entry])[0]
        }
        guard let intent else { preconditionFailure("a creation is intended before it is sent") }
        try await make(under: intent, change.address, call, to: nodes.deployer) { () throws(DSSError) in
            try await nodes.deployer.apiDeployer.listDeployments().contains { $0.id == id }
        }
    }
}

extension AppliedSpec {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
