import DSS
import Files
import HTTP
import JSON
import Manifests
import Planning
import Reconciling
import Resources
import Sandbox
import StateStorage
import Synchronization
import TestSupport

/// A sandbox on a folder of its own, which can be started anew, and what others keep in it.
final class SoakWorld: Sendable {
    let clock = VirtualClock()
    let folder: TemporaryFolder
    private let sandbox: Mutex<Sandbox>
    private let tally: Mutex<[String: Int]>
    /// Packages and versions that were to be made and were there.
    private let refused = Mutex<[String]>([])
    /// The text of what others keep, by the path that it is read at: nobody else may change it.
    private let bystanders: Mutex<[String: String]>

    static let strangerKey = "canary-stranger-key"
    static let seed: JSONValue = [
        "projects": ["P"], "nodes": .array((1...8).map { .string("node-\($0)") }),
        "users": [["login": "stranger", "key": .string(strangerKey)]],
    ]

    init() throws {
        folder = try TemporaryFolder()
        sandbox = Mutex(try SoakWorld.open(folder.path, clock))
        tally = Mutex([:])
        bystanders = Mutex([:])
    }

    private static func open(_ path: String, _ clock: VirtualClock) throws -> Sandbox {
        try Sandbox(
            SandboxOptions(
                data: path, seed: seed, key: World.key, updateDuration: .milliseconds(300),
                now: { clock.milliseconds }, sleep: { await clock.sleep($0) }))
    }

    /// The server stops and starts again: long tasks and faults are forgotten.
    func restart() throws {
        let fresh = try SoakWorld.open(folder.path, clock)
        sandbox.withLock { $0 = fresh }
    }

    func close() { folder.remove() }

    func count(_ what: String, _ number: Int = 1) { tally.withLock { $0[what, default: 0] += number } }
    var counts: [String: Int] { tally.withLock { $0 } }

    /// Reaches whichever server runs now.
    struct Wire: Transport {
        let world: SoakWorld

        func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
            world.count("requests")
            let sandbox = world.sandbox.withLock { $0 }
            let response: HTTPResponse
            do throws(HTTPError) { response = try await SandboxTransport(sandbox).send(request) } catch {
                world.count("lost answers")
                throw error
            }
            // What lay in it went with it, and is not to come back with another one of that name.
            if request.method == .delete, response.status < 400,
                let path = request.url.split(separator: "publicapi").last
            {
                world.forgetFields(below: "\(path.prefix { $0 != "?" })/")
            }
            if response.status >= 400 { world.count("answers of \(response.status)") }
            // What is there already is made again only by who forgot that he made it.
            if response.status == 400, request.method == .post, request.url.contains("/packages/") {
                world.refused.withLock { $0.append("POST \(request.url)") }
            }
            return response
        }
    }

    /// Sends a request past all faults, as somebody else would; nil when it is refused.
    @discardableResult
    func stranger(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async -> JSONValue? {
        await raw(method, "/dip/publicapi" + path, body, key: SoakWorld.strangerKey)
    }

    @discardableResult
    func control(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async -> JSONValue? {
        await raw(method, "/sandbox/" + path, body, key: World.key)
    }

    private func raw(_ method: HTTPMethod, _ path: String, _ body: JSONValue?, key: String) async -> JSONValue? {
        let sandbox = sandbox.withLock { $0 }
        let answer = try? await SandboxTransport(sandbox).send(
            HTTPRequest(
                method, "http://sandbox.test" + path, headers: [HTTPHeader("Authorization", "Bearer \(key)")],
                body: body.map { .bytes($0.bytes()) } ?? .none))
        guard let answer, answer.status < 400 else { return nil }
        return (try? JSONValue(parsing: answer.body)) ?? .null
    }

    /// Does something as a stranger, with the faults out of the way.
    func undisturbed(_ work: () async throws -> Void) async rethrows {
        let faults = await control(.get, "faults") ?? [:]
        await control(.delete, "faults")
        try await work()
        await control(.put, "faults", faults)
    }

    /// What an administrator does once the trouble is over: tasks that hang are aborted.
    func endHungTasks() async {
        await clock.sleep(.seconds(600))
        for task in await stranger(.get, "/futures")?.array ?? [] {
            if let id = task["jobId"]?.string { await stranger(.delete, "/futures/\(id)") }
        }
    }

    /// Changes settings as somebody else would.
    func edit(_ path: String, _ change: (inout JSONObject) -> Void) async {
        guard case .object(var settings)? = await stranger(.get, path) else { return }
        change(&settings)
        await stranger(.put, path, .object(settings))
    }

    /// From now on nobody may change what is read at `path`, below `key` where one is given.
    func guardBystander(_ path: String, _ key: String? = nil) async {
        let text = await bystander(path, key)
        bystanders.withLock { $0[path + (key.map { "#\($0)" } ?? "")] = text }
    }

    private func bystander(_ path: String, _ key: String?) async -> String {
        guard let document = await stranger(.get, path) else { return "(gone)" }
        return (key.map { document[$0] ?? .null } ?? document).text()
    }

    /// The first bystander that is not as it was left; what lies in an object that went away with its owner does not count.
    func disturbed() async -> String? {
        for (name, text) in bystanders.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            let parts = name.split(separator: "#").map(String.init)
            let now = await bystander(parts[0], parts.count > 1 ? parts[1] : nil)
            if parts.count > 1, now == "(gone)" || now == "null" && text == "null" { continue }
            if now != text { return "\(name)\n  was \(text)\n  is  \(now)" }
        }
        return nil
    }

    /// What a bystander's field was is of no interest any more: its owner was deleted and made anew.
    func forgetFields(below path: String) {
        bystanders.withLock { all in all = all.filter { !($0.key.hasPrefix(path) && $0.key.contains("#")) } }
    }

    /// A package or a version that was made twice, or was to be.
    var repeated: String? { refused.withLock { $0.first } }
}
