/// The tables of a state file.
enum SQLiteSchema {
    /// `Moor`: tells our files from other programs'.
    static let applicationID = 0x4D6F_6F72

    /// Each brings a file from the version before (its index) to the next. What was released is never changed.
    static let migrations = [
        """
        CREATE TABLE lease (
            environment TEXT PRIMARY KEY NOT NULL,
            token INTEGER NOT NULL,
            holder TEXT,
            acquired INTEGER NOT NULL,
            expires INTEGER NOT NULL
        );
        CREATE TABLE record (
            environment TEXT NOT NULL,
            address TEXT NOT NULL,
            applied TEXT NOT NULL,
            rest TEXT NOT NULL,
            PRIMARY KEY (environment, address)
        );
        CREATE TABLE intent (
            environment TEXT NOT NULL,
            run INTEGER NOT NULL,
            number INTEGER NOT NULL,
            job TEXT,
            rest TEXT NOT NULL,
            PRIMARY KEY (environment, run, number)
        );
        CREATE TABLE run (
            environment TEXT NOT NULL,
            number INTEGER NOT NULL,
            begun TEXT NOT NULL,
            ended TEXT,
            PRIMARY KEY (environment, number)
        );
        CREATE TABLE change (
            environment TEXT NOT NULL,
            run INTEGER NOT NULL,
            address TEXT NOT NULL,
            rest TEXT NOT NULL,
            PRIMARY KEY (environment, run, address),
            FOREIGN KEY (environment, run) REFERENCES run (environment, number) ON DELETE CASCADE
        );
        CREATE INDEX change_by_address ON change (environment, address, run);
        """
    ]

    static var version: Int { migrations.count }

    static func version(of database: SQLiteConnection) throws -> Int {
        try database.first("PRAGMA user_version") { try $0.number(0) } ?? 0
    }

    /// Brings a file up to date, whole or not at all.
    static func migrate(_ database: SQLiteConnection) throws {
        try database.writing { database in
            let found = try version(of: database)
            // Another process may have done it while we waited.
            guard found < version else { return }
            for script in migrations[found...] { try database.run(script) }
            try database.run("PRAGMA application_id = \(applicationID)")
            try database.run("PRAGMA user_version = \(version)")
        }
    }
}
