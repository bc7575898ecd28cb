internal import Resources

/// The rows of a state file: one place for each statement.
extension SQLiteConnection {
    func records(in environment: String) throws -> [Address: Record] {
        var records: [Address: Record] = [:]
        try rows("SELECT address, applied, rest FROM record WHERE environment = ?", [key(environment)]) { row in
            let stored = StoredRecord(key: try row.text(0), applied: try row.text(1), rest: try row.text(2))
            let record = try stored.record()
            records[record.address] = record
        }
        return records
    }

    func intents(in environment: String) throws -> [Intent] {
        var intents: [Intent] = []
        try rows(
            "SELECT run, number, job, rest FROM intent WHERE environment = ? ORDER BY run, number", [key(environment)]
        ) { row in
            let id = Intent.ID(run: try row.number(0), number: try row.number(1))
            intents.append(try StoredIntent(id: id, job: try row.optionalText(2), rest: try row.text(3)).intent())
        }
        return intents
    }

    func intent(_ id: Intent.ID, in environment: String) throws -> Intent? {
        try first(
            "SELECT job, rest FROM intent WHERE environment = ? AND run = ? AND number = ?",
            [key(environment), .number(id.run), .number(id.number)]
        ) { row in
            try StoredIntent(id: id, job: try row.optionalText(0), rest: try row.text(1)).intent()
        }
    }

    func runs(of environment: String, limit: Int, before: Int?) throws -> [RunRecord] {
        var runs: [RunRecord] = []
        try rows(
            "SELECT number, begun, ended FROM run WHERE environment = ? AND number < ? ORDER BY number DESC LIMIT ?",
            [key(environment), .number(before ?? .max), .number(limit)]
        ) { runs.append(try $0.run(at: 0)) }
        return runs
    }

    func run(_ number: Int, of environment: String) throws -> RunRecord? {
        try first(
            "SELECT number, begun, ended FROM run WHERE environment = ? AND number = ?",
            [key(environment), .number(number)]
        ) { try $0.run(at: 0) }
    }

    func changes(of run: Int, in environment: String) throws -> [RunChange] {
        var changes: [RunChange] = []
        try rows(
            "SELECT address, rest FROM change WHERE environment = ? AND run = ?", [key(environment), .number(run)]
        ) { row in
            changes.append(try StoredChange(run: run, key: try row.text(0), rest: try row.text(1)).change())
        }
        return changes.sorted { $0.address < $1.address }
    }

    func changes(
        to address: Address, in environment: String, limit: Int
    ) throws -> [(run: RunRecord, change: RunChange)] {
        let place = address.storedKey
        var found: [(run: RunRecord, change: RunChange)] = []
        try rows(
            """
            SELECT change.rest, run.number, run.begun, run.ended
            FROM change JOIN run ON run.environment = change.environment AND run.number = change.run
            WHERE change.environment = ? AND change.address = ? ORDER BY change.run DESC LIMIT ?
            """, [key(environment), .text(place), .number(limit)]
        ) { row in
            let run = try row.run(at: 1)
            found.append((run, try StoredChange(run: run.number, key: place, rest: try row.text(0)).change()))
        }
        return found
    }

    // MARK: - Writing

    /// Adds a run, and lets go of those that are too old.
    func begin(_ run: RunRecord, in environment: String) throws -> Int {
        let environment = key(environment)
        let last = try first("SELECT coalesce(max(number), 0) FROM run WHERE environment = ?", [environment]) { row in
            try row.number(0)
        }
        let stored = StoredRun(run, number: (last ?? 0) + 1)
        try rows(
            "INSERT INTO run (environment, number, begun) VALUES (?, ?, ?)",
            [environment, .number(stored.number), .text(stored.begun)])
        try rows(
            "DELETE FROM run WHERE environment = ? AND number <= ?",
            [environment, .number(stored.number - RunHistory.maximumRuns)])
        return stored.number
    }

    func write(_ batch: StateBatch, in environment: String) throws {
        let environment = key(environment)
        for (address, record) in batch.records { try write(record.map(StoredRecord.init), address, in: environment) }
        for (id, intent) in batch.intents { try write(intent.map(StoredIntent.init), id, in: environment) }
        for (id, job) in batch.jobs {
            try rows(
                "UPDATE intent SET job = ? WHERE environment = ? AND run = ? AND number = ?",
                [.text(StoredIntent.text(job)), environment, .number(id.run), .number(id.number)])
        }
        for (key, change) in batch.changes {
            let stored = StoredChange(run: key.run, change)
            // Of a run that is no longer kept, nothing is.
            try rows(
                """
                INSERT OR REPLACE INTO change (environment, run, address, rest)
                SELECT environment, number, ?, ? FROM run WHERE environment = ? AND number = ?
                """, [.text(stored.key), .text(stored.rest), environment, .number(stored.run)])
        }
        for (number, end) in batch.ends {
            try rows(
                "UPDATE run SET ended = ? WHERE environment = ? AND number = ?",
                [.text(end), environment, .number(number)])
        }
    }

    private func write(_ record: StoredRecord?, _ address: Address, in environment: SQLiteValue) throws {
        guard let record else {
            return try rows(
                "DELETE FROM record WHERE environment = ? AND address = ?", [environment, .text(address.storedKey)])
        }
        try rows(
            """
            INSERT INTO record (environment, address, applied, rest) VALUES (?, ?, ?, ?)
            ON CONFLICT (environment, address) DO UPDATE SET applied = excluded.applied, rest = excluded.rest
            """, [environment, .text(record.key), .text(record.applied), .text(record.rest)])
    }

    private func write(_ intent: StoredIntent?, _ id: Intent.ID, in environment: SQLiteValue) throws {
        let place = [environment, .number(id.run), .number(id.number)]
        guard let intent else {
            return try rows("DELETE FROM intent WHERE environment = ? AND run = ? AND number = ?", place)
        }
        try rows(
            "INSERT OR REPLACE INTO intent (environment, run, number, job, rest) VALUES (?, ?, ?, ?, ?)",
            place + [.text(intent.job), .text(intent.rest)])
    }
}

extension LeaseRow {
    init(_ database: SQLiteConnection, _ environment: String) throws {
        let row = try database.first(
            "SELECT token, holder, acquired, expires FROM lease WHERE environment = ?", [key(environment)]
        ) { row in
            let holder = try row.optionalText(1).map { text in
                try LeaseHolder(stored: text, acquired: try row.number(2), expires: try row.number(3))
            }
            return LeaseRow(token: try row.number(0), holder: holder)
        }
        self = row ?? .none
    }

    func save(_ database: SQLiteConnection, _ environment: String) throws {
        try database.rows(
            "INSERT OR REPLACE INTO lease (environment, token, holder, acquired, expires) VALUES (?, ?, ?, ?, ?)",
            [
                key(environment), .number(token), .text(holder?.stored), .number(holder?.acquired ?? 0),
                .number(holder?.expires ?? 0),
            ])
    }
}

extension SQLiteRow {
    fileprivate func run(at index: Int32) throws -> RunRecord {
        try StoredRun(
            number: try number(index), begun: try text(index + 1), ended: try optionalText(index + 2)
        ).run()
    }
}

private func key(_ environment: String) -> SQLiteValue { .text(StoredKey.escape(environment)) }
