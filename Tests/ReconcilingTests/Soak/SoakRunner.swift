import DSS
import Diagnostics
import Files
import HTTP
import JSON
import Manifests
import Planning
import Reconciling
import Reports
import Resources
import Sandbox
import StateStorage
import TestSupport

/// Lives one story through: moves, and after them the promises that must hold.
final class SoakRunner {
    let world: SoakWorld
    private var model: SoakModel
    private(set) var store: MemoryStore
    private var rotations = 0
    /// A plan that waits for its apply.
    var saved: Plan?
    /// Writes that were sent without a word in the journal.
    private var unknown: [String] = []
    /// All that a user was told.
    private var told = ""

    /// A story that a promise does not survive.
    struct Violation: Error, CustomStringConvertible { let description: String }

    private static let workspace = """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: soak}
        spec:
          limits: {maxChanges: 10000, maxDeletes: 10000, stopAfterFailures: 5}
          secrets: {allow: {env: ["*"]}}
          environments:
            local: {sandbox: .mooring/sandbox}

        """
    /// After the last fault so many applies must do.
    private static let mostApplies = 5
    /// A process lives for so many requests at most when it is to end early.
    private static let longestLife = 60

    init(_ story: SoakStory) throws {
        world = try SoakWorld()
        model = SoakModel(seed: story.seed)
        let clock = world.clock
        store = MemoryStore(now: { clock.milliseconds })
    }

    /// Runs a story; throws the promise that it breaks.
    static func run(_ story: SoakStory) async throws -> [String: Int] {
        let runner = try SoakRunner(story)
        defer { runner.world.close() }
        try await runner.live(story)
        runner.world.count("stories")
        return runner.world.counts
    }

    private func live(_ story: SoakStory) async throws {
        for move in story.moves {
            world.count(move.kind.rawValue)
            try await make(move)
        }
        await world.control(.delete, "faults")
        await world.endHungTasks()
        try await converge()
        try await checkPeace()
        if let text = await world.disturbed() { throw Violation(description: "touched what is not its own: \(text)") }
        if let call = unknown.first { throw Violation(description: "no intent was recorded for: \(call)") }
        if let text = world.repeated { throw Violation(description: "done twice: \(text)") }
        try checkSecrets()
    }

    private func make(_ move: SoakStory.Move) async throws {
        switch move.kind {
        case .bump, .retag, .editCode, .editInfra, .toggle, .dropDeployment, .dropService, .dropEndpoint, .bringBack,
            .moveFiles, .rename, .protect, .prune:
            model.apply(move)
        case .rotate: rotations += 1
        case .strangerEditsInfra, .strangerEditsDeployment, .strangerEditsService, .strangerDisables,
            .strangerDeletesDeployment, .strangerRollsOut, .strangerAddsField, .strangerAddsObject:
            await strangers(move)
        case .unreliable, .overloaded, .badUpdates, .deadNode, .slowUpdates: await disturb(move)
        case .calm: await world.control(.delete, "faults")
        case .restart: try world.restart()
        case .apply: _ = try await apply(PlanOptions())
        case .applyPruning: _ = try await apply(SoakRunner.pruning)
        case .heal:
            var options = PlanOptions()
            options.purpose = .heal
            _ = try await apply(options)
        case .killed: try await killed(move.number, PlanOptions())
        case .killedPruning: try await killed(move.number, SoakRunner.pruning)
        case .rollBack: try await rollBack(move.number)
        case .adopt: try await adopt(own: move.number.isMultiple(of: 2))
        case .savePlan: try await savePlan(move.number.isMultiple(of: 2) ? SoakRunner.pruning : PlanOptions())
        case .applySaved: try await applySaved()
        case .forgetState:
            let clock = world.clock
            store = MemoryStore(now: { clock.milliseconds })
        }
    }

    static var pruning: PlanOptions {
        var options = PlanOptions()
        options.prune = true
        return options
    }

    private func disturb(_ move: SoakStory.Move) async {
        let seed = JSONValue.number(JSONNumber(move.number))
        let plan: JSONValue
        switch move.kind {
        case .unreliable:
            plan = ["seed": seed, "rules": [["lostAnswers": 0.1, "truncate": 0.05, "errorRate": 0.05, "status": 502]]]
        case .overloaded:
            plan = ["seed": seed, "rules": [["errorRate": 0.2, "status": 429, "retryAfter": 1], ["hang": 0.02]]]
        case .deadNode: plan = ["seed": seed, "deadNodes": [.string("node-\(move.number % 8 + 1)")]]
        case .slowUpdates: plan = ["seed": seed, "updateDuration": 120_000, "rules": [["latency": 2000]]]
        default:
            let outcomes = ["fail", "abort", "lostFuture", "unhealthy", "partial", "hang"]
            plan = [
                "seed": seed,
                "updates": [["deployment": "*", "outcome": .string(outcomes[move.number % 6]), "times": 2]],
            ]
        }
        await world.control(.put, "faults", plan)
    }

    private var secrets: [String: String] {
        ["NODE_KEY": World.key, "QUERY_KEY": "canary-query-key-\(rotations)"]
    }

    func desired() throws -> DesiredState {
        let tree = MemoryTree(model.files.merging([workspaceFile: SoakRunner.workspace]) { given, _ in given })
        let (workspace, problems) = loadWorkspace(tree)
        guard let workspace else { throw Violation(description: "no workspace: \(text(problems))") }
        let (desired, rest) = loadDesired(workspace, environment: "local", tree: tree, today: "2026-06-15")
        guard let desired, !rest.hasErrors else { throw Violation(description: "invalid manifests: \(text(rest))") }
        return desired
    }

    func client(_ wire: any Transport) -> DSSClient {
        let clock = world.clock
        let retrying = RetryingTransport(
            wire, policy: RetryPolicy(maximumAttempts: 4, base: .milliseconds(50), ceiling: .seconds(2)),
            clock: RetryClock(
                now: { clock.now }, epochSeconds: { clock.milliseconds / 1000 }, sleep: { await clock.sleep($0) }),
            generator: SeededGenerator(seed: 1))
        return DSSClient(
            endpoint: DSSEndpoint(host: "http://sandbox.test", credentials: .apiKey(Secret(World.key))),
            transport: retrying)
    }

    func reconciler(_ desired: DesiredState, _ wire: any Transport) -> Reconciler {
        let client = client(wire)
        return Reconciler(
            environment: desired.environment, nodes: Nodes(designer: client, deployer: client, source: nil),
            targets: PlanTargets(designer: "sandbox", deployer: "sandbox", source: nil),
            secrets: SecretResolver(
                root: "/nowhere", environment: secrets, policy: SecretPolicy(), connections: []),
            dialect: .standard, root: "/nowhere", store: store, fingerprintKey: Secret("canary-fingerprint-key"),
            commit: nil, time: world.clock.timekeeper)
    }

    /// One `mooring apply`. Returns the plan's lines; throws only when a promise is broken.
    @discardableResult
    private func apply(_ options: PlanOptions, _ wire: (any Transport)? = nil) async throws -> [String] {
        let desired = try desired()
        let wire = JournalGuard(wire ?? SoakWorld.Wire(world: world), store, "local")
        let reconciler = reconciler(desired, wire)
        defer { unknown += wire.violations }
        do {
            let run = try await reconciler.open(
                "mooring apply", owner: "soak@test", process: ProcessIdentity(machine: "", number: 1, started: 1),
                waiting: .seconds(120), onWait: { _ in })
            let result: [String]
            do {
                tell(try await run.settle(desired))
                let (plan, _, state) = try await reconciler.plan(desired, options)
                try checkDeletes(plan, state)
                tell(plan.diagnostics + plan.refusals)
                told += planText(plan, TextStyle())
                result = plan.lines
                if !plan.diagnostics.hasErrors, plan.refusals.isEmpty {
                    let end = try await run.apply(
                        plan, reason: nil, planDigest: nil, interruption: Interruption(), observe: { _ in })
                    tell(end.outcomes.flatMap(\.diagnostics))
                    world.count("changes", end.count(.applied))
                    world.count("failures", end.count(.failed))
                } else {
                    world.count("refused")
                }
            } catch {
                await run.close()
                throw error
            }
            await run.close()
            return result
        } catch let error as ReconcileError {
            // Said precisely enough: a message for whoever reads it.
            tell(error.diagnostics)
            return ["failed: " + text(error.diagnostics)]
        }
    }

    func tell(_ diagnostics: [Diagnostic]) { told += text(diagnostics) }

    /// An apply whose process ends at one of its requests; what it leaves behind is the store as it was then.
    private func killed(_ number: Int, _ options: PlanOptions) async throws {
        let wire = KillSwitch(
            SoakWorld.Wire(world: world), store, after: number / 2 % SoakRunner.longestLife,
            number.isMultiple(of: 2) ? .before : .after)
        _ = try await apply(options, wire)
        if let left = wire.left {
            world.count("deaths")
            store = left
        }
    }

    /// Once the faults have stopped, applies lead to an empty plan, and the next one writes nothing.
    private func converge() async throws {
        var lines: [String] = []
        for _ in 0..<SoakRunner.mostApplies {
            lines = try await apply(SoakRunner.pruning)
            if lines.isEmpty { break }
        }
        guard lines.isEmpty else { throw Violation(description: "does not converge: \(lines)\n\(told.suffix(4000))") }
        await world.control(.delete, "requests")
        let again = try await apply(SoakRunner.pruning)
        let log = await world.control(.get, "requests")?.array ?? []
        let writes = log.filter { $0["method"] != "GET" && !($0["path"]?.string?.hasPrefix("/sandbox/") ?? true) }
        guard again.isEmpty, writes.isEmpty else {
            throw Violation(description: "a second plan is not empty: \(again) \(writes.map { $0.text() })")
        }
    }

    /// No secret is in what was told, remembered or reported.
    private func checkSecrets() throws {
        let snapshot = try store.text
        for (place, content) in [("what was told", told), ("the state", snapshot)] where content.contains("canary") {
            let hit = content.firstRange(of: "canary").map { content[$0.lowerBound...].prefix(60) } ?? ""
            throw Violation(description: "a secret is in \(place): \(hit)")
        }
    }
}
