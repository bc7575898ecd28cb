internal import Glibc

/// The bytes of a file of at most `limit` bytes. `name` is the path as messages show it.
package func readFile(_ path: String, limit: Int, name: String? = nil) throws(FileError) -> [UInt8] {
    let name = name ?? path
    // To open a pipe or a device may do something of its own; what is no file is not opened.
    if let status = FileStatus(path), !status.isFile { throw .notAFile(name) }
    // It may have changed since: without O_NONBLOCK a pipe without a writer would hold us up for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(errno, "read", name) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(errno, "read", name) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(name) }
    guard status.st_size <= limit else { throw .tooLarge(name, limit: limit) }
    var bytes: [UInt8] = []
    // One more than the size, so that the end shows at once; a file that grows is read on.
    var room = Int(status.st_size) + 1
    while true {
        var count = 0
        var failure: Int32 = 0
        let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, used in
            count = Glibc.read(descriptor, buffer.baseAddress, room)
            failure = errno
            used = max(0, count)
        }
        if count < 0, failure == EINTR { continue }
        if count < 0 { throw .system(failure, "read", name) }
        if count == 0 { return bytes }
        if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
        guard bytes.count <= limit else { throw .tooLarge(name, limit: limit) }
        room = 4096
    }
}

/// Writes a file so that it has either its old bytes or all of the new ones, whatever happens; and stays on a power
/// cut.
///
/// `mode` are the permissions of a new file. The folder must exist.
package func writeFile(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws(FileError) {
    try writeFile(path, mode: mode) { $0(bytes) }
}

/// The same with the bytes in pieces, which `pieces` hands to the function that it is given.
package func writeFile(
    _ path: String, mode: UInt32 = 0o644, pieces: ((_ write: ([UInt8]) -> Void) -> Void)
) throws(FileError) {
    let parent = folder(of: path)
    let temporary = "\(path).\(UInt32.random(in: .min ... .max)).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .system(errno, "write", path) }
    var failure: Int32 = 0
    pieces { piece in if failure == 0 { failure = writeAll(descriptor, piece) } }
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    guard failure == 0 else {
        unlink(temporary)
        throw .system(failure, "write", path)
    }
    // The name itself is on disk only when its folder is.
    let parentDescriptor = open(parent.isEmpty ? "." : parent, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard parentDescriptor >= 0 else { throw .system(errno, "write", path) }
    defer { close(parentDescriptor) }
    let problem = syncFolder(parentDescriptor)
    guard problem == 0 else { throw .system(problem, "write", path) }
}

/// Puts the names in an open folder on the disk; returns 0 or an `errno`.
///
/// Some file systems, as FUSE's and servers' may be, know no such call for folders: there is nothing more to do then.
package func syncFolder(_ descriptor: Int32) -> Int32 {
    guard fsync(descriptor) != 0 else { return 0 }
    return errno == EINVAL || errno == ENOTSUP ? 0 : errno
}

/// Writes all bytes; returns 0 or an `errno`.
private func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32 {
    bytes.withUnsafeBytes { buffer in
        var offset = 0
        while offset < buffer.count {
            let written = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            if written < 0 {
                if errno == EINTR { continue }
                return errno
            }
            offset += written
        }
        return 0
    }
}

/// Makes a folder and those above it that are missing.
package func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(FileError) {
    let resolved = resolvePath(path)
    var made = resolved.utf8.first == UInt8(ascii: "/") ? "" : "."
    for part in resolved.utf8.split(separator: UInt8(ascii: "/")) {
        made += "/" + Substring(part)
        if mkdir(made, mode) != 0, errno != EEXIST { throw .cannotMake(path, errno, at: made) }
    }
    guard FileStatus(resolved)?.isFolder == true else { throw .notAFolder(path) }
}

/// Whether this process may read a file.
func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }
