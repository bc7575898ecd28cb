internal import Files
internal import Glibc

/// A state file on disk: made whole or not at all, checked before it is used, never overwritten.
struct SQLiteFile: Sendable {
    /// As the system finds it, and as messages show it.
    let path: String
    let name: String

    /// An open file, and how it may be used.
    struct Opened {
        let database: SQLiteConnection
        let isWritable: Bool
        let identity: Identity
    }

    /// Tells whether the path still leads to the same file.
    struct Identity: Hashable {
        let device: UInt
        let number: UInt
    }

    /// How long a statement waits for another process's. Each of ours takes milliseconds; a lease lasts 30 s.
    static let busyMilliseconds: Int32 = 10_000

    /// Nil when nothing lies there and nothing is to be made.
    func open(forWriting: Bool) throws(StateError) -> Opened? {
        if try isMissing() {
            guard forWriting else { return nil }
            try create()
        }
        // SQLite keeps its log beside the file itself, wherever a link to it lies.
        guard let real = realpath(path, nil) else { throw .system(errno, name) }
        defer { free(real) }
        return try SQLiteFile(path: String(cString: real), name: name).openFound(forWriting: forWriting)
    }

    private func openFound(forWriting: Bool) throws(StateError) -> Opened {
        try checkType()
        let mode = try mode(forWriting: forWriting)
        do {
            let database = try SQLiteConnection(
                mode.location, mode.access, busyMilliseconds: SQLiteFile.busyMilliseconds)
            let needsCheck = try checkHeader(database)
            try prepare(database)
            let version = try database.reading { database in
                if needsCheck, let finding = try finding(database) {
                    throw StateError.damaged(name, finding)
                }
                return try SQLiteSchema.version(of: database)
            }
            guard version <= SQLiteSchema.version else {
                throw StateError.newer("the state file '\(name)'", version, known: SQLiteSchema.version)
            }
            if version < SQLiteSchema.version { try SQLiteSchema.migrate(database) }
            guard let identity else { throw StateError.replaced(name) }
            return Opened(database: database, isWritable: mode.access == .write, identity: identity)
        } catch let error as SQLiteFailure {
            throw StateError(error, name, path: path)
        } catch let error as StateError {
            throw error
        } catch {
            throw .failed(name, "\(error)")
        }
    }

    /// Of what lies at the path now, links followed; nil for nothing.
    var identity: Identity? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Identity(device: UInt(status.st_dev), number: UInt(status.st_ino))
    }

    /// Whether nothing lies there; not where that can't be told.
    func isMissing() throws(StateError) -> Bool {
        if identity != nil { return false }
        guard errno == ENOENT || errno == ENOTDIR else { throw .system(errno, name) }
        var status = stat()
        guard lstat(path, &status) != 0 else {
            throw .failed(name, "a symbolic link that leads nowhere lies there")
        }
        return true
    }

    func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    func prepare(_ database: SQLiteConnection) throws(SQLiteFailure) {
        // Each commit is on the disk before the remote write that it announces is sent.
        try database.run("PRAGMA synchronous = FULL")
        // The log of one large commit need not stay as large for ever.
        try database.run("PRAGMA journal_size_limit = \(16 << 20)")
        // A file that somebody else prepared runs no code of its own, and is not trusted to be sound.
        try database.run("PRAGMA trusted_schema = OFF")
        try database.run("PRAGMA cell_size_check = ON")
    }

    private func mode(forWriting: Bool) throws(StateError) -> (location: String, access: SQLiteConnection.Access) {
        let top = folder(of: path).isEmpty ? "." : folder(of: path)
        if access(path, W_OK) == 0, access(top, W_OK) == 0 { return (path, .write) }
        let reason = errno == EROFS ? "the disk is mounted for reading only" : "no permission to write to it"
        guard !forWriting else { throw .denied(name, reason) }
        guard access(path, R_OK) == 0 else { throw .denied(name, "no permission to read it") }
        // With a log beside it, SQLite reads it through the log's index, which another process has to have made.
        if size(of: path + "-wal") > 0 {
            guard size(of: path + "-shm") > 0 else {
                throw .denied(
                    name, "a run that was killed left its log, which can be read only by writing, and \(reason)")
            }
            return (path, .read)
        }
        // Without one nothing is written to it just now; its index could not be made in a folder that we can't write to.
        let escaped = path.utf8.map { byte in
            isPlain(byte) ? String(UnicodeScalar(byte)) : "%" + hexadecimal([byte])
        }
        return ("file:\(escaped.joined())?immutable=1", .readURI)
    }

    private func isPlain(_ byte: UInt8) -> Bool {
        switch UnicodeScalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "-", "_": true
        default: false
        }
    }
}
