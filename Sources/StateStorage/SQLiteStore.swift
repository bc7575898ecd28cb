internal import Files
package import Resources

/// State in one SQLite file, for one machine: the default.
///
/// The file is made by the first write, never by a read. Calls run on a thread of their own, and each is one transaction;
/// what `commit` returned from is on the disk. Several processes may use the file at once.
package actor SQLiteStore: StateStore {
    let file: SQLiteFile
    let now: @Sendable () -> Int
    let isGone: @Sendable (ProcessIdentity) -> Bool
    private let executor = QueueExecutor("mooring.state")
    private var opened: SQLiteFile.Opened?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// `path` may be relative to the current folder; `name` is how messages call the file; `now` is the time in
    /// milliseconds since 1970; `isGone` tells of a lease's holder whether it runs no more.
    ///
    /// Throws when a file is there and can't be read.
    package init(
        path: String, name: String? = nil, now: @escaping @Sendable () -> Int,
        isGone: @escaping @Sendable (ProcessIdentity) -> Bool = { $0.isGone }
    ) async throws(StateError) {
        file = SQLiteFile(path: path, name: name ?? path)
        self.now = now
        self.isGone = isGone
        opened = try file.open(forWriting: false)
    }

    // MARK: - Leases

    package func acquire(
        _ environment: String, for holder: LeaseHolder, milliseconds: Int
    ) throws(StateError) -> LeaseAnswer {
        try write { [now, isGone] database in
            var row = try LeaseRow(database, environment)
            let answer = row.acquire(environment, for: holder, milliseconds: milliseconds, at: now(), isGone)
            if case .granted = answer { try row.save(database, environment) }
            return answer
        }
    }

    package func renew(_ lease: Lease, milliseconds: Int) throws(StateError) -> Bool {
        try write { [now] database in
            var row = try LeaseRow(database, lease.environment)
            let now = now()
            guard row.isHeld(by: lease, at: now) else { return false }
            row.holder?.expires = now + milliseconds
            try row.save(database, lease.environment)
            return true
        }
    }

    package func release(_ lease: Lease) throws(StateError) {
        try write { database in
            var row = try LeaseRow(database, lease.environment)
            guard row.token == lease.token else { return }
            row.holder = nil
            try row.save(database, lease.environment)
        }
    }

    package func holder(of environment: String) throws(StateError) -> LeaseHolder? {
        try read { [now, isGone] in try LeaseRow($0, environment).holder(at: now(), isGone) } ?? nil
    }

    package func breakLease(of environment: String) throws(StateError) -> LeaseHolder? {
        // Where nothing is kept, there is nothing to break.
        guard try current(forWriting: false) != nil else { return nil }
        return try write { [now, isGone] database in
            var row = try LeaseRow(database, environment)
            let holder = row.holder(at: now(), isGone)
            if row.holder != nil {
                row.holder = nil
                try row.save(database, environment)
            }
            return holder
        }
    }

    // MARK: - Writing

    package func begin(_ run: RunRecord, under lease: Lease) throws(StateError) -> Int {
        try write(under: lease) { try $0.begin(run, in: lease.environment) }
    }

    package func commit(_ entries: [StateEntry], under lease: Lease) throws(StateError) {
        try write(under: lease) { database in
            var stored: [Intent.ID: Intent] = [:]
            for id in StateBatch.done(in: entries) { stored[id] = try database.intent(id, in: lease.environment) }
            try database.write(StateBatch(entries, stored: stored), in: lease.environment)
        }
    }

    // MARK: - Reading

    package func snapshot(of environment: String) throws(StateError) -> StateSnapshot {
        let snapshot = try read { database in
            StateSnapshot(
                environment: environment, records: try database.records(in: environment),
                intents: try database.intents(in: environment))
        }
        return snapshot ?? StateSnapshot(environment: environment)
    }

    package func runs(of environment: String, limit: Int, before: Int?) throws(StateError) -> [RunRecord] {
        try read { try $0.runs(of: environment, limit: limit, before: before) } ?? []
    }

    package func run(_ number: Int, of environment: String) throws(StateError) -> RunRecord? {
        try read { try $0.run(number, of: environment) } ?? nil
    }

    package func changes(of run: Int, in environment: String) throws(StateError) -> [RunChange] {
        try read { try $0.changes(of: run, in: environment) } ?? []
    }

    package func changes(
        to address: Address, in environment: String, limit: Int
    ) throws(StateError) -> [(run: RunRecord, change: RunChange)] {
        try read { try $0.changes(to: address, in: environment, limit: limit) } ?? []
    }

    package func close() async {
        // SQLite then writes its log into the file, and removes it. Where it can't, the next to open the file does.
        opened = nil
    }

    // MARK: - Transactions

    /// Nil when there is no file.
    private func read<T>(_ work: (SQLiteConnection) throws -> T) throws(StateError) -> T? {
        guard let opened = try current(forWriting: false) else { return nil }
        return try told { try opened.database.reading(work) }
    }

    private func write<T>(_ work: (SQLiteConnection) throws -> T) throws(StateError) -> T {
        guard let opened = try current(forWriting: true) else { throw .replaced(file.name) }
        // Another process would make a file of its own at the path, and hold a lease of its own there.
        guard file.identity == opened.identity else { throw .replaced(file.name) }
        return try told { try opened.database.writing(work) }
    }

    /// The lease is looked at in the same transaction: none can be given to another in between.
    private func write<T>(under lease: Lease, _ work: (SQLiteConnection) throws -> T) throws(StateError) -> T {
        try write { [now] database in
            guard try LeaseRow(database, lease.environment).isHeld(by: lease, at: now()) else {
                throw StateError.leaseLost(lease)
            }
            return try work(database)
        }
    }

    private func current(forWriting: Bool) throws(StateError) -> SQLiteFile.Opened? {
        if let opened, opened.isWritable || !forWriting { return opened }
        opened = try file.open(forWriting: forWriting)
        return opened
    }

    private func told<T>(_ work: () throws -> T) throws(StateError) -> T {
        do {
            return try work()
        } catch let error as StateError {
            throw error
        } catch let error as MalformedRow {
            throw .damaged(file.name, error.reason)
        } catch let error as SQLiteFailure {
            throw StateError(error, file.name, path: file.path)
        } catch {
            throw .failed(file.name, "\(error)")
        }
    }
}
