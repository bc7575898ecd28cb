internal import Diagnostics
internal import Files
internal import CLibSQLite
internal import Glibc

extension StateError {
    static func damaged(_ name: String, _ reason: String) -> StateError {
        StateError(
            .damaged, "state-damaged", "the state file '\(name)' is damaged: \(reason)",
            hint: """
                It was left as it is. Put a copy of yours in its place; or move it aside, as by 'mv \(name) \
                \(name).damaged', and run again: what is live and declared is adopted.
                """)
    }

    /// `state` is what it is about, as a message begins.
    static func newer(_ state: String, _ version: Int, known: Int) -> StateError {
        StateError(
            .newer, "state-newer",
            "\(state) was written by a newer Mooring: its version is \(version), this one knows \(known)",
            hint: "Use that Mooring, or a later one. Nothing was changed.")
    }

    static func busy(_ name: String) -> StateError {
        StateError(
            .failed, "state-busy", "the state file '\(name)' is kept locked by another program",
            hint: "Another Mooring is writing much, or a program such as 'sqlite3' has it open in a transaction.")
    }

    static func full(_ name: String) -> StateError {
        StateError(
            .full, "state-full", "there is no room on the disk for the state file '\(name)'",
            hint: "Nothing of this step was remembered, and all that was before still is. Make room and run again.")
    }

    static func denied(_ name: String, _ reason: String) -> StateError {
        StateError(
            .denied, "state-denied", "the state file '\(name)' can't be used: \(reason)",
            hint: "Its folder must be writable too: SQLite keeps its log beside the file.")
    }

    static func failed(_ name: String, _ reason: String, hint: String? = nil) -> StateError {
        StateError(.failed, "state-failed", "the state file '\(name)' can't be used: \(reason)", hint: hint)
    }

    static func replaced(_ name: String) -> StateError {
        StateError(
            .failed, "state-replaced", "the state file '\(name)' was moved or replaced while it was in use",
            hint: "Nothing more is written. Run again: writes that nobody knows the end of are then settled.")
    }

    /// `number` is an `errno`.
    static func system(_ number: Int32, _ name: String) -> StateError {
        let text = String(cString: strerror(number))
        return switch number {
        case EACCES, EPERM: .denied(name, "no permission")
        case EROFS: .denied(name, "the disk is mounted for reading only")
        case ENOSPC, EDQUOT: .full(name)
        default: .failed(name, text)
        }
    }

    init(_ error: FileError, _ name: String) {
        switch error.reason {
        case .denied: self = .denied(name, error.diagnostic.message)
        default: self = .failed(name, error.diagnostic.message)
        }
    }

    /// What SQLite says, in the terms of who has to mend it; `path` is where the file really lies.
    init(_ failure: SQLiteFailure, _ name: String, path: String) {
        let text = failure.message
        switch failure.code {
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged(name, text)
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy(name)
        case SQLITE_FULL: self = .full(name)
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_CANTOPEN: self = .denied(name, text)
        // SQLite has many words for a write that failed; the disk itself knows best.
        case SQLITE_IOERR: self = hasRoom(path) ? .failed(name, text) : .full(name)
        default: self = .failed(name, text)
        }
    }
}

/// Whether the disk that holds a file has anything left.
private func hasRoom(_ path: String) -> Bool {
    var status = statvfs()
    guard statvfs(folder(of: path).isEmpty ? "." : folder(of: path), &status) == 0 else { return true }
    return status.f_bavail > 0 && (status.f_files == 0 || status.f_favail > 0)
}
