package import Planning
package import Resources
internal import StateStorage

extension OpenRun {
    /// Records what a plan found equal to its manifest, and writes nothing to a node. Returns what was recorded, sorted.
    ///
    /// With `own`, it may be deleted later like what Mooring made; that goes for what was adopted before, too. `only` are
    /// the addresses that are meant, as the plan or the state has them; nil for all. History keeps whether the workspace
    /// `hasUncommitted` files.
    package func adopt(
        _ plan: Plan, own: Bool, only: [Address]?, hasUncommitted: Bool = false
    ) async throws(ReconcileError) -> [Address] {
        let time = reconciler.time
        let state = try await reconciler.stored { () throws(StateError) in
            try await reconciler.store.snapshot(of: plan.environment)
        }
        let chosen = only.map(Set.init)
        let isChosen = { (address: Address) in chosen?.contains(address) ?? true }
        let resources = plan.adopted.filter(isChosen).compactMap { address in
            desired?[address.withoutVersion].flatMap { $0.recordAddress == address ? $0 : nil }
        }
        let taken = state.records.values.filter { own && $0.ownership == .adopted && isChosen($0.address) }
        guard !resources.isEmpty || !taken.isEmpty else { return [] }
        let known = try await reconciler.prepare(
            Plan(environment: plan.environment, targets: plan.targets), adopting: resources)
        let number = try await begin("adopt", reason: nil, planDigest: nil, hasUncommitted: hasUncommitted)
        let journal = Journal(lease, run: number, time: time)
        let book = Book(
            state: state, run: number, commit: reconciler.commit, dialect: reconciler.dialect,
            today: reconciler.time.today(),
            secrets: reconciler.knowledge(of: known), holds: [:], held: [])
        var records = resources.map { book.record($0, isMade: own) }
        for var record in taken {
            record.ownership = .owned
            record.run = number
            records.append(record)
        }
        records.sort { $0.address < $1.address }
        for record in records {
            await journal.put(record)
            await journal.note(
                RunChange(
                    address: record.address, action: .noOp, result: own ? "owned" : "adopted",
                    before: state[record.address]?.applied, after: record.applied))
        }
        try await reconciler.stored { () throws(StateError) in
            try await journal.finish(
                .applied, at: time.wallMilliseconds(), counts: [own ? "owned" : "adopted": records.count])
        }
        return records.map(\.address)
    }
}
