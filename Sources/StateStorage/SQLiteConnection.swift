internal import CLibSQLite

/// What SQLite refused.
struct SQLiteFailure: Error, Hashable {
    /// The primary result code, such as `SQLITE_BUSY`.
    let code: Int32
    let message: String
}

/// What a statement is given.
enum SQLiteValue {
    case text(String?)
    case number(Int)
}

/// One connection to a file, for one thread at a time; it is closed when nobody holds it any more.
///
/// By hand, since what we need of SQLite is a dozen calls: GRDB needs the whole of Foundation and its ICU, which made
/// the program 83 MB large instead of 36, and took 5 MB of a resting daemon's memory.
final class SQLiteConnection {
    enum Access {
        case write, read
        /// The location is a URI (https://sqlite.org/uri.html), and is only read.
        case readURI

        fileprivate var flags: Int32 {
            switch self {
            case .write: SQLITE_OPEN_READWRITE
            case .read: SQLITE_OPEN_READONLY
            case .readURI: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            }
        }
    }

    private let handle: OpaquePointer
    /// Those that were needed once: to compile one takes longer than to run it.
    private var statements: [String: OpaquePointer] = [:]

    /// `busyMilliseconds` is how long a statement waits for another process's.
    init(_ location: String, _ access: Access, busyMilliseconds: Int32) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(location, &opened, access.flags | SQLITE_OPEN_NOMUTEX, nil)
        guard let opened else { throw SQLiteFailure(code: SQLITE_NOMEM, message: "out of memory") }
        guard code == SQLITE_OK else {
            defer { sqlite3_close_v2(opened) }
            throw SQLiteFailure(opened, code)
        }
        handle = opened
        sqlite3_busy_timeout(handle, busyMilliseconds)
        try run("PRAGMA foreign_keys = ON")
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// The first bytes of the file, by SQLite's own descriptor and without a look at what they say: up to `count`.
    ///
    /// Never by one of our own: to close it would end the locks of all this process's connections to the file, and
    /// another process could then take its log away (https://sqlite.org/howtocorrupt.html, 2.2).
    func firstBytes(_ count: Int) throws(SQLiteFailure) -> [UInt8] {
        var file: UnsafeMutablePointer<sqlite3_file>?
        try check(sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file))
        var length: sqlite3_int64 = 0
        guard let file, let methods = file.pointee.pMethods, let size = methods.pointee.xFileSize,
            let read = methods.pointee.xRead
        else { throw SQLiteFailure(code: SQLITE_CANTOPEN, message: "unable to open database file") }
        try check(size(file, &length))
        var bytes = [UInt8](repeating: 0, count: min(count, Int(length)))
        let code = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, Int32($0.count), 0) }
        try check(code)
        return bytes
    }

    /// Runs statements without values, one after another.
    func run(_ script: String) throws(SQLiteFailure) { try check(sqlite3_exec(handle, script, nil, nil, nil)) }

    /// Runs one statement, and hands over its rows as they come.
    func rows(_ sql: String, _ values: [SQLiteValue] = [], _ row: (SQLiteRow) throws -> Void = { _ in }) throws {
        let statement = try prepared(sql)
        defer {
            // It gives the failure of the last step again, which was told.
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() { try bind(value, to: statement, at: Int32(index + 1)) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try row(SQLiteRow(statement: statement))
            case SQLITE_DONE: return
            case let code: throw SQLiteFailure(handle, code)
            }
        }
    }

    /// The first row of an answer; nil when there is none.
    func first<T>(_ sql: String, _ values: [SQLiteValue] = [], _ row: (SQLiteRow) throws -> T) throws -> T? {
        var found: T?
        try rows(sql, values) { found = try found ?? row($0) }
        return found
    }

    /// Sees one state of the file throughout, which others may write to meanwhile.
    func reading<T>(_ work: (SQLiteConnection) throws -> T) throws -> T { try transaction("DEFERRED", work) }

    /// Has the file for itself; what was written is on the disk when this returns, or none of it after an error.
    func writing<T>(_ work: (SQLiteConnection) throws -> T) throws -> T { try transaction("IMMEDIATE", work) }

    private func transaction<T>(_ kind: String, _ work: (SQLiteConnection) throws -> T) throws -> T {
        try run("BEGIN \(kind)")
        do {
            let result = try work(self)
            try run("COMMIT")
            return result
        } catch {
            // A full disk, say, has ended the transaction already. The first error is the one to tell.
            if sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    private func prepared(_ sql: String) throws(SQLiteFailure) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, sql, -1, &statement, nil))
        guard let statement else { preconditionFailure("a statement that is not empty was compiled") }
        statements[sql] = statement
        return statement
    }

    private func bind(_ value: SQLiteValue, to statement: OpaquePointer, at index: Int32) throws(SQLiteFailure) {
        switch value {
        case .number(let number): try check(sqlite3_bind_int64(statement, index, Int64(number)))
        case .text(nil): try check(sqlite3_bind_null(statement, index))
        case .text(let text?):
            let code = text.withCString { bytes in
                // With its length, since a zero byte is a character as any other.
                clibsqlite_bind_text(statement, index, bytes, UInt64(text.utf8.count))
            }
            try check(code)
        }
    }

    private func check(_ code: Int32) throws(SQLiteFailure) {
        guard code == SQLITE_OK else { throw SQLiteFailure(handle, code) }
    }
}

extension SQLiteFailure {
    fileprivate init(_ handle: OpaquePointer, _ code: Int32) {
        self.init(code: code & 0xFF, message: String(cString: sqlite3_errmsg(handle)))
    }
}

/// One row of an answer. A column of another type than asked for is an error: somebody else wrote it.
struct SQLiteRow {
    fileprivate let statement: OpaquePointer

    func text(_ column: Int32) throws(MalformedRow) -> String {
        guard let text = try optionalText(column) else { throw MalformedRow("a text is missing") }
        return text
    }

    func optionalText(_ column: Int32) throws(MalformedRow) -> String? {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL: return nil
        case SQLITE_TEXT:
            // Its length is asked for after its bytes, as SQLite's manual says.
            guard let bytes = sqlite3_column_text(statement, column) else { throw MalformedRow("a text is missing") }
            let count = Int(sqlite3_column_bytes(statement, column))
            return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
        default: throw MalformedRow("'\(name(column))' is no text")
        }
    }

    func number(_ column: Int32) throws(MalformedRow) -> Int {
        guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else {
            throw MalformedRow("'\(name(column))' is no number")
        }
        return Int(sqlite3_column_int64(statement, column))
    }

    private func name(_ column: Int32) -> String {
        sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "a column"
    }
}
