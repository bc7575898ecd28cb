package import Resources
internal import Synchronization

/// State in this process's memory, for tests and for looking without remembering.
package final class MemoryStore: StateStore {
    private struct Book {
        var records: [Address: Record] = [:]
        var intents: [Intent.ID: Intent] = [:]
        var runs: [Int: RunRecord] = [:]
        var changes: [Int: [Address: RunChange]] = [:]
        var lease = LeaseRow.none
    }

    private let books: Mutex<[String: Book]>
    private let now: @Sendable () -> Int
    private let isGone: @Sendable (ProcessIdentity) -> Bool

    /// `now` is the time in milliseconds since 1970; `isGone` tells of a lease's holder whether it runs no more.
    package init(
        now: @escaping @Sendable () -> Int, isGone: @escaping @Sendable (ProcessIdentity) -> Bool = { $0.isGone }
    ) {
        self.now = now
        self.isGone = isGone
        books = Mutex([:])
    }

    /// A copy that goes its own way: what a process that ends at this moment leaves behind.
    package func copy() -> MemoryStore {
        let copy = MemoryStore(now: now, isGone: isGone)
        let books = books.withLock { $0 }
        copy.books.withLock { $0 = books }
        return copy
    }

    package func snapshot(of environment: String) throws(StateError) -> StateSnapshot {
        let book = books.withLock { $0[environment] ?? Book() }
        return StateSnapshot(
            environment: environment, records: book.records, intents: book.intents.values.sorted { $0.id < $1.id })
    }

    package func acquire(
        _ environment: String, for holder: LeaseHolder, milliseconds: Int
    ) throws(StateError) -> LeaseAnswer {
        let now = now()
        return books.withLock { books in
            var row = books[environment]?.lease ?? .none
            let answer = row.acquire(environment, for: holder, milliseconds: milliseconds, at: now, isGone)
            if case .granted = answer { books[environment, default: Book()].lease = row }
            return answer
        }
    }

    package func renew(_ lease: Lease, milliseconds: Int) throws(StateError) -> Bool {
        let now = now()
        return books.withLock { books in
            guard books[lease.environment]?.lease.isHeld(by: lease, at: now) == true else { return false }
            books[lease.environment]?.lease.holder?.expires = now + milliseconds
            return true
        }
    }

    package func release(_ lease: Lease) throws(StateError) {
        books.withLock { books in
            guard books[lease.environment]?.lease.token == lease.token else { return }
            books[lease.environment]?.lease.holder = nil
        }
    }

    package func holder(of environment: String) throws(StateError) -> LeaseHolder? {
        let now = now()
        return books.withLock { $0[environment]?.lease.holder(at: now, isGone) }
    }

    package func breakLease(of environment: String) throws(StateError) -> LeaseHolder? {
        let now = now()
        return books.withLock { books in
            defer { books[environment]?.lease.holder = nil }
            return books[environment]?.lease.holder(at: now, isGone)
        }
    }

    package func begin(_ run: RunRecord, under lease: Lease) throws(StateError) -> Int {
        try change(lease) { book in
            let number = (book.runs.keys.max() ?? 0) + 1
            book.runs[number] = RunRecord(
                number: number, command: run.command, actor: run.actor, commit: run.commit, reason: run.reason,
                planDigest: run.planDigest, started: run.started)
            for old in book.runs.keys where old <= number - RunHistory.maximumRuns {
                book.runs[old] = nil
                book.changes[old] = nil
            }
            return number
        }
    }

    package func commit(_ entries: [StateEntry], under lease: Lease) throws(StateError) {
        try change(lease) { book in
            for entry in entries { MemoryStore.write(entry, into: &book) }
        }
    }

    private func change<T: Sendable>(
        _ lease: Lease, _ work: (inout Book) -> T
    ) throws(StateError) -> T {
        let now = now()
        let result: T? = books.withLock { books in
            guard var book = books[lease.environment], book.lease.isHeld(by: lease, at: now) else { return nil }
            let result = work(&book)
            books[lease.environment] = book
            return result
        }
        guard let result else { throw .leaseLost(lease) }
        return result
    }

    private static func write(_ entry: StateEntry, into book: inout Book) {
        switch entry {
        case .intend(let intent): book.intents[intent.id] = intent
        case .follow(let id, let job): book.intents[id]?.job = job
        case .settle(let id, let isDone):
            guard let intent = book.intents.removeValue(forKey: id), isDone else { return }
            for record in intent.records { book.records[record.address] = record }
            for address in intent.forgets { book.records[address] = nil }
        case .put(let record): book.records[record.address] = record
        case .remove(let address): book.records[address] = nil
        case .changed(let run, let change):
            // Of a run that is no longer kept, nothing is.
            if book.runs[run] != nil { book.changes[run, default: [:]][change.address] = change }
        case .finish(let run, let result, let finished, let counts):
            book.runs[run]?.result = result
            book.runs[run]?.finished = finished
            book.runs[run]?.counts = counts
        }
    }

    package func runs(of environment: String, limit: Int, before: Int?) throws(StateError) -> [RunRecord] {
        let runs = books.withLock { $0[environment]?.runs ?? [:] }.values.sorted { $0.number > $1.number }
        return Array(runs.filter { $0.number < before ?? .max }.prefix(limit))
    }

    package func run(_ number: Int, of environment: String) throws(StateError) -> RunRecord? {
        books.withLock { $0[environment]?.runs[number] }
    }

    package func changes(of run: Int, in environment: String) throws(StateError) -> [RunChange] {
        books.withLock { $0[environment]?.changes[run] ?? [:] }.values.sorted { $0.address < $1.address }
    }

    package func changes(
        to address: Address, in environment: String, limit: Int
    ) throws(StateError) -> [(run: RunRecord, change: RunChange)] {
        let book = books.withLock { $0[environment] ?? Book() }
        let found = book.runs.values.sorted { $0.number > $1.number }.compactMap { run in
            book.changes[run.number]?[address].map { (run: run, change: $0) }
        }
        return Array(found.prefix(limit))
    }
}
