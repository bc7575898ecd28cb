internal import Resources
internal import StateStorage

/// Writes a run's intents, results and records to the store.
///
/// An intent is durable before its write is sent; intents that come at the same time share one commit. Results are kept
/// and go with the next commit: a run that ends in between is settled by reading.
actor Journal {
    private let lease: LeaseKeeper
    private let time: Timekeeper
    /// The run's number.
    nonisolated let run: Int
    private var queue: [StateEntry] = []
    private var waiting: [CheckedContinuation<StateError?, Never>] = []
    private var isWriting = false
    private var numbers = 0
    private var open: [Intent.ID: Intent] = [:]
    /// What is remembered as applied by now to the objects that this run wrote to; nil where it forgot them.
    private var applied: [Address: AppliedSpec?] = [:]

    /// More results are not kept in memory: they are written even when no intent comes.
    private static let mostKept = 1000
    /// Turns given to other units before a commit, while each brings another intent: a commit costs more than a turn.
    private static let mostTurns = 8
    /// A server that was cut off is asked again after this, for as long as the lease lasts.
    private static let pause: Duration = .milliseconds(500)

    init(_ lease: LeaseKeeper, run: Int, time: Timekeeper) {
        self.lease = lease
        self.run = run
        self.time = time
    }

    /// Returns when all entries are durable, and the writes may be sent.
    func intend(_ entries: [Entry]) async throws(StateError) -> [Intent.ID] {
        if let problem = lease.problem { throw problem }
        var ids: [Intent.ID] = []
        for entry in entries {
            numbers += 1
            let intent = entry.intent(Intent.ID(run: run, number: numbers))
            ids.append(intent.id)
            open[intent.id] = intent
            queue.append(.intend(intent))
        }
        try await flush()
        // It may have run out while the store was at work.
        if let problem = lease.problem { throw problem }
        return ids
    }

    /// The write of an intent is over. What is not settled is read by the next run.
    func settle(_ id: Intent.ID, isDone: Bool) async {
        guard let intent = open.removeValue(forKey: id) else { return }
        if isDone {
            for record in intent.records { applied[record.address] = .some(record.applied) }
            for address in intent.forgets { applied[address] = .some(nil) }
        }
        await keep(.settle(id, isDone: isDone))
    }

    /// Settles what an earlier run left.
    func settle(left id: Intent.ID, isDone: Bool) async { await keep(.settle(id, isDone: isDone)) }

    func follow(_ id: Intent.ID, job: String) async { await keep(.follow(id, job: job)) }

    /// What was last applied to an object by now; `before` where this run did not write to it.
    func applied(to address: Address, before: AppliedSpec?) -> AppliedSpec? {
        if let now = applied[address] { now } else { before }
    }

    func put(_ record: Record) async {
        applied[record.address] = .some(record.applied)
        await keep(.put(record))
    }

    func remove(_ address: Address) async {
        applied[address] = .some(nil)
        await keep(.remove(address))
    }

    func note(_ change: RunChange) async { await keep(.changed(run: run, change)) }

    func finish(_ result: RunRecord.Result, at finished: Int, counts: [String: Int]) async throws(StateError) {
        queue.append(.finish(run: run, result, finished: finished, counts: counts))
        try await flush()
    }

    private func keep(_ entry: StateEntry) async {
        guard lease.problem == nil else { return }
        queue.append(entry)
        // A failure is told to the next who intends something, and at the end.
        if queue.count >= Journal.mostKept { try? await flush() }
    }

    /// Returns when all that is in the queue is durable.
    private func flush() async throws(StateError) {
        let problem = await withCheckedContinuation { continuation in
            waiting.append(continuation)
            guard !isWriting else { return }
            isWriting = true
            Task { await self.write() }
        }
        if let problem { throw problem }
    }

    private func write() async {
        while !waiting.isEmpty {
            await gather()
            let (entries, answered) = (queue, waiting)
            (queue, waiting) = ([], [])
            let problem = await commit(entries)
            for continuation in answered { continuation.resume(returning: problem) }
        }
        isWriting = false
    }

    private func gather() async {
        for _ in 0..<Journal.mostTurns {
            let count = waiting.count
            await Task.yield()
            guard waiting.count > count else { return }
        }
    }

    /// All entries or none. Where the store does not answer they are sent again: to write one twice changes nothing.
    private func commit(_ entries: [StateEntry]) async -> StateError? {
        while true {
            if let problem = lease.problem { return problem }
            do throws(StateError) {
                try await lease.store.commit(entries, under: lease.lease)
                return nil
            } catch {
                guard error.reason == .unreachable else {
                    lease.lose(error)
                    return error
                }
                await time.sleep(Journal.pause)
                // The lease ran out meanwhile: what the store said tells more.
                if lease.problem != nil { return error }
            }
        }
    }
}
