internal import Files
internal import Glibc

extension SQLiteFile {
    /// Makes the file beside its place and puts it there whole: a process that ends in between leaves no half of one,
    /// and of several that make it at once one does.
    func create() throws(StateError) {
        let parent = folder(of: path).isEmpty ? "." : folder(of: path)
        do {
            try makeFolder(parent, mode: 0o700)
        } catch {
            throw StateError(error, name)
        }
        let folder = Glibc.open(parent, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard folder >= 0 else { throw .system(errno, name) }
        // This ends the lock too.
        defer { close(folder) }
        try lock(folder)
        guard try isMissing() else { return }
        let temporary = "\(path).\(UInt32.random(in: .min ... .max)).part"
        defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(temporary + suffix) } }
        try fill(temporary)
        try setAsideLog()
        guard rename(temporary, path) == 0 else { throw .system(errno, name) }
        // The name is on the disk only when its folder is.
        let problem = syncFolder(folder)
        guard problem == 0 else { throw .system(problem, name) }
    }

    /// Waits until no other process makes the file. Where the disk knows no locks, goes on without.
    private func lock(_ folder: Int32) throws(StateError) {
        let step = 10_000
        for _ in 0..<(Int(SQLiteFile.busyMilliseconds) * 1000 / step) {
            if flock(folder, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK { return }
            usleep(UInt32(step))
        }
        throw .busy(name)
    }

    private func fill(_ temporary: String) throws(StateError) {
        let descriptor = Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(errno, name) }
        close(descriptor)
        do {
            let database = try SQLiteConnection(temporary, .write, busyMilliseconds: SQLiteFile.busyMilliseconds)
            try prepare(database)
            try SQLiteSchema.migrate(database)
            // Readers do not wait for the writer then, and a commit is one write to one file.
            try database.run("PRAGMA journal_mode = WAL")
        } catch let error as SQLiteFailure {
            throw StateError(error, name, path: path)
        } catch {
            throw .failed(name, "\(error)")
        }
    }

    /// A log without its file would be taken for the new one's: it is kept under the name that a damaged file is moved
    /// to, where SQLite finds both.
    private func setAsideLog() throws(StateError) {
        guard size(of: path + "-wal") > 0 else { return }
        for number in 1...SQLiteFile.mostLogs {
            let place = path + ".damaged" + (number == 1 ? "" : "-\(number)") + "-wal"
            guard link(path + "-wal", place) == 0 else { continue }
            unlink(path + "-wal")
            unlink(path + "-shm")
            return
        }
        throw .failed(name, "the log of an earlier one is left, '\(name)-wal'", hint: "Move it aside, and run again.")
    }

    /// Nobody keeps more damaged files than this.
    private static let mostLogs = 100
}
