internal import Glibc

/// Files by the system's own calls; each error says what was tried and why it failed.
enum DataFolder {
    /// A file of ours is a journal or an archive; a longer one (8 GiB) is none.
    static let maximumFileBytes = 8 << 30

    /// The whole file, or nil when there is none.
    static func read(_ path: String) throws(SandboxError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot read '\(path)'")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size <= maximumFileBytes else {
            throw failure("cannot read '\(path)'")
        }
        let size = Int(status.st_size)
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            while count < size {
                let read = Glibc.read(file, buffer.baseAddress.map { $0 + count }, size - count)
                if read < 0, errno == EINTR { continue }
                if read <= 0 { break }
                count += read
            }
            initialized = count
        }
        guard count == size else { throw failure("cannot read '\(path)'") }
        return bytes
    }

    /// Writes beside the file, makes it durable and then puts it in the file's place.
    static func writeAtomically(_ bytes: [UInt8], to path: String) throws(SandboxError) {
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot write '\(path)'") }
        var isWritten = write(bytes, to: file)
        if isWritten { isWritten = fsync(file) == 0 }
        close(file)
        guard isWritten, rename(temporary, path) == 0 else {
            let error = failure("cannot write '\(path)'")
            unlink(temporary)
            throw error
        }
    }

    /// Whether all bytes were written.
    static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var count = 0
            while count < buffer.count {
                let written = Glibc.write(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                if written < 0, errno == EINTR { continue }
                if written <= 0 { return false }
                count += written
            }
            return true
        }
    }

    /// Makes a folder and those above it.
    static func make(_ path: String) throws(SandboxError) {
        var built = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            built += built.isEmpty || built.hasSuffix("/") ? String(part) : "/\(part)"
            if mkdir(built, 0o700) != 0, errno != EEXIST { throw failure("cannot make the folder '\(path)'") }
        }
    }

    /// The names in a folder, sorted, without `.` and `..`.
    static func list(_ path: String) throws(SandboxError) -> [String] {
        guard let folder = opendir(path) else { throw failure("cannot read the folder '\(path)'") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func failure(_ what: String) -> SandboxError {
        SandboxError(.data, "\(what): \(String(cString: strerror(errno)))")
    }
}
