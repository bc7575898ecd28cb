internal import DSS
internal import JSON
internal import Planning
internal import Resources

/// All that is written to make a deployment, as the journal knows it before the first of it is sent.
struct Creation: Sendable {
    let create: Intent.ID
    let save: Intent.ID
    let update: Intent.ID
    /// Nil where nobody waits for its health.
    let watch: Intent.ID?
}

extension Worker {
    /// Of an object that is new, all is known beforehand: there are no settings and no update before ours.
    func creation(_ change: Change) async throws(StepFailure) -> Creation {
        let (id, resource) = (change.address.name, change.resource)
        let spec = DeploymentSpec(resource)
        let create = Call.createDeployment(
            id, publishedServiceId: spec.publishedService, infraId: spec.infra, version: "")
        var entries = [
            Entry(change, .createDeployment, create, records: [book.bare(resource)]),
            Entry(
                change, .saveDeployment, .saveDeploymentSettings(id, [:]),
                records: [book.record(resource, isMade: true)]),
            Entry(change, .startUpdate, .startUpdate(id)),
        ]
        if change.steps.contains(where: { $0.kind == .awaitHealth }) {
            entries.append(Entry(change, .awaitHealth, .getDeploymentHeavyStatus(id)))
        }
        let ids = try await intend(entries)
        return Creation(create: ids[0], save: ids[1], update: ids[2], watch: ids.count > 3 ? ids[3] : nil)
    }

    /// What was intended and is not settled is not sent any more. `isCreateOpen`: what became of the first write is for the
    /// next run to find out.
    func abandon(_ creation: Creation?, isCreateOpen: Bool = false) async {
        guard let creation else { return }
        if !isCreateOpen { await journal.settle(creation.create, isDone: false) }
        for id in [creation.save, creation.update, creation.watch].compactMap(\.self) {
            await journal.settle(id, isDone: false)
        }
    }
}
