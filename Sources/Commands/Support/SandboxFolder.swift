internal import Diagnostics
internal import Files
internal import Glibc
internal import JSON

/// The data folder of a sandbox, held by this process: nobody else writes to it meanwhile.
///
/// Besides the sandbox's own data it has `lock` (held while a process uses the folder, and naming it), `key` (the admin
/// key) and, while a server answers, `server.json`.
final class SandboxFolder: Sendable {
    /// Absolute.
    let path: String
    let key: String
    private let descriptor: Int32

    /// The variable that gives the admin key.
    static let keyVariable = "MOORING_SANDBOX_KEY"
    /// A key is short; anything longer is no key.
    private static let longestKey = 1024

    /// Takes the folder, making it where it is missing; nil when another process holds it.
    init?(taking path: String, key given: String?) throws(FileError) {
        try makeFolder(path, mode: 0o700)
        let lock = path + "/lock"
        let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(errno, "open", lock) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        do throws(FileError) {
            key = try SandboxFolder.establishKey(in: path, given: given)
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
        let holder = Array("process \(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = holder.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        // One that a server left behind when it was killed.
        unlink(SandboxFolder.serverFile(in: path))
    }

    deinit { close(descriptor) }

    /// The key that is given, else the one kept here, else a new one; and it is kept, for manifests may name its file.
    private static func establishKey(in path: String, given: String?) throws(FileError) -> String {
        let kept = try readKey(in: path)
        if let key = given ?? kept, key == kept { return key }
        let key = given ?? newKey()
        try writeFile(path + "/key", Array((key + "\n").utf8), mode: 0o600)
        return key
    }

    /// 128 bits of the system's randomness.
    static func newKey() -> String { hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255) }) }

    /// The key that a folder keeps; nil where there is none yet.
    static func readKey(in path: String) throws(FileError) -> String? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try readFile(path + "/key", limit: longestKey)
        } catch {
            guard error.reason == .missing else { throw error }
            return nil
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private static func serverFile(in path: String) -> String { path + "/server.json" }

    /// Says where the server answers that holds the folder.
    func announce(url: String) throws(FileError) {
        let document: JSONValue = ["url": .string(url), "pid": .number(JSONNumber(Int(getpid())))]
        try writeFile(SandboxFolder.serverFile(in: path), document.bytes() + [UInt8(ascii: "\n")], mode: 0o600)
    }

    func withdrawAnnouncement() { unlink(SandboxFolder.serverFile(in: path)) }

    /// The URL of the server that holds a folder; nil when its holder is none.
    static func server(of path: String) -> String? {
        guard let bytes = try? readFile(serverFile(in: path), limit: 4096),
            let document = try? JSONValue(parsing: bytes)
        else { return nil }
        return document["url"]?.string
    }

    /// What to tell who needs a folder that another process holds.
    static func held(_ path: String) -> Diagnostic {
        let words = (try? readFile(path + "/lock", limit: 4096)).map { bytes in
            String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        }
        let holder = words.flatMap { $0.isEmpty ? nil : $0 } ?? "another process"
        return Diagnostic(
            .error, "sandbox-in-use", "the sandbox in '\(path)' is in use by \(holder)",
            hint: "Wait for it to end, or end it; one process at a time uses a sandbox's folder.")
    }
}
