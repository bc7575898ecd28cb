internal import DSS
internal import Diagnostics
internal import Files
internal import JSON
internal import Planning
internal import Resources

/// Published services and infrastructures.
extension Worker {
    func savePublishedService(_ change: Change) async throws(StepFailure) -> UnitResult {
        let id = change.address.name
        let service = nodes.deployer.apiDeployer.service(id)
        let isNew = change.action == .create
        try await createPublishedService(id, change)
        if change.steps.contains(where: { $0.kind == .savePublishedService }) {
            try await saveDocument(change, isNew: isNew, step: .savePublishedService) {
                Call.saveServiceSettings(id, $0)
            } read: { () throws(DSSError) in
                try await service.getSettings()
            }
        } else if isNew || managedServices.contains(change.address) {
            // Only versions come to it: its settings are as declared.
            await journal.put(book.record(change.resource, isMade: isNew))
        }
        var result = UnitResult()
        for step in change.steps where step.kind == .promoteVersion {
            guard let version = step.subject else { continue }
            observe(.step(change.address, step))
            let digest = try await promote(version, of: id, change)
            result.notes.append(
                Diagnostic(.note, "promoted", "version '\(version)' of '\(id)' was copied, SHA-256 \(digest)"))
        }
        return result
    }

    /// Copies a version from the deployer that is promoted from, byte for byte. Returns the SHA-256 of the archive.
    private func promote(
        _ version: String, of service: String, _ change: Change
    ) async throws(StepFailure) -> String {
        guard let source = nodes.source else { preconditionFailure("what is promoted comes from somewhere") }
        let folder = try temporaryFolder()
        defer { folder.remove() }
        let copy = folder.path + "/\(version).zip"
        let digest = try await download(version, of: service, from: source, to: copy)
        let call = Call.importVersion(service: service, file: copy, name: "\(version).zip")
        let entry = Entry(change, .promoteVersion, call, subject: version)
        try await write(entry, call, to: nodes.deployer) { () throws(DSSError) in
            try await hasVersion(version, of: service)
        }
        try await checkPublished(version, of: service, change)
        let arrived = try await download(version, of: service, from: nodes.deployer, to: folder.path + "/back.zip")
        guard arrived == digest else {
            throw StepFailure(
                Diagnostic(
                    .error, "promotion-mismatch",
                    "version '\(version)' of '\(service)' is not the archive that was sent: SHA-256 \(arrived.prefix(12))… instead of \(digest.prefix(12))…",
                    at: change.cause.mark, hint: "Delete the version on the deployer and apply again."))
        }
        return digest
    }

    private func download(
        _ version: String, of service: String, from node: DSSClient, to path: String
    ) async throws(StepFailure) -> String {
        _ = try await perform { () throws(DSSError) in
            try await node.apiDeployer.service(service).downloadVersion(version, to: path)
        }
        do throws(FileError) { return try await archiveDigest(of: path) } catch { throw StepFailure(error) }
    }

    private func temporaryFolder() throws(StepFailure) -> TemporaryFolder {
        do throws(FileError) { return try TemporaryFolder() } catch { throw StepFailure(error) }
    }

    func saveInfra(_ change: Change) async throws(StepFailure) {
        let id = change.address.name
        let deployer = nodes.deployer.apiDeployer
        let infra = deployer.infra(id)
        let isNew = change.action == .create || change.action == .replace
        if change.action == .replace {
            let live = try await perform { () throws(DSSError) in try await infra.getSettings() }
            try checkUnmoved(change.address, live)
            announce(.deleteInfra, of: change)
            let call = Call.deleteInfra(id)
            let entry = Entry(change, .deleteInfra, call, forgets: [change.address])
            try await write(entry, call, to: nodes.deployer) { () throws(DSSError) in
                try await !deployer.listInfras().contains { $0.id == id }
            }
        }
        if isNew {
            let spec = change.resource.spec
            let type = spec["type"]?.string ?? spec["raw"]?["type"]?.string ?? ""
            announce(.createInfra, of: change)
            let create = Call.createInfra(
                id, stage: spec["stage"]?.string ?? "", type: type,
                governCheckPolicy: spec["governCheckPolicy"]?.string ?? "NO_CHECK")
            let entry = Entry(change, .createInfra, create, records: [book.bare(change.resource)])
            try await make(entry, change.address, create, to: nodes.deployer) { () throws(DSSError) in
                try await deployer.listInfras().contains { $0.id == id }
            }
        }
        try await saveDocument(change, isNew: isNew, step: .saveInfra) {
            Call.saveInfraSettings(id, $0)
        } read: { () throws(DSSError) in
            try await infra.getSettings()
        }
    }

    /// The roll-outs that are owed when an infrastructure is saved: only this plan knows of them.
    private func dependants(of change: Change) -> [Entry] {
        guard change.address.kind == .infra else { return [] }
        return (rolloutsAfter[change.address.name] ?? []).map { deployment in
            Entry(
                deployment, .rollout, .awaitHealth, .getDeploymentHeavyStatus(deployment.name),
                subject: change.address.description)
        }
    }

    /// Reads, overlays, writes and reads back one document of the deployer.
    func saveDocument(
        _ change: Change, isNew: Bool, step: Step.Kind, call: (JSONValue) -> Call,
        read: () async throws(DSSError) -> JSONValue
    ) async throws(StepFailure) {
        let live = try await perform(read)
        if !isNew { try checkUnmoved(change.address, live) }
        let document = try overlaid(change.resource, over: live, creating: isNew)
        let record = book.record(change.resource, isMade: isNew)
        guard document != live else {
            await journal.put(record)
            return
        }
        try checkRedaction(of: live, change.address) { (live) throws(StepFailure) in
            try overlaid(change.resource, over: live, creating: isNew)
        }
        announce(step, of: change)
        let call = call(document)
        let entry = Entry(change, step, call, before: Fingerprint.of(live, dialect), records: [record])
        let owed = dependants(of: change)
        let ids = try await intend([entry] + owed)
        do throws(StepFailure) {
            try await save(under: ids[0], entry, call, to: nodes.deployer, read: read) { (back) throws(StepFailure) in
                try checkKept(change.resource, back, creating: isNew)
            }
        } catch {
            for id in ids.dropFirst() where !error.isOpen { await journal.settle(id, isDone: false) }
            throw error
        }
        for (id, entry) in zip(ids.dropFirst(), owed) { watches.add(id, for: entry.address) }
    }
}
