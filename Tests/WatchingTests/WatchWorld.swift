import DSS
import Diagnostics
import Files
import Foundation
import HTTP
import JSON
import Notifications
import Planning
import Reconciling
import Resources
import Sandbox
import StateStorage
import Synchronization
import TestSupport

@testable import Watching

/// A repository, a sandbox, a data folder and a clock: all that a daemon works with.
final class WatchWorld: Sendable {
    let folder: String
    let git: GitRepository
    let sandbox: Sandbox
    let transport: Interceptor
    let clock = VirtualClock()
    let store: any StateStore
    let news = Mutex<[News]>([])
    let log = Mutex<[LogEntry]>([])
    /// How many environments are open, and the most that ever were at once.
    let mostOpen = Mutex((now: 0, most: 0))
    /// How often one was opened.
    let opened = Mutex(0)
    /// Taken away, nothing can be opened.
    let openProblem = Mutex<ReconcileError?>(nil)

    static let key = "canary-sandbox-key"
    static let secrets = ["NODE_KEY": WatchWorld.key, "QUERY_KEY": "canary-query-key"]

    init() throws {
        folder = NSTemporaryDirectory() + "mooring-watch-\(UInt64.random(in: 0 ... .max))"
        git = try GitRepository(folder + "/repository")
        let clock = clock
        store = MemoryStore(now: { clock.milliseconds })
        sandbox = try Sandbox(
            SandboxOptions(
                seed: ["projects": ["CHURN"], "nodes": .array((1...4).map { .string("node-\($0)") })],
                key: WatchWorld.key, updateDuration: .milliseconds(300), now: { clock.milliseconds },
                sleep: { await clock.sleep($0) }))
        transport = Interceptor(SandboxTransport(sandbox))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static let mark = SourceMark(file: "watch.yaml")

    static func environment(
        _ name: String = "prod", _ change: (inout WatchedEnvironment) -> Void = { _ in }
    ) -> WatchedEnvironment {
        let node = Connection(target: .url("http://sandbox.test"), authentication: .none, mark: mark)
        var environment = WatchedEnvironment(name: name, designer: node, deployer: node, mark: mark)
        change(&environment)
        return environment
    }

    func watch(
        _ environments: [WatchedEnvironment] = [WatchWorld.environment()],
        _ change: (inout WatchedRepository) -> Void = { _ in }
    ) -> Watch {
        var repository = WatchedRepository(
            name: "churn", url: folder + "/repository", ref: .branch("main"), environments: environments,
            mark: WatchWorld.mark)
        change(&repository)
        return Watch(
            name: "test", data: "data", secrets: SecretPolicy(environment: ["*"], files: [], commands: []),
            repositories: [repository])
    }

    var ports: WatchPorts { ports(nil) }

    /// The ports of a daemon that may die.
    func ports(_ life: Mortality?) -> WatchPorts {
        let usual = clock.timekeeper
        // Who is dead renews nothing.
        let time = Timekeeper(
            now: usual.now, sleep: usual.sleep, today: usual.today, wallMilliseconds: usual.wallMilliseconds,
            every: { interval, work in await usual.every(interval) { if life?.isDead != true { await work() } } })
        return ports(time, life)
    }

    func ports(_ time: Timekeeper, _ life: Mortality? = nil) -> WatchPorts {
        WatchPorts(
            open: { [self] request async throws(ReconcileError) in
                if let problem = openProblem.withLock({ $0 }) { throw problem }
                opened.withLock { $0 += 1 }
                mostOpen.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                let client = DSSClient(
                    endpoint: DSSEndpoint(
                        host: "http://sandbox.test", credentials: .apiKey(Secret(WatchWorld.key))),
                    transport: life ?? transport)
                return OpenPlace(
                    nodes: Nodes(
                        designer: request.environment.designer == nil ? nil : client, deployer: client,
                        source: request.source == nil ? nil : client),
                    targets: PlanTargets(
                        designer: request.environment.designer == nil ? nil : "sandbox", deployer: "sandbox",
                        source: request.source == nil ? nil : "sandbox"), store: store,
                    fingerprintKey: Secret("canary-fingerprint-key"),
                    secrets: SecretResolver(
                        root: folder, environment: WatchWorld.secrets, policy: SecretPolicy(), connections: []),
                    statistics: RequestStatistics(), close: { [self] in mostOpen.withLock { $0.now -= 1 } })
            },
            secret: { _ async throws(FileError) in Secret("none") },
            tell: { [self] item in news.withLock { $0.append(item) } },
            log: { [self] entry in log.withLock { $0.append(entry) } }, time: time,
            zones: TimeZoneDatabase(variables: [:]), random: { 0.5 }, owner: "daemon@test",
            process: ProcessIdentity(machine: "test", number: 1, started: 1))
    }

    func start(_ watch: Watch? = nil) async throws -> Watcher {
        // The last steps of one that a test let go of may hold its folder for a moment, and so may a program that starts just
        // now, until it closes what is not its own.
        for _ in 0..<WatchWorld.mostYields {
            do throws(WatchError) {
                let watcher = try Watcher(watch ?? self.watch(), folder: folder, ports: ports, version: "1.2.3")
                await watcher.prepare()
                return watcher
            } catch {
                guard error.reason == .held else { throw error }
            }
            await Task.yield()
        }
        throw GitRepository.Failure(description: "'\(folder)/data' is held for good")
    }

    private static let mostYields = 100_000

    static let place = WatchPlace("churn", "prod")

    /// What people heard since the last look, as `event: title`.
    func takeNews() -> [String] {
        news.withLock { news in
            defer { news = [] }
            return news.filter { !$0.isQuiet }.map { "\($0.event.rawValue): \($0.title)" }
        }
    }

    /// Sends a request to the sandbox as somebody else would.
    @discardableResult
    func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let response = try await SandboxTransport(sandbox).send(
            HTTPRequest(
                method, "http://sandbox.test" + path,
                headers: [HTTPHeader("Authorization", "Bearer \(WatchWorld.key)")],
                body: body.map { .bytes($0.bytes()) } ?? .none))
        guard response.status < 400 else {
            throw GitRepository.Failure(
                description: "\(method) \(path): \(response.status) \(String(decoding: response.body, as: UTF8.self))")
        }
        return (try? JSONValue(parsing: response.body)) ?? .null
    }

    /// The version that the deployment maps to; nil where there is none.
    func version(_ deployment: String = "scoring-on-prod") async throws -> String? {
        guard
            let settings = try? await send(
                .get, "/dip/publicapi/api-deployer/deployments/\(deployment)/settings")
        else { return nil }
        return settings["generationsMapping"]?["generation"]?.string
    }

    /// Changes a deployment's settings as somebody else would.
    func edit(_ deployment: String, _ change: (inout JSONObject) -> Void) async throws {
        let path = "/dip/publicapi/api-deployer/deployments/\(deployment)/settings"
        guard case .object(var settings) = try await send(.get, path) else { return }
        change(&settings)
        try await send(.put, path, .object(settings))
    }
}

extension WatchWorld {
    static func workspace(_ environments: String = "prod: {sandbox: .mooring}") -> String {
        """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: test}
        spec:
          manifests: [manifests]
          environments:
            \(environments)

        """
    }

    static let infra = """
        apiVersion: mooring/v1
        kind: Infra
        metadata: {name: prod}
        spec:
          type: STATIC
          stage: Production
          apiNodes:
            - {url: "sandbox://node-1", adminAPIKey: {env: NODE_KEY}}
        """

    static func service(_ version: String) -> String {
        """
        apiVersion: mooring/v1
        kind: APIService
        metadata: {project: CHURN, name: scoring}
        spec:
          authRealm: {queryKeys: [{env: QUERY_KEY}]}
          endpoints:
            - {id: predict, type: PY_FUNCTION, code: "def f(x): return '\(version)'", userFunctionName: f}
          package: {version: \(version)}
        """
    }

    static func deployment(_ version: String, _ more: String = "") -> String {
        """
        apiVersion: mooring/v1
        kind: Deployment
        metadata: {name: scoring-on-prod}
        spec:
          publishedServiceId: scoring
          infraId: prod
          version: \(version)
          enabled: true
          rollout: {failAfter: 2s, timeout: 5m}
          \(more)
        """
    }

    /// A service, its package, an infrastructure and a deployment at a version.
    static func files(_ version: String) -> [String: String?] {
        [
            "mooring.yaml": workspace(), "manifests/infra.yaml": infra, "manifests/service.yaml": service(version),
            "manifests/deployment.yaml": deployment(version),
        ]
    }

    @discardableResult
    func push(_ version: String) throws -> String {
        try git.commit(WatchWorld.files(version), "Release \(version)")
    }
}

extension Watcher {
    func status(_ place: WatchPlace = WatchWorld.place) -> EnvironmentStatus {
        snapshot().repositories.flatMap { repository in
            repository.environments.filter { WatchPlace(repository.name, $0.name) == place }
        }[0]
    }

    /// Looks at once, and waits for all that comes of it.
    func look(_ place: WatchPlace = WatchWorld.place) async {
        for repository in repositories where repository.repository.name == place.repository {
            await repository.poke()
            await repository.turn()
        }
    }
}
