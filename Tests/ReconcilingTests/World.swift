import DSS
import Diagnostics
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

/// A sandbox in this process, a workspace in memory, and a clock that runs only while somebody waits.
struct World {
    let sandbox: Sandbox
    let clock = VirtualClock()
    /// What is remembered.
    var store: any StateStore
    /// Files of the workspace besides `mooring.yaml`.
    var files: [String: String]
    var workspace = World.workspaceText
    /// The workspace's folder, where archives lie.
    var root = "/nowhere"
    var secrets = ["NODE_KEY": World.key, "QUERY_KEY": "canary-query-key"]

    static let key = "canary-sandbox-key"

    static let workspaceText = """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: test}
        spec:
          secrets: {allow: {env: ["*"]}}
          environments:
            local: {sandbox: .mooring/sandbox}

        """

    init(_ files: [String: String] = World.scoring, updateDuration: Duration = .milliseconds(300)) throws {
        self.files = files
        let clock = clock
        store = MemoryStore(now: { clock.milliseconds })
        sandbox = try Sandbox(
            SandboxOptions(
                seed: World.seed, key: World.key, updateDuration: updateDuration, now: { clock.milliseconds },
                sleep: { await clock.sleep($0) }))
    }

    /// Nodes enough that no two infrastructures share one.
    static let seed: JSONValue = [
        "projects": ["CHURN", "P"], "nodes": .array((1...8).map { .string("node-\($0)") }),
    ]

    /// A service with two endpoints, its package, an infrastructure of two nodes, a deployment.
    static let scoring = [
        "scoring.yaml": """
        apiVersion: mooring/v1
        kind: APIService
        metadata: {project: CHURN, name: scoring}
        spec:
          tags: [b, a]
          endpoints:
            - {id: predict, type: STD_PREDICTION, modelRef: aBcD1234}
            - {id: score, type: PY_FUNCTION, code: "def f(x): return x", userFunctionName: f}
          package: {version: v1}
        """,
        "infra.yaml": """
        apiVersion: mooring/v1
        kind: Infra
        metadata: {name: prod}
        spec:
          type: STATIC
          stage: Production
          apiNodes:
            - {url: "sandbox://node-1", adminAPIKey: {env: NODE_KEY}}
            - {url: "sandbox://node-2", adminAPIKey: {env: NODE_KEY}}
        """,
        "deployment.yaml": """
        apiVersion: mooring/v1
        kind: Deployment
        metadata: {name: scoring-on-prod}
        spec:
          publishedServiceId: scoring
          infraId: prod
          version: v1
          rollout: {failAfter: 2s, timeout: 5m}
        """,
    ]

    struct Invalid: Error, CustomStringConvertible { let description: String }

    func desired(_ name: String = "local") throws -> DesiredState {
        let tree = MemoryTree(files.merging([workspaceFile: workspace]) { given, _ in given })
        let (loaded, problems) = loadWorkspace(tree)
        guard let loaded, !problems.hasErrors else { throw Invalid(description: text(problems)) }
        let (desired, rest) = loadDesired(loaded, environment: name, tree: tree, today: "2026-06-15")
        guard let desired, !rest.hasErrors else { throw Invalid(description: text(rest)) }
        return desired
    }

    /// A client of the sandbox, or of another one through `transport`.
    func client(_ transport: (any Transport)? = nil, key: String = World.key) -> DSSClient {
        DSSClient(
            endpoint: DSSEndpoint(host: "http://sandbox.test", credentials: .apiKey(Secret(key))),
            transport: transport ?? SandboxTransport(sandbox))
    }

    func reconciler(
        _ desired: DesiredState, transport: (any Transport)? = nil, source: DSSClient? = nil, designs: Bool = true
    ) -> Reconciler {
        let client = client(transport)
        return Reconciler(
            environment: desired.environment,
            nodes: Nodes(designer: designs ? client : nil, deployer: client, source: source),
            targets: PlanTargets(
                designer: designs ? "sandbox" : nil, deployer: "sandbox", source: source == nil ? nil : "source"),
            secrets: SecretResolver(
                root: root, environment: secrets, policy: SecretPolicy(), connections: []),
            dialect: .standard, root: root, store: store, fingerprintKey: Secret("canary-fingerprint-key"),
            commit: "c0ffee", time: clock.timekeeper)
    }

    func plan(_ options: PlanOptions = PlanOptions(), transport: (any Transport)? = nil) async throws -> Plan {
        let desired = try desired()
        return try await reconciler(desired, transport: transport).plan(desired, options).plan
    }

    @discardableResult
    func apply(_ plan: Plan? = nil, transport: (any Transport)? = nil) async throws -> Run {
        let desired = try desired()
        let journal = JournalGuard(transport ?? SandboxTransport(sandbox), store, desired.environment.name)
        let run = try await reconciler(desired, transport: journal).apply(plan, desired)
        guard journal.violations.isEmpty else {
            throw Invalid(description: "not in the journal: \(journal.violations)")
        }
        return run
    }

    /// Sends a request to the sandbox as somebody else would.
    @discardableResult
    func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let response = try await SandboxTransport(sandbox).send(
            HTTPRequest(
                method, "http://sandbox.test" + path, headers: [HTTPHeader("Authorization", "Bearer \(World.key)")],
                body: body.map { .bytes($0.bytes()) } ?? .none))
        guard response.status < 400 else {
            throw Invalid(
                description: "\(method) \(path): \(response.status) \(String(decoding: response.body, as: UTF8.self))")
        }
        return (try? JSONValue(parsing: response.body)) ?? .null
    }

    /// The bytes of an answer.
    func download(_ path: String) async throws -> [UInt8] {
        try await SandboxTransport(sandbox).send(
            HTTPRequest(
                .get, "http://sandbox.test" + path, headers: [HTTPHeader("Authorization", "Bearer \(World.key)")])
        ).body
    }

    /// Imports an archive into a published service.
    func upload(_ bytes: [UInt8], named name: String, to service: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try writeFile(folder.path + "/" + name, bytes)
        try await client().apiDeployer.service(service).importVersion(file: folder.path + "/" + name)
    }

    /// Changes settings as somebody else would.
    func edit(_ path: String, _ change: (inout JSONObject) -> Void) async throws {
        guard case .object(var settings) = try await send(.get, "/dip/publicapi" + path) else { return }
        change(&settings)
        try await send(.put, "/dip/publicapi" + path, .object(settings))
    }

    /// The writes that reached the sandbox since the last look, as `METHOD path`.
    func writes() async throws -> [String] {
        try await requests().filter { $0.method != "GET" }.map { "\($0.method) \($0.path)" }
    }

    /// The paths that were read since the last look.
    func reads() async throws -> [String] {
        try await requests().filter { $0.method == "GET" }.map(\.path)
    }

    /// All that is remembered, as text: what somebody who steals the state reads.
    func memory(of environment: String = "local") async throws -> String {
        let snapshot = try await store.snapshot(of: environment)
        var lines = snapshot.records.values.map(World.recordText)
        for intent in snapshot.intents {
            lines.append(
                "\(intent.address) \(intent.step) \(intent.call) \(intent.subject ?? "") \(intent.before ?? "")")
            lines += intent.records.map(World.recordText)
        }
        for run in try await store.runs(of: environment, limit: 1000, before: nil) {
            lines.append("\(run)")
            for change in try await store.changes(of: run.number, in: environment) {
                lines.append("\(change.address) \(change.messages) \(change.fields.text())")
                lines += [change.before, change.after].compactMap {
                    $0.map { String(decoding: $0.bytes, as: UTF8.self) }
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func recordText(_ record: Record) -> String {
        "\(record.address) \(record.ownership) \(String(decoding: record.applied.bytes, as: UTF8.self)) \(record.secrets)"
    }

    private func requests() async throws -> [(method: String, path: String)] {
        let log = try await send(.get, "/sandbox/requests")
        try await send(.delete, "/sandbox/requests")
        let entries = log.array ?? log["requests"]?.array ?? []
        return entries.compactMap { entry -> (method: String, path: String)? in
            guard let method = entry["method"]?.string, let path = entry["path"]?.string, !path.contains("/sandbox/")
            else { return nil }
            let plain = String(path.prefix { $0 != "?" })
            return (method: method, path: plain.replacing("/dip/publicapi", with: ""))
        }
    }
}

/// Time that passes only when somebody waits for it.
final class VirtualClock: Sendable {
    private struct Alarm {
        let interval: Duration
        var due: Duration
        let work: @Sendable () async -> Void
    }

    private struct State {
        var now = Duration.zero
        var alarms: [Int: Alarm] = [:]
        var numbers = 0
    }

    private let state = Mutex(State())

    var now: Duration { state.withLock { $0.now } }
    var milliseconds: Int { 1_700_000_000_000 + Int(now / .milliseconds(1)) }

    var timekeeper: Timekeeper {
        Timekeeper(
            now: { self.now }, sleep: { await self.sleep($0) }, today: { "2026-06-15" },
            wallMilliseconds: { self.milliseconds }, every: { await self.every($0, $1) })
    }

    /// Alarms on the way go off at their time.
    func sleep(_ duration: Duration) async {
        var left = duration
        while left > .zero {
            let work: [@Sendable () async -> Void] = state.withLock { state in
                let next = state.alarms.values.map(\.due).min()
                let step = min(left, max(.zero, (next ?? .seconds(1 << 40)) - state.now))
                state.now += step
                left -= step
                let due = state.alarms.filter { $0.value.due <= state.now }
                for (number, alarm) in due { state.alarms[number]?.due = state.now + alarm.interval }
                return due.values.map(\.work)
            }
            for work in work { await work() }
        }
        await Task.yield()
    }

    func every(_ interval: Duration, _ work: @escaping @Sendable () async -> Void) async {
        let number = state.withLock { state in
            state.numbers += 1
            state.alarms[state.numbers] = Alarm(interval: interval, due: state.now + interval, work: work)
            return state.numbers
        }
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            continuation.finish()
        }
        state.withLock { $0.alarms[number] = nil }
    }
}

extension Reconciler {
    static let process = ProcessIdentity(machine: "test", number: 1, started: 1)

    /// From taking the lock to giving it back; without a plan it makes one.
    func apply(
        _ plan: Plan? = nil, _ desired: DesiredState, reason: String? = nil,
        interruption: Interruption = Interruption(),
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> Run {
        let open = try await open(
            "mooring apply", owner: "ann@test", process: Reconciler.process, waiting: .seconds(60)
        ) { _ in }
        do {
            _ = try await open.settle(desired)
            let made: Plan
            if let plan { made = plan } else { made = try await self.plan(desired).plan }
            let run = try await open.apply(
                made, reason: reason, planDigest: nil, interruption: interruption, observe: observe)
            await open.close()
            return run
        } catch {
            await open.close()
            throw error
        }
    }
}

extension Plan {
    /// A line for each change: sign, address, changed paths.
    var lines: [String] {
        changes.map { change in
            "\(change.action.sign) \(change.address)"
                + (change.action == .update ? " " + change.fields.map(\.path).joined(separator: ",") : "")
        }
    }

    var problems: String { text(diagnostics.filter { $0.severity == .error } + refusals) }
}

extension Run {
    /// What the user is told of all that was not carried out.
    var failures: String { text(outcomes.filter { $0.result != .applied }.flatMap(\.diagnostics)) }
    var results: [String] { outcomes.map { "\($0.address) \($0.result.rawValue)" } }
}
