internal import Planning
internal import Resources
internal import StateStorage

/// What a run records without writing to a node: objects that are adopted, remembered otherwise, or forgotten.
struct Bookkeeping: Sendable {
    /// Equal to what is declared, and not remembered so.
    let resources: [Resource]
    private let forgotten: [Address]
    private let state: StateSnapshot

    init(_ plan: Plan, _ state: StateSnapshot, _ desired: DesiredState?) {
        self.state = state
        forgotten = plan.forgotten.filter { state[$0] != nil }
        let isOfManifests = plan.purpose == .apply || plan.purpose == .heal
        guard isOfManifests, let desired else {
            resources = []
            return
        }
        resources = (plan.adopted + plan.rerecorded).compactMap { address in
            desired[address.withoutVersion].flatMap { $0.isExternal || $0.recordAddress != address ? nil : $0 }
        }
    }

    /// How many objects are newly remembered.
    var count: Int { resources.count { state[$0.recordAddress] == nil } }

    /// Nothing at all, but the places of manifests that moved.
    func isNews(in book: Book) -> Bool {
        !forgotten.isEmpty
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
        for resource in resources { await journal.put(book.record(resource, isMade: false)) }
        for address in forgotten { await journal.remove(address) }
    }
}
