internal import Resources

/// The row of a lease on a server. Times are the server's, in milliseconds since 1970.
extension PostgresConnection {
    /// What the server's clock says now, not when the transaction began.
    private static let now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"

    /// Asked for by itself, after a wait for the row: in one statement with it, the clock would be read before.
    func milliseconds() throws -> Int {
        var now = 0
        try each("SELECT " + PostgresConnection.now) { row throws(MalformedRow) in now = try row.number(0) }
        return now
    }

    /// The lease, and the number of the newest write under it. `locked`: nobody else gets at it until the transaction
    /// ends.
    func lease(_ environment: String, locked: Bool = true) throws -> (lease: LeaseRow, batch: String?) {
        if locked {
            // A row that is not there can't be kept from others.
            try each(
                """
                INSERT INTO mooring.lease (environment, token, acquired, expires) VALUES ($1, 0, 0, 0)
                ON CONFLICT (environment) DO NOTHING
                """, [.text(environment)])
        }
        var found: (lease: LeaseRow, batch: String?) = (.none, nil)
        try each(
            "SELECT token, holder, acquired, expires, batch FROM mooring.lease WHERE environment = $1"
                + (locked ? " FOR UPDATE" : ""), [.text(environment)]
        ) { row throws(MalformedRow) in
            var holder: LeaseHolder?
            if let text = row.optionalText(1) {
                holder = try LeaseHolder(stored: text, acquired: row.number(2), expires: row.number(3))
            }
            found = (LeaseRow(token: try row.number(0), holder: holder), row.optionalText(4))
        }
        return found
    }

    func save(_ row: LeaseRow, _ environment: String, batch: String) throws {
        try each(
            """
            UPDATE mooring.lease SET token = $2, holder = $3, acquired = $4, expires = $5, batch = $6
            WHERE environment = $1
            """,
            [
                .text(environment), .number(row.token), .text(row.holder?.stored), .number(row.holder?.acquired ?? 0),
                .number(row.holder?.expires ?? 0), .text(batch),
            ])
    }

    /// False when the lease is not that one, or has run out.
    func renew(_ environment: String, _ token: Int, _ milliseconds: Int) throws -> Bool {
        try isDone(
            "UPDATE mooring.lease SET expires = \(PostgresConnection.now) + $3",
            [.text(environment), .number(token), .number(milliseconds)])
    }

    /// Leaves the number of a write in the lease; false when the lease is not that one, or has run out.
    func mark(_ environment: String, _ token: Int, batch: String) throws -> Bool {
        try isDone("UPDATE mooring.lease SET batch = $3", [.text(environment), .number(token), .text(batch)])
    }

    private func isDone(_ update: String, _ values: [PostgresValue]) throws -> Bool {
        var isDone = false
        let condition = """
             WHERE environment = $1 AND token = $2 AND holder IS NOT NULL AND expires > \(PostgresConnection.now)
            RETURNING 1
            """
        try each(update + condition, values) { _ in isDone = true }
        return isDone
    }

    func endLease(_ environment: String, _ token: Int) throws {
        try each(
            "UPDATE mooring.lease SET holder = NULL WHERE environment = $1 AND token = $2",
            [.text(environment), .number(token)])
    }
}
