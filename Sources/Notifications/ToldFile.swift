internal import Diagnostics
internal import Dispatch
internal import Files
internal import JSON
internal import Synchronization

/// What all routes were told last, on disk: a restart does not tell everything again.
///
/// Writes go to a thread of their own, and those that wait are one.
final class ToldFile: Sendable {
    /// A few hundred bytes for each subject; longer is no file of ours.
    private static let longestFile = 64 << 20
    private static let version = 1

    private struct State {
        var routes: [String: Told] = [:]
        var isDirty = false
        var isFailing = false
    }

    private let path: String
    private let log: @Sendable (String) -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "mooring.notifications")

    init(_ path: String, log: @escaping @Sendable (String) -> Void) {
        self.path = path
        self.log = log
        let routes = read()
        state.withLock { $0.routes = routes }
    }

    func told(_ route: String) -> Told { state.withLock { $0.routes[route] ?? Told() } }

    /// Remembers what a route was told, and writes it soon.
    func put(_ told: Told, of route: String) {
        let isFirst = state.withLock { state in
            state.routes[route] = told
            defer { state.isDirty = true }
            return !state.isDirty
        }
        if isFirst { queue.async { [self] in write() } }
    }

    /// Returns when all that was put is on disk, as far as the disk takes it.
    func flush() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    private func read() -> [String: Told] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readFile(path, limit: ToldFile.longestFile) } catch {
            if error.reason != .missing {
                log("what was told before is not known, and some of it may be told again: \(error.diagnostic.message)")
            }
            return [:]
        }
        guard let json = try? JSONValue(parsing: bytes), json["version"]?.integer == ToldFile.version,
            let routes = json["routes"]?.object
        else {
            log("'\(path)' is damaged, so that some news may be told again; it is written anew")
            return [:]
        }
        return Dictionary(routes.members.map { ($0.key, Told($0.value)) }) { $1 }
    }

    private func write() {
        let routes = state.withLock { state in
            state.isDirty = false
            return state.routes
        }
        let members = routes.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }
        let document: JSONValue = [
            "version": .number(JSONNumber(ToldFile.version)), "routes": .object(JSONObject(members)),
        ]
        do throws(FileError) {
            try writeFile(path, document.bytes(), mode: 0o600)
            state.withLock { $0.isFailing = false }
        } catch {
            let isFirst = state.withLock { state in
                defer { state.isFailing = true }
                return !state.isFailing
            }
            if isFirst { log("what was told cannot be kept for a restart: \(error.diagnostic.message)") }
        }
    }
}
