internal import DSS
internal import Planning
internal import Resources

/// Makes the records of a run: what is remembered of each object that it writes to.
struct Book: Sendable {
    /// As it was when the run began.
    let state: StateSnapshot
    let run: Int
    let commit: String?
    let dialect: Dialect
    /// The date when the run began, as `2026-12-31`.
    let today: String
    let secrets: SecretKnowledge
    /// The objects that this run goes back with, and that stay there until their manifests change.
    let holds: [Address: Hold]
    /// The objects whose manifests were passed over before.
    let held: Set<Address>

    /// The record of an object that holds what the resource declares. `isMade`: this run made it.
    func record(_ resource: Resource, isMade: Bool) -> Record {
        let before = state[resource.recordAddress]
        var record = resource.recorded(
            over: before, isMade ? .owned : before?.ownership ?? .adopted, isHeld: held.contains(resource.address),
            secrets: secrets, dialect: dialect, today: today)
        record.commit = commit
        record.run = run
        if let hold = holds[resource.address] { record.hold = hold }
        return record
    }

    /// The record of an object that stays as it was applied.
    func held(_ record: Record) -> Record {
        var record = record
        record.hold = holds[record.address] ?? record.hold
        record.run = run
        return record
    }

    /// The record of an object that was just made, and of which nothing was applied yet.
    func bare(_ resource: Resource) -> Record {
        let lifecycle = resource.metadata.lifecycle
        return Record(
            resource.recordAddress, .owned, protect: lifecycle.protect, prune: lifecycle.prune, mark: resource.mark,
            commit: commit, run: run)
    }

    /// The record of a published service that came into being because a package was published to it.
    func implied(_ service: String, by resource: Resource) -> Record {
        Record(Address(.publishedService, service), .owned, mark: resource.mark, commit: commit, run: run)
    }

    /// What a write that goes back to the state before remembers, and what it forgets.
    func before(_ resource: Resource) -> (records: [Record], forgets: [Address]) {
        let address = resource.recordAddress
        guard let record = state[address] else { return ([], [address]) }
        return ([record], [])
    }
}
