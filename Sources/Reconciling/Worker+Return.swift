internal import DSS
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources

/// The way back from a roll-out that failed.
extension Worker {
    /// Writes the settings that were good last and pushes them. Returns what the change ended in.
    ///
    /// `before` are the settings that this run found; where a run before it was cut off, they were never seen to be good,
    /// and what was applied before that run is laid over them.
    func rollBack(
        to before: JSONValue, from document: JSONValue, _ change: Change, because failure: StepFailure,
        _ rollout: Rollout
    ) async -> StepFailure {
        observe(
            .notice(
                Diagnostic(
                    .warning, "rolling-back",
                    "\(change.address): the roll-out failed, going back to the settings before",
                    at: change.resource.mark)))
        do throws(StepFailure) {
            let (settings, memory) = try settingsBefore(before, from: document, change)
            // Warnings were passed over when these settings were saved first; a roll-back must not end at one.
            let call = Call.saveDeploymentSettings(change.address.name, settings, ignoreWarnings: true)
            let entry = Entry(
                change, .saveDeployment, call, before: Fingerprint.of(document, dialect), records: memory.records,
                forgets: memory.forgets)
            try await save(entry, call, to: nodes.deployer) { () throws(DSSError) in
                try await rollout.deployment.getSettings()
            } check: { (back) throws(StepFailure) in
                let isUnmoved = Fingerprint.of(back, dialect) == Fingerprint.of(document, dialect)
                guard isUnmoved, Fingerprint.of(settings, dialect) != Fingerprint.of(document, dialect) else { return }
                throw StepFailure(
                    Diagnostic(
                        .error, "rollback-not-saved", "the settings before were not kept", at: change.resource.mark))
            }
            var back = rollout
            back.isEnabled = settings["enabled"]?.bool ?? true
            // What is broken is mended before anything else moves.
            let pass = await updates.enter(isUrgent: true)
            defer { pass.leave() }
            _ = try await back.run(isFirst: false, pass)
        } catch {
            let note = Diagnostic(
                .error, "rollback-failed", "going back to the settings before failed too", at: change.resource.mark,
                hint: "Look at the deployment in DSS: its nodes may serve either version.")
            let problems = error.diagnostics.map { problem in
                var problem = problem
                problem.message = "on the way back: \(problem.message)"
                return problem
            }
            return StepFailure(.failed, failure.diagnostics + [note] + problems)
        }
        return StepFailure(.rolledBack, failure.diagnostics)
    }

    private func settingsBefore(
        _ before: JSONValue, from document: JSONValue, _ change: Change
    ) throws(StepFailure) -> (settings: JSONValue, memory: (records: [Record], forgets: [Address])) {
        if let text = unfinished[change.address]?.before {
            let applied = AppliedSpec(bytes: Array(text.utf8))
            // Secrets stay as they are live: the spec names them, and holds none.
            let spec = applied.value(at: change.resource.mark).withoutSecrets
            let resource = Resource(
                address: change.address, metadata: change.resource.metadata, spec: spec, mark: change.resource.mark)
            var record = book.record(resource, isMade: false)
            record.applied = applied
            return (try overlaid(resource, over: before, creating: false), ([record], []))
        }
        guard let settings = restored(before, secretsFrom: document) else {
            throw StepFailure(
                Diagnostic(
                    .error, "redacted-secret", "a secret in the settings before stands redacted",
                    at: change.resource.mark))
        }
        return (settings, book.before(change.resource))
    }
}

extension DeclaredValue {
    /// Without the fields that take secrets: they are not declared any more, and stay as they are.
    fileprivate var withoutSecrets: DeclaredValue {
        guard case .map(let members) = content else { return self }
        let left = members.compactMap { member -> Member? in
            switch member.value.content {
            case .map: Member(member.key, member.value.withoutSecrets)
            default: member.value.secrets.isEmpty ? member : nil
            }
        }
        return DeclaredValue(.map(left), at: mark)
    }
}
