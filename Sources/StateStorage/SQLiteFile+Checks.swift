internal import Glibc

extension SQLiteFile {
    /// Up to this size a file is checked whole each time it is opened, which costs 2 ms for each MB; a larger one shows
    /// its damage where it is read. After a kill, more is worth a look.
    private static let checkedBytes = (closed: 4 << 20, killed: 32 << 20)

    /// Looks at the first bytes before SQLite does: it would take an empty file for a new database, and another
    /// program's for ours. Returns whether the rest is to be checked too.
    func checkHeader(_ database: SQLiteConnection) throws -> Bool {
        let bytes = try database.firstBytes(SQLiteFile.headerBytes)
        guard !bytes.isEmpty else { throw StateError.damaged(name, "it is empty") }
        guard bytes.count == SQLiteFile.headerBytes, bytes.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw StateError.damaged(name, "it is no SQLite file")
        }
        guard number(bytes, 68, 4) == SQLiteSchema.applicationID else {
            throw StateError.damaged(name, "it is a SQLite file of another program")
        }
        let length = size(of: path)
        let page = number(bytes, 16, 2) == 1 ? 1 << 16 : number(bytes, 16, 2)
        let whole = page * number(bytes, 28, 4)
        // With a log, pages may still be in there.
        let hasLog = size(of: path + "-wal") > 0
        guard hasLog || length >= whole else { throw StateError.damaged(name, "it has \(length) bytes of \(whole)") }
        return length <= (hasLog ? SQLiteFile.checkedBytes.killed : SQLiteFile.checkedBytes.closed)
    }

    /// The first thing that is wrong with a database's structure; nil when it is sound.
    func finding(_ database: SQLiteConnection) throws -> String? {
        let finding = try database.first("PRAGMA quick_check(1)") { try $0.text(0) } ?? "no answer to quick_check"
        return finding == "ok" ? nil : finding.split(separator: "\n").last.map(String.init) ?? finding
    }

    /// As SQLite's file format has it.
    private static let headerBytes = 100

    /// To open a pipe or a device may do something of its own.
    func checkType() throws(StateError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(errno, name) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .failed(name, "it is not a file") }
    }

    /// Big-endian.
    private func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        bytes[offset..<(offset + count)].reduce(0) { $0 << 8 | Int($1) }
    }
}
