internal import Resources

/// The rows on a server: one place for each statement. `environment` is the key that the store has for it.
extension PostgresConnection {
    func records(in environment: String) throws -> [Address: Record] {
        var records: [Address: Record] = [:]
        try each(
            "SELECT address, applied, rest FROM mooring.record WHERE environment = $1", [.text(environment)]
        ) { row throws(MalformedRow) in
            let record = try StoredRecord(key: row.text(0), applied: row.text(1), rest: row.text(2)).record()
            records[record.address] = record
        }
        return records
    }

    func intents(in environment: String) throws -> [Intent] {
        var intents: [Intent] = []
        try each(
            "SELECT run, number, job, rest FROM mooring.intent WHERE environment = $1 ORDER BY run, number",
            [.text(environment)]
        ) { row throws(MalformedRow) in intents.append(try row.intent()) }
        return intents
    }

    func intents(_ ids: [Intent.ID], in environment: String) throws -> [Intent.ID: Intent] {
        var intents: [Intent.ID: Intent] = [:]
        guard !ids.isEmpty else { return intents }
        try each(
            """
            SELECT run, number, job, rest FROM mooring.intent
            WHERE environment = $1 AND (run, number) IN (SELECT * FROM unnest($2::bigint[], $3::bigint[]))
            """, [.text(environment), .numbers(ids.map(\.run)), .numbers(ids.map(\.number))]
        ) { row throws(MalformedRow) in
            let intent = try row.intent()
            intents[intent.id] = intent
        }
        return intents
    }

    func runs(of environment: String, limit: Int, before: Int?) throws -> [RunRecord] {
        var runs: [RunRecord] = []
        try each(
            """
            SELECT number, begun, ended FROM mooring.run
            WHERE environment = $1 AND number < $2 ORDER BY number DESC LIMIT $3
            """, [.text(environment), .number(before ?? .max), .number(limit)]
        ) { row throws(MalformedRow) in runs.append(try row.run(at: 0)) }
        return runs
    }

    func run(_ number: Int, of environment: String) throws -> RunRecord? {
        var run: RunRecord?
        try each(
            "SELECT number, begun, ended FROM mooring.run WHERE environment = $1 AND number = $2",
            [.text(environment), .number(number)]
        ) { row throws(MalformedRow) in run = try row.run(at: 0) }
        return run
    }

    func changes(of run: Int, in environment: String) throws -> [RunChange] {
        var changes: [RunChange] = []
        try each(
            "SELECT address, rest FROM mooring.change WHERE environment = $1 AND run = $2",
            [.text(environment), .number(run)]
        ) { row throws(MalformedRow) in
            changes.append(try StoredChange(run: run, key: row.text(0), rest: row.text(1)).change())
        }
        return changes.sorted { $0.address < $1.address }
    }

    func changes(
        to address: Address, in environment: String, limit: Int
    ) throws -> [(run: RunRecord, change: RunChange)] {
        let key = address.storedKey
        var found: [(run: RunRecord, change: RunChange)] = []
        try each(
            """
            SELECT change.rest, run.number, run.begun, run.ended
            FROM mooring.change JOIN mooring.run ON run.environment = change.environment AND run.number = change.run
            WHERE change.environment = $1 AND change.address = $2 ORDER BY change.run DESC LIMIT $3
            """, [.text(environment), .text(key), .number(limit)]
        ) { row throws(MalformedRow) in
            let run = try row.run(at: 1)
            found.append((run, try StoredChange(run: run.number, key: key, rest: row.text(0)).change()))
        }
        return found
    }

    // MARK: - Writing

    /// The newest run's number, 0 for none.
    func newestRun(of environment: String) throws -> Int {
        var number = 0
        try each("SELECT coalesce(max(number), 0) FROM mooring.run WHERE environment = $1", [.text(environment)]) {
            row throws(MalformedRow) in number = try row.number(0)
        }
        return number
    }

    /// Adds a run, and lets go of those that are too old.
    func begin(_ run: RunRecord, in environment: String) throws -> Int {
        let stored = StoredRun(run, number: try newestRun(of: environment) + 1)
        try each(
            "INSERT INTO mooring.run (environment, number, begun) VALUES ($1, $2, $3)",
            [.text(environment), .number(stored.number), .text(stored.begun)])
        try each(
            "DELETE FROM mooring.run WHERE environment = $1 AND number <= $2",
            [.text(environment), .number(stored.number - RunHistory.maximumRuns)])
        return stored.number
    }

    func write(_ batch: StateBatch, in environment: String) throws {
        let records = batch.records.values.compactMap { $0.map(StoredRecord.init) }
        try inPieces(records, { $0.applied.utf8.count + $0.rest.utf8.count }) { records in
            try each(
                """
                INSERT INTO mooring.record (environment, address, applied, rest)
                SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[])
                ON CONFLICT (environment, address) DO UPDATE SET applied = excluded.applied, rest = excluded.rest
                """,
                [
                    .text(environment), .texts(records.map(\.key)), .texts(records.map(\.applied)),
                    .texts(records.map(\.rest)),
                ])
        }
        try inPieces(batch.records.filter { $0.value == nil }.map(\.key.storedKey), \.utf8.count) { keys in
            try each(
                "DELETE FROM mooring.record WHERE environment = $1 AND address = ANY ($2::text[])",
                [.text(environment), .texts(keys)])
        }
        try writeIntents(batch, in: environment)
        try writeHistory(batch, in: environment)
    }

    private func writeIntents(_ batch: StateBatch, in environment: String) throws {
        let intents = batch.intents.values.compactMap { $0.map(StoredIntent.init) }
        try inPieces(intents, { $0.rest.utf8.count }) { intents in
            try each(
                """
                INSERT INTO mooring.intent (environment, run, number, job, rest)
                SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[])
                ON CONFLICT (environment, run, number) DO UPDATE SET job = excluded.job, rest = excluded.rest
                """,
                [
                    .text(environment), .numbers(intents.map(\.id.run)), .numbers(intents.map(\.id.number)),
                    .texts(intents.map(\.job)), .texts(intents.map(\.rest)),
                ])
        }
        try inPieces(batch.intents.filter { $0.value == nil }.map(\.key), { _ in 16 }) { ids in
            try each(
                """
                DELETE FROM mooring.intent
                WHERE environment = $1 AND (run, number) IN (SELECT * FROM unnest($2::bigint[], $3::bigint[]))
                """, [.text(environment), .numbers(ids.map(\.run)), .numbers(ids.map(\.number))])
        }
        try inPieces(Array(batch.jobs), { $0.value.utf8.count }) { jobs in
            try each(
                """
                UPDATE mooring.intent SET job = new.job
                FROM unnest($2::bigint[], $3::bigint[], $4::text[]) AS new (run, number, job)
                WHERE intent.environment = $1 AND intent.run = new.run AND intent.number = new.number
                """,
                [
                    .text(environment), .numbers(jobs.map(\.key.run)), .numbers(jobs.map(\.key.number)),
                    .texts(jobs.map { StoredIntent.text($0.value) }),
                ])
        }
    }

    private func writeHistory(_ batch: StateBatch, in environment: String) throws {
        let changes = batch.changes.map { StoredChange(run: $0.key.run, $0.value) }
        try inPieces(changes, { $0.rest.utf8.count }) { changes in
            // Of a run that is no longer kept, nothing is.
            try each(
                """
                INSERT INTO mooring.change (environment, run, address, rest)
                SELECT $1, new.run, new.address, new.rest
                FROM unnest($2::bigint[], $3::text[], $4::text[]) AS new (run, address, rest)
                JOIN mooring.run ON run.environment = $1 AND run.number = new.run
                ON CONFLICT (environment, run, address) DO UPDATE SET rest = excluded.rest
                """,
                [
                    .text(environment), .numbers(changes.map(\.run)), .texts(changes.map(\.key)),
                    .texts(changes.map(\.rest)),
                ])
        }
        for (number, end) in batch.ends {
            try each(
                "UPDATE mooring.run SET ended = $3 WHERE environment = $1 AND number = $2",
                [.text(environment), .number(number), .text(end)])
        }
    }

    /// One message holds no more rows, and no more bytes than one row more than this: it gets through in the time that a
    /// statement has, also over a slow line.
    private static let piece = (rows: 2000, bytes: 4 << 20)

    private func inPieces<T>(_ rows: [T], _ size: (T) -> Int, _ body: ([T]) throws -> Void) rethrows {
        var piece: [T] = []
        var bytes = 0
        for row in rows {
            piece.append(row)
            bytes += size(row)
            guard piece.count >= PostgresConnection.piece.rows || bytes >= PostgresConnection.piece.bytes else {
                continue
            }
            try body(piece)
            piece = []
            bytes = 0
        }
        if !piece.isEmpty { try body(piece) }
    }
}

extension PostgresRow {
    fileprivate func intent() throws(MalformedRow) -> Intent {
        let id = Intent.ID(run: try number(0), number: try number(1))
        return try StoredIntent(id: id, job: optionalText(2), rest: try text(3)).intent()
    }

    fileprivate func run(at column: Int32) throws(MalformedRow) -> RunRecord {
        try StoredRun(
            number: try number(column), begun: try text(column + 1), ended: optionalText(column + 2)
        ).run()
    }
}
