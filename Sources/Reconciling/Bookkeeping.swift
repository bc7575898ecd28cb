internal import Planning
internal import Resources
internal import StateStorage

/// What a run records without writing to a node: objects that are adopted, remembered otherwise, or forgotten.
struct Bookkeeping: Sendable {
    /// Equal to what is declared, and not remembered so.
    let resources: [Resource]
    /// Live is as a plan that goes back wants it: nothing is written, but it stays so.
    private let held: [Record]
    private let forgotten: [Address]
    private let state: StateSnapshot

    init(_ plan: Plan, _ state: StateSnapshot, _ manifests: DesiredState?) {
        self.state = state
        let holds = plan.purpose == .rollback ? Set(plan.held.map(\.address)) : []
        held = plan.unchanged.filter(holds.contains).compactMap { state[$0] }
        forgotten = plan.forgotten.filter { state[$0] != nil }
        guard plan.purpose == .apply, let manifests else {
            resources = []
            return
        }
        // What is held is remembered as it was applied, not as its manifest says.
        let desired = withHolds(manifests, state).0
        resources = (plan.adopted + plan.rerecorded).compactMap { address in
            desired[address.withoutVersion].flatMap { $0.isExternal || $0.recordAddress != address ? nil : $0 }
        }
    }

    /// How many objects are newly remembered.
    var count: Int { resources.count { state[$0.recordAddress] == nil } }

    /// Nothing at all, but the places of manifests that moved.
    func isNews(in book: Book) -> Bool {
        !forgotten.isEmpty || !held.isEmpty
            || resources.contains { resource in
                guard var record = state[resource.recordAddress] else { return true }
                let new = book.record(resource, isMade: false)
                // Where it is declared, at which commit and by which run is no news.
                (record.mark, record.commit, record.run) = (new.mark, new.commit, new.run)
                return record != new
            }
    }

    func entries(_ book: Book) -> [StateEntry] {
        resources.map { .put(book.record($0, isMade: false)) } + forgotten.map { .remove($0) }
    }

    func write(to journal: Journal, _ book: Book) async {
        for resource in resources {
            let record = book.record(resource, isMade: false)
            await journal.put(record)
            let before = state[record.address]?.applied
            guard before != record.applied else { continue }
            await journal.note(
                RunChange(
                    address: record.address, action: .noOp, result: before == nil ? "adopted" : "recorded",
                    before: before, after: record.applied))
        }
        for record in held { await journal.put(book.held(record)) }
        for address in forgotten { await journal.remove(address) }
    }
}
