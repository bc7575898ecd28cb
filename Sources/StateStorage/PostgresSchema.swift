/// The tables on a server, all in a schema of their own.
enum PostgresSchema {
    /// Each brings the schema from the version before (its index) to the next. What was released is never changed.
    ///
    /// Keys compare by their bytes, whatever the server's language.
    static let migrations = [
        """
        CREATE TABLE mooring.lease (
            environment text COLLATE "C" PRIMARY KEY,
            token bigint NOT NULL,
            holder text,
            acquired bigint NOT NULL,
            expires bigint NOT NULL,
            batch text
        );
        CREATE TABLE mooring.record (
            environment text COLLATE "C" NOT NULL,
            address text COLLATE "C" NOT NULL,
            applied text NOT NULL,
            rest text NOT NULL,
            PRIMARY KEY (environment, address)
        );
        CREATE TABLE mooring.intent (
            environment text COLLATE "C" NOT NULL,
            run bigint NOT NULL,
            number bigint NOT NULL,
            job text,
            rest text NOT NULL,
            PRIMARY KEY (environment, run, number)
        );
        CREATE TABLE mooring.run (
            environment text COLLATE "C" NOT NULL,
            number bigint NOT NULL,
            begun text NOT NULL,
            ended text,
            PRIMARY KEY (environment, number)
        );
        CREATE TABLE mooring.change (
            environment text COLLATE "C" NOT NULL,
            run bigint NOT NULL,
            address text COLLATE "C" NOT NULL,
            rest text NOT NULL,
            PRIMARY KEY (environment, run, address),
            FOREIGN KEY (environment, run) REFERENCES mooring.run (environment, number) ON DELETE CASCADE
        );
        CREATE INDEX change_by_address ON mooring.change (environment, address, run);
        """
    ]

    static var version: Int { migrations.count }

    /// Any number that no other program is likely to lock: `Moor`.
    private static let lock = 0x4D6F_6F72

    /// 0 where there is none yet.
    static func version(on connection: PostgresConnection) throws -> Int {
        // Asked of the catalogue's own tables: a name that was looked up before is remembered, and would still be missing
        // after the wait for whoever made it.
        let isThere = try connection.isTrue(
            """
            EXISTS (SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                WHERE nspname = 'mooring' AND relname = 'version')
            """)
        guard isThere else { return 0 }
        var version = 0
        try connection.each("SELECT number FROM mooring.version") { row throws(MalformedRow) in
            version = try row.number(0)
        }
        return version
    }

    /// Brings the schema up to date, within a transaction that one process at a time gets into.
    static func migrate(_ connection: PostgresConnection) throws {
        try connection.each("SELECT pg_advisory_xact_lock(\(lock))")
        let version = try version(on: connection)
        guard version < Self.version else { return }
        if version == 0 {
            // Who may not make a schema may have been given one.
            let isThere = try connection.isTrue("EXISTS (SELECT FROM pg_namespace WHERE nspname = 'mooring')")
            if !isThere { try connection.run("CREATE SCHEMA mooring") }
            try connection.run("CREATE TABLE mooring.version (number bigint NOT NULL)")
            try connection.run("INSERT INTO mooring.version VALUES (0)")
        }
        for step in version..<Self.version { try connection.run(migrations[step]) }
        try connection.run("UPDATE mooring.version SET number = \(Self.version)")
    }
}

extension PostgresConnection {
    /// The rows of one statement; what is wrong with one is thrown once all have come.
    func each(
        _ sql: String, _ values: [PostgresValue] = [],
        _ row: @escaping (PostgresRow) throws(MalformedRow) -> Void = { _ in }
    ) throws {
        if let malformed = try rows(sql, values, row) { throw malformed }
    }

    fileprivate func isTrue(_ condition: String) throws -> Bool {
        var number = 0
        try each("SELECT (\(condition))::int") { row throws(MalformedRow) in number = try row.number(0) }
        return number == 1
    }
}
