internal import Diagnostics
internal import Files
internal import Glibc
internal import Resources
internal import Synchronization

/// The daemon's folder, held by this process: two daemons that share mirrors and memories would undo each other's.
///
/// Besides `lock` it has `repositories/NAME` with the mirror and a folder for each environment, and `state`.
final class DataFolder: Sendable {
    /// Absolute, or relative to the process's folder.
    let path: String
    /// Of the lock; nil when it was given back.
    private let descriptor: Mutex<Int32?>

    /// Takes the folder, making it where it is missing.
    init(taking path: String) throws(WatchError) {
        do throws(FileError) {
            // Plans and manifests are nobody's business but the daemon's.
            try makeFolder(path, mode: 0o700)
        } catch {
            throw .unusable(path, error)
        }
        descriptor = Mutex(try DataFolder.take(path))
        self.path = path
    }

    deinit { release() }

    /// Makes sure that what lies at the path is still ours; true: somebody removed it, and it was taken anew.
    ///
    /// Throws where another daemon took it meanwhile, or where it cannot be made.
    func renew() throws(WatchError) -> Bool {
        try descriptor.withLock { (descriptor) throws(WatchError) in
            guard let held = descriptor, !DataFolder.isSame(held, path + "/lock") else { return false }
            do throws(FileError) { try makeFolder(path, mode: 0o700) } catch { throw .unusable(path, error) }
            descriptor = try DataFolder.take(path)
            close(held)
            return true
        }
    }

    private static func isSame(_ descriptor: Int32, _ lock: String) -> Bool {
        var (ours, there) = (stat(), stat())
        return fstat(descriptor, &ours) == 0 && stat(lock, &there) == 0 && ours.st_dev == there.st_dev
            && ours.st_ino == there.st_ino
    }

    /// The descriptor of the lock.
    private static func take(_ path: String) throws(WatchError) -> Int32 {
        let lock = path + "/lock"
        let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unusable(path, .system(errno, "write", lock))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw WatchError(
                .held,
                Diagnostic(
                    .error, "data-held", "the data folder '\(path)' is in use by \(DataFolder.holder(lock))",
                    hint: "Stop it, or give this one a data folder of its own with 'data' in its file."))
        }
        let holder = Array("process \(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = holder.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return descriptor
    }

    /// Lets another daemon take the folder: nothing of this one is at work in it any more.
    func release() {
        let held = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        if let held { close(held) }
    }

    /// Who wrote itself into the lock: `process 1925`.
    private static func holder(_ lock: String) -> String {
        let words = (try? readFile(lock, limit: longestLock)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let parts = words.split(whereSeparator: \.isWhitespace)
        guard parts.count == 2, parts[0] == "process", let number = Int(parts[1]) else { return "another process" }
        return "process \(number)"
    }

    private static let longestLock = 100

    func mirror(of repository: String) -> String { "\(path)/repositories/\(repository)/mirror.git" }

    func folder(of repository: String) -> String { "\(path)/repositories/\(repository)" }

    func folder(of place: WatchPlace) -> String { "\(path)/repositories/\(place.repository)/\(place.environment)" }
}

extension WatchError {
    fileprivate static func unusable(_ path: String, _ error: FileError) -> WatchError {
        WatchError(
            .failed,
            Diagnostic(
                .error, "data-unusable", "the data folder '\(path)' cannot be used: \(error.diagnostic.message)",
                hint: "'data' in the watch file names it: a folder that this user may make and write to."))
    }
}
