internal import Diagnostics
internal import Files
internal import Glibc
internal import Reconciling
internal import Resources
internal import StateStorage

/// What a workspace or a daemon remembers, opened.
struct OpenState {
    let store: any StateStore
    /// What secrets' digests are keyed by; nil where there is no key yet and none is needed.
    let fingerprintKey: Secret?

    enum Purpose {
        /// Nothing comes to be that is not there yet.
        case reading
        /// The state is made where it is missing; its key too, where secrets are to be remembered.
        case writing(hasSecrets: Bool)

        var writes: Bool { if case .writing = self { true } else { false } }
    }

    /// The name of the key's file, beside the state file.
    private static let keyFile = "state.key"
    /// As long as the output of the function that it keys.
    private static let keyBytes = 32
    /// A key is short; anything longer is no key.
    private static let longestKeyFile = 1024

    /// `name` is what a server tells one workspace from another by; `root` is where a relative file's path starts.
    init(
        _ settings: StateSettings, name: String, root: String, secrets: SecretResolver, for purpose: Purpose
    ) async throws(Failure) {
        var key: Secret?
        if let reference = settings.fingerprintKey {
            key = try await OpenState.secret(reference, settings, secrets)
        }
        switch settings.place {
        case .postgres(let reference):
            let connection = try await OpenState.secret(reference, settings, secrets)
            store = try await OpenState.told(settings) { () throws(StateError) in
                try await PostgresStore(connection: connection, workspace: name)
            }
        case .file(let file):
            let path = resolvePath(file, from: root)
            if purpose.writes, entryOnDisk(path) == nil { try OpenState.makePlace(folder(of: path)) }
            store = try await OpenState.told(settings) { () throws(StateError) in
                try await SQLiteStore(path: path, name: file, now: OpenState.milliseconds)
            }
            if key == nil {
                key = try OpenState.ownKey(in: folder(of: path), for: purpose)
            }
        }
        fingerprintKey = key
    }

    private static func makePlace(_ path: String) throws(Failure) {
        do throws(FileError) { try makeFolder(path, mode: 0o700) } catch { throw Failure(error) }
    }

    /// Since 1970 (UTC).
    static func milliseconds() -> Int { Timekeeper.system.wallMilliseconds() }

    private static func secret(
        _ reference: SecretReference, _ settings: StateSettings, _ secrets: SecretResolver
    ) async throws(Failure) -> Secret {
        do throws(FileError) { return try await secrets.resolve(reference, for: .connection) } catch {
            var problem = error.diagnostic
            problem.mark = problem.mark ?? settings.mark
            throw Failure(problem)
        }
    }

    private static func told<T>(
        _ settings: StateSettings, _ work: () async throws(StateError) -> T
    ) async throws(Failure) -> T {
        do throws(StateError) { return try await work() } catch {
            var problem = error.diagnostic
            problem.mark = problem.mark ?? settings.mark
            throw Failure(problem)
        }
    }

    /// The key beside the state file; made where secrets are about to be remembered for the first time.
    private static func ownKey(in place: String, for purpose: Purpose) throws(Failure) -> Secret? {
        let path = place + "/" + keyFile
        if let key = try readKey(path) { return key }
        guard case .writing(hasSecrets: true) = purpose else { return nil }
        let text = hexadecimal((0..<keyBytes).map { _ in UInt8.random(in: 0...255) })
        let fresh = path + ".\(getpid())"
        do throws(FileError) { try writeFile(fresh, Array((text + "\n").utf8), mode: 0o600) } catch {
            throw Failure(error)
        }
        // A link fails where another process was faster, and then its key is the one.
        let failure = link(fresh, path) == 0 ? 0 : errno
        unlink(fresh)
        guard failure == 0 || failure == EEXIST else { throw Failure(FileError.system(failure, "write", path)) }
        return try readKey(path)
    }

    /// The key in a file; nil where there is none.
    private static func readKey(_ path: String) throws(Failure) -> Secret? {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readFile(path, limit: longestKeyFile) } catch {
            guard error.reason == .missing else { throw Failure(error) }
            return nil
        }
        let text = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        guard text.utf8.count == 2 * keyBytes, text.utf8.allSatisfy(isHexadecimal) else {
            throw Failure(
                Diagnostic(
                    .error, "state-key-damaged", "'\(path)' is no key of a state: it was left as it is",
                    hint: "Put it back from a backup, or remove it: secrets then count as unchanged once."))
        }
        return Secret(text)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte) }
}
