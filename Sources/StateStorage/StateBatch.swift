internal import Resources

/// What a list of entries comes to: each row once, so that a store writes the lot in a few statements.
struct StateBatch {
    struct ChangeKey: Hashable {
        let run: Int
        let address: Address
    }

    /// The new record, or nil where there is none any more.
    private(set) var records: [Address: Record?] = [:]
    private(set) var intents: [Intent.ID: Intent?] = [:]
    /// Jobs of intents that are not in this batch.
    private(set) var jobs: [Intent.ID: String] = [:]
    private(set) var changes: [ChangeKey: RunChange] = [:]
    /// By the run's number, as `StoredRun.end` makes it.
    private(set) var ends: [Int: String] = [:]

    /// The stored intents that must be read first: those that are done, since their records are now remembered.
    static func done(in entries: [StateEntry]) -> [Intent.ID] {
        var here: Set<Intent.ID> = []
        var done: [Intent.ID] = []
        for entry in entries {
            switch entry {
            case .intend(let intent): here.insert(intent.id)
            case .settle(let id, isDone: true): if here.remove(id) == nil { done.append(id) }
            case .settle(let id, isDone: false): here.remove(id)
            default: break
            }
        }
        return done
    }

    /// `stored` are the intents that `done` named, as far as they exist.
    init(_ entries: [StateEntry], stored: [Intent.ID: Intent]) {
        for entry in entries {
            switch entry {
            case .intend(let intent):
                intents[intent.id] = .some(intent)
                jobs[intent.id] = nil
            case .follow(let id, let job): follow(id, job)
            case .settle(let id, let isDone): settle(id, isDone, stored)
            case .put(let record): records[record.address] = .some(record)
            case .remove(let address): records[address] = .some(nil)
            case .changed(let run, let change): changes[ChangeKey(run: run, address: change.address)] = change
            case .finish(let run, let result, let finished, let counts):
                ends[run] = StoredRun.end(result, finished: finished, counts: counts)
            }
        }
    }

    private mutating func follow(_ id: Intent.ID, _ job: String) {
        switch intents[id] {
        case .some(.some(var intent)):
            intent.job = job
            intents[id] = .some(intent)
        case .some(.none): break
        case .none: jobs[id] = job
        }
    }

    private mutating func settle(_ id: Intent.ID, _ isDone: Bool, _ stored: [Intent.ID: Intent]) {
        // Settled a second time, there is nothing left of it.
        let intent = intents[id] ?? stored[id]
        intents[id] = .some(nil)
        jobs[id] = nil
        guard isDone, let intent else { return }
        for record in intent.records { records[record.address] = .some(record) }
        for address in intent.forgets { records[address] = .some(nil) }
    }
}
