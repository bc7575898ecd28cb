package import Files
package import Resources

/// State on a PostgreSQL server, for runners that come and go and for several people.
///
/// The tables lie in the schema `mooring`, which the first write makes. Time is the server's. Calls run on a thread of
/// their own, each in one transaction and each within a bounded time. A connection that is lost is taken up once more; a
/// write whose answer was lost is found by the number that it left in the lease, so it is never done twice.
package actor PostgresStore: StateStore {
    private let settings: PostgresSettings
    private let workspace: String
    private let isGone: @Sendable (ProcessIdentity) -> Bool
    private let executor = QueueExecutor("mooring.state")
    private var connection: PostgresConnection?
    /// Whether the schema was seen on this connection, as this program knows it.
    private var isMade = false

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// `connection` is a connection string of libpq's, as `postgres://…` or `host=…`; what it leaves out is taken from
    /// the `PG*` variables, the password file and the service file. `workspace` keeps apart the workspaces that share a
    /// server; `isGone` tells of a lease's holder whether it runs no more.
    ///
    /// Throws when the server can't be reached.
    package init(
        connection: Secret, workspace: String,
        isGone: @escaping @Sendable (ProcessIdentity) -> Bool = { $0.isGone }
    ) async throws(StateError) {
        settings = try PostgresSettings(connection)
        self.workspace = workspace
        self.isGone = isGone
        _ = try connected()
    }

    // MARK: - Leases

    package func acquire(
        _ environment: String, for holder: LeaseHolder, milliseconds: Int
    ) throws(StateError) -> LeaseAnswer {
        let key = key(environment)
        let batch = Batch()
        return try transaction(
            .write,
            kept: { connection in
                // The answer was lost, not the lease.
                let row = try connection.lease(key)
                guard row.batch == batch.text, let holder = row.lease.holder else { return nil }
                return .granted(Lease(environment: environment, token: row.lease.token, holder: holder))
            }
        ) { [isGone] connection in
            var row = try connection.lease(key).lease
            let now = try connection.milliseconds()
            let answer = row.acquire(environment, for: holder, milliseconds: milliseconds, at: now, isGone)
            if case .granted = answer { try connection.save(row, key, batch: batch.text) }
            return answer
        }
    }

    package func renew(_ lease: Lease, milliseconds: Int) throws(StateError) -> Bool {
        let key = key(lease.environment)
        return try transaction(.write, isRepeatable: true) { try $0.renew(key, lease.token, milliseconds) }
    }

    package func release(_ lease: Lease) throws(StateError) {
        let key = key(lease.environment)
        try transaction(.write, isRepeatable: true) { try $0.endLease(key, lease.token) }
    }

    package func holder(of environment: String) throws(StateError) -> LeaseHolder? {
        let key = key(environment)
        return try reading { [isGone] connection in
            try connection.lease(key, locked: false).lease.holder(at: try connection.milliseconds(), isGone)
        } ?? nil
    }

    package func breakLease(of environment: String) throws(StateError) -> LeaseHolder? {
        // Where nothing is kept, there is nothing to break.
        guard try reading({ _ in true }) == true else { return nil }
        let key = key(environment)
        return try transaction(.write) { [isGone] connection in
            let row = try connection.lease(key).lease
            try connection.endLease(key, row.token)
            return row.holder(at: try connection.milliseconds(), isGone)
        }
    }

    // MARK: - Writing

    package func begin(_ run: RunRecord, under lease: Lease) throws(StateError) -> Int {
        let key = key(lease.environment)
        return try write(under: lease, kept: { try $0.newestRun(of: key) }) { try $0.begin(run, in: key) }
    }

    package func commit(_ entries: [StateEntry], under lease: Lease) throws(StateError) {
        let key = key(lease.environment)
        try write(under: lease, kept: { _ in }) { connection in
            let stored = try connection.intents(StateBatch.done(in: entries), in: key)
            try connection.write(StateBatch(entries, stored: stored), in: key)
        }
    }

    // MARK: - Reading

    package func snapshot(of environment: String) throws(StateError) -> StateSnapshot {
        let key = key(environment)
        let snapshot = try reading { connection in
            StateSnapshot(
                environment: environment, records: try connection.records(in: key),
                intents: try connection.intents(in: key))
        }
        return snapshot ?? StateSnapshot(environment: environment)
    }

    package func runs(of environment: String, limit: Int, before: Int?) throws(StateError) -> [RunRecord] {
        let key = key(environment)
        return try reading { try $0.runs(of: key, limit: limit, before: before) } ?? []
    }

    package func run(_ number: Int, of environment: String) throws(StateError) -> RunRecord? {
        let key = key(environment)
        return try reading { try $0.run(number, of: key) } ?? nil
    }

    package func changes(of run: Int, in environment: String) throws(StateError) -> [RunChange] {
        let key = key(environment)
        return try reading { try $0.changes(of: run, in: key) } ?? []
    }

    package func changes(
        to address: Address, in environment: String, limit: Int
    ) throws(StateError) -> [(run: RunRecord, change: RunChange)] {
        let key = key(environment)
        return try reading { try $0.changes(to: address, in: key, limit: limit) } ?? []
    }

    package func close() async {
        connection = nil
        isMade = false
    }

    private func key(_ environment: String) -> String {
        StoredKey.escape(workspace) + "/" + StoredKey.escape(environment)
    }
}

// MARK: - Transactions

extension PostgresStore {
    private enum Kind: String {
        case read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        case write = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
    }

    /// The number of one write.
    private struct Batch {
        let text = String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// The server gives up before we do, and a transaction of ours that we forgot ends by itself. What is committed is on
    /// its disk, even where its owner prefers speed.
    private static let limits = """
        ; SET LOCAL statement_timeout = \(PostgresSettings.statementMilliseconds)
        ; SET LOCAL lock_timeout = \(PostgresSettings.lockMilliseconds)
        ; SET LOCAL idle_in_transaction_session_timeout = \(PostgresSettings.answerMilliseconds)
        ; SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'
        """

    /// Nil when the schema is not there yet.
    private func reading<T>(_ work: (PostgresConnection) throws -> T) throws(StateError) -> T? {
        try transaction(.read, isRepeatable: true) { connection in
            guard try isUpToDate(connection) else { return nil }
            return try work(connection)
        }
    }

    /// The lease is looked at in the same transaction, and kept from others to its end; `kept` is what is answered when an
    /// attempt whose answer was lost turns out to be kept.
    private func write<T>(
        under lease: Lease, kept: @escaping (PostgresConnection) throws -> T, _ work: (PostgresConnection) throws -> T
    ) throws(StateError) -> T {
        let key = key(lease.environment)
        let batch = Batch()
        return try transaction(
            .write,
            kept: { connection in
                // This waits for the lost transaction to end, if the server still has it.
                try connection.lease(key).batch == batch.text ? try kept(connection) : nil
            }
        ) { connection in
            guard try connection.mark(key, lease.token, batch: batch.text) else { throw StateError.leaseLost(lease) }
            return try work(connection)
        }
    }

    /// Carries `work` out in a transaction, and once more when the connection is lost.
    ///
    /// Lost in the middle, nothing of it was kept. Lost at the end, it may have been: then `kept` finds that out, or
    /// doing it again does no harm, or it is an error.
    private func transaction<T>(
        _ kind: Kind, isRepeatable: Bool = false, kept: ((PostgresConnection) throws -> T?)? = nil,
        _ work: (PostgresConnection) throws -> T
    ) throws(StateError) -> T {
        var isUnsure = false
        for attempt in 1...2 {
            let connection = try connected(isUnsure: isUnsure)
            do {
                try connection.run(kind.rawValue + PostgresStore.limits)
                if isUnsure, let kept, let result = try kept(connection) {
                    try connection.run("ROLLBACK")
                    return result
                }
                if kind == .write { try make(connection) }
                let result = try work(connection)
                isUnsure = true
                try connection.run("COMMIT")
                if kind == .write { isMade = true }
                return result
            } catch PostgresFailure.lost(let message) {
                drop()
                if attempt == 2 || (isUnsure && kept == nil && !isRepeatable) {
                    throw .unreachable(settings.scrubbed(message), isUnsure: isUnsure && kind == .write)
                }
            } catch {
                // Where this fails too, the server ends the transaction when the connection is closed.
                do { try connection.run("ROLLBACK") } catch { drop() }
                throw told(error)
            }
        }
        preconditionFailure("the second attempt returns or throws")
    }

    private func told(_ error: any Error) -> StateError {
        switch error {
        case let error as StateError: error
        case let error as MalformedRow: .damagedServer(error.reason)
        case PostgresFailure.refused(let state, let message): .refused(state, settings.scrubbed(message))
        default: .unreachable(settings.scrubbed("\(error)"))
        }
    }

    private func connected(isUnsure: Bool = false) throws(StateError) -> PostgresConnection {
        if let connection { return connection }
        do throws(PostgresFailure) {
            let connection = try PostgresConnection(settings)
            self.connection = connection
            return connection
        } catch {
            guard case .lost(let message) = error else { preconditionFailure("no statement was sent") }
            throw .unreachable(settings.scrubbed(message), isUnsure: isUnsure)
        }
    }

    private func drop() {
        connection = nil
        isMade = false
    }

    private func isUpToDate(_ connection: PostgresConnection) throws -> Bool {
        if isMade { return true }
        let version = try PostgresSchema.version(on: connection)
        guard version <= PostgresSchema.version else {
            throw StateError.newer("the state on the server", version, known: PostgresSchema.version)
        }
        return version == PostgresSchema.version
    }

    private func make(_ connection: PostgresConnection) throws {
        guard try !isUpToDate(connection) else { return }
        guard connection.serverEncoding == "UTF8" else { throw StateError.encoding(connection.serverEncoding) }
        try PostgresSchema.migrate(connection)
    }
}
