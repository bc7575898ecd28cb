internal import GRDB
internal import Resources

/// The rows of a state file: one place for each statement.
extension Database {
    func records(in environment: String) throws -> [Address: Resources.Record] {
        let rows = try rows(
            "SELECT address, applied, rest FROM record WHERE environment = ?", [StoredKey.escape(environment)])
        var records: [Address: Resources.Record] = [:]
        while let row = try rows.next() {
            let stored = StoredRecord(key: try row.text(0), applied: try row.text(1), rest: try row.text(2))
            let record = try stored.record()
            records[record.address] = record
        }
        return records
    }

    func intents(in environment: String) throws -> [Intent] {
        let rows = try rows(
            "SELECT run, number, job, rest FROM intent WHERE environment = ? ORDER BY run, number",
            [StoredKey.escape(environment)])
        var intents: [Intent] = []
        while let row = try rows.next() {
            let id = Intent.ID(run: try row.number(0), number: try row.number(1))
            intents.append(try StoredIntent(id: id, job: try row.optionalText(2), rest: try row.text(3)).intent())
        }
        return intents
    }

    func intent(_ id: Intent.ID, in environment: String) throws -> Intent? {
        let rows = try rows(
            "SELECT job, rest FROM intent WHERE environment = ? AND run = ? AND number = ?",
            [StoredKey.escape(environment), id.run, id.number])
        return try rows.next().map { row in
            try StoredIntent(id: id, job: try row.optionalText(0), rest: try row.text(1)).intent()
        }
    }

    func runs(of environment: String, limit: Int, before: Int?) throws -> [RunRecord] {
        let rows = try rows(
            "SELECT number, begun, ended FROM run WHERE environment = ? AND number < ? ORDER BY number DESC LIMIT ?",
            [StoredKey.escape(environment), before ?? .max, limit])
        var runs: [RunRecord] = []
        while let row = try rows.next() { runs.append(try row.run(at: 0)) }
        return runs
    }

    func run(_ number: Int, of environment: String) throws -> RunRecord? {
        let rows = try rows(
            "SELECT number, begun, ended FROM run WHERE environment = ? AND number = ?",
            [StoredKey.escape(environment), number])
        return try rows.next().map { try $0.run(at: 0) }
    }

    func changes(of run: Int, in environment: String) throws -> [RunChange] {
        let rows = try rows(
            "SELECT address, rest FROM change WHERE environment = ? AND run = ?",
            [StoredKey.escape(environment), run])
        var changes: [RunChange] = []
        while let row = try rows.next() {
            changes.append(try StoredChange(run: run, key: try row.text(0), rest: try row.text(1)).change())
        }
        return changes.sorted { $0.address < $1.address }
    }

    func changes(
        to address: Address, in environment: String, limit: Int
    ) throws -> [(run: RunRecord, change: RunChange)] {
        let key = address.storedKey
        let rows = try rows(
            """
            SELECT change.rest, run.number, run.begun, run.ended
            FROM change JOIN run ON run.environment = change.environment AND run.number = change.run
            WHERE change.environment = ? AND change.address = ? ORDER BY change.run DESC LIMIT ?
            """, [StoredKey.escape(environment), key, limit])
        var found: [(run: RunRecord, change: RunChange)] = []
        while let row = try rows.next() {
            let run = try row.run(at: 1)
            found.append((run, try StoredChange(run: run.number, key: key, rest: try row.text(0)).change()))
        }
        return found
    }

    // MARK: - Writing

    /// Adds a run, and lets go of those that are too old.
    func begin(_ run: RunRecord, in environment: String) throws -> Int {
        let environment = StoredKey.escape(environment)
        let rows = try rows("SELECT coalesce(max(number), 0) FROM run WHERE environment = ?", [environment])
        guard let number = try rows.next()?.number(0) else { throw MalformedRow("no answer to a count") }
        let stored = StoredRun(run, number: number + 1)
        try perform(
            "INSERT INTO run (environment, number, begun) VALUES (?, ?, ?)",
            [environment, stored.number, stored.begun])
        try perform(
            "DELETE FROM run WHERE environment = ? AND number <= ?",
            [environment, stored.number - History.maximumRuns])
        return stored.number
    }

    func write(_ batch: StateBatch, in environment: String) throws {
        let environment = StoredKey.escape(environment)
        for (address, record) in batch.records { try write(record.map(StoredRecord.init), address, in: environment) }
        for (id, intent) in batch.intents { try write(intent.map(StoredIntent.init), id, in: environment) }
        for (id, job) in batch.jobs {
            try perform(
                "UPDATE intent SET job = ? WHERE environment = ? AND run = ? AND number = ?",
                [StoredIntent.text(job), environment, id.run, id.number])
        }
        for (key, change) in batch.changes {
            let stored = StoredChange(run: key.run, change)
            // Of a run that is no longer kept, nothing is.
            try perform(
                """
                INSERT OR REPLACE INTO change (environment, run, address, rest)
                SELECT environment, number, ?, ? FROM run WHERE environment = ? AND number = ?
                """, [stored.key, stored.rest, environment, stored.run])
        }
        for (number, end) in batch.ends {
            try perform("UPDATE run SET ended = ? WHERE environment = ? AND number = ?", [end, environment, number])
        }
    }

    private func write(_ record: StoredRecord?, _ address: Address, in environment: String) throws {
        guard let record else {
            try perform("DELETE FROM record WHERE environment = ? AND address = ?", [environment, address.storedKey])
            return
        }
        try perform(
            """
            INSERT INTO record (environment, address, applied, rest) VALUES (?, ?, ?, ?)
            ON CONFLICT (environment, address) DO UPDATE SET applied = excluded.applied, rest = excluded.rest
            """, [environment, record.key, record.applied, record.rest])
    }

    private func write(_ intent: StoredIntent?, _ id: Intent.ID, in environment: String) throws {
        guard let intent else {
            try perform(
                "DELETE FROM intent WHERE environment = ? AND run = ? AND number = ?", [environment, id.run, id.number])
            return
        }
        try perform(
            "INSERT OR REPLACE INTO intent (environment, run, number, job, rest) VALUES (?, ?, ?, ?, ?)",
            [environment, id.run, id.number, intent.job, intent.rest])
    }

    // MARK: - Statements

    fileprivate func rows(_ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws -> RowCursor {
        try Row.fetchCursor(cachedStatement(sql: sql), arguments: StatementArguments(values))
    }

    fileprivate func perform(_ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws {
        try cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }
}

extension LeaseRow {
    init(_ database: Database, _ environment: String) throws {
        let rows = try database.rows(
            "SELECT token, holder, acquired, expires FROM lease WHERE environment = ?",
            [StoredKey.escape(environment)])
        guard let row = try rows.next() else {
            self = .none
            return
        }
        let holder = try row.optionalText(1).map { text in
            try LeaseHolder(stored: text, acquired: try row.number(2), expires: try row.number(3))
        }
        self.init(token: try row.number(0), holder: holder)
    }

    func save(_ database: Database, _ environment: String) throws {
        try database.perform(
            "INSERT OR REPLACE INTO lease (environment, token, holder, acquired, expires) VALUES (?, ?, ?, ?, ?)",
            [StoredKey.escape(environment), token, holder?.stored, holder?.acquired ?? 0, holder?.expires ?? 0])
    }
}

/// A column of another type than ours ends no process: GRDB's own short forms would.
extension Row {
    fileprivate func text(_ index: Int) throws -> String {
        guard let text = try optionalText(index) else { throw MalformedRow("a text is missing") }
        return text
    }

    fileprivate func optionalText(_ index: Int) throws -> String? { try decode(String?.self, atIndex: index) }

    fileprivate func number(_ index: Int) throws -> Int {
        guard let number = try decode(Int?.self, atIndex: index) else { throw MalformedRow("a number is missing") }
        return number
    }

    fileprivate func run(at index: Int) throws -> RunRecord {
        try StoredRun(
            number: try number(index), begun: try text(index + 1), ended: try optionalText(index + 2)
        ).run()
    }
}
