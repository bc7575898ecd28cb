import Diagnostics
import JSON
import Planning
import Resources
import Synchronization

@testable import Server

/// A daemon as pages and calls may find it: something of each state, with texts that try to be more than text.
enum WatchSample {
    /// 2026-03-01 09:00 UTC.
    static let now = 1_772_355_600_000
    static let minute = 60_000
    static let hour = 3_600_000

    static func commit(_ digit: Character, by author: String, _ subject: String, ago: Int) -> CommitStamp {
        CommitStamp(id: String(repeating: digit, count: 40), author: author, subject: subject, time: now - ago)
    }

    static let live = commit("a", by: "Ann", "Serve churn v3 from three nodes", ago: 2 * hour)
    static let good = commit("b", by: "Bob", "Raise the replicas of churn", ago: 20 * minute)
    static let bad = commit(
        "c", by: "Eve <script>alert(1)</script>", "Map churn to v4 & \"pray\" <img src=x onerror=alert(1)>",
        ago: 9 * minute)

    static let prod = WatchPlace("churn", "prod")
    static let test = WatchPlace("churn", "test")
    static let fraud = WatchPlace("fraud", "prod")
    static let geo = WatchPlace("geo", "prod")

    static let digest = "sha256:" + String(repeating: "4f", count: 32)

    static var snapshot: WatchSnapshot {
        var churn = RepositoryStatus(
            name: "churn", url: "https://git.example.com/ml/churn.git", ref: "branch main", path: ".")
        churn.head = bad
        churn.lookedUp = now - 12_000
        churn.nextLookUp = now + 18_000
        churn.environments = [heldProduction, pendingTest, runningDevelopment]
        var fraud = RepositoryStatus(
            name: "fraud", url: "git@git.example.com:ml/fraud.git", ref: "semver >=1.2 <2", path: "deploy")
        fraud.head = live
        fraud.lookedUp = now - 3 * hour
        fraud.nextLookUp = now + 90_000
        fraud.problem = WatchProblem(
            [
                Diagnostic(
                    .error, "git-unreachable", "'git.example.com' does not answer: connection refused",
                    hint: "Look at the network between here and there.")
            ], since: now - 3 * hour, retry: now + 90_000)
        fraud.environments = [suspendedFraud]
        var geo = RepositoryStatus(name: "geo", url: "/srv/git/geo.git", ref: "tag v1", path: "apis/geo")
        geo.environments = [EnvironmentStatus(name: "prod", mode: .planOnly, drift: .off)]
        return WatchSnapshot(
            name: "central", version: "1.2.3", started: now - 26 * hour, now: now, repositories: [churn, fraud, geo])
    }

    private static var heldProduction: EnvironmentStatus {
        var status = EnvironmentStatus(name: "prod", mode: .auto, drift: .heal)
        status.revision = live
        status.sync = .outOfSync
        status.health = .degraded
        status.held = HeldCommit(
            revision: bad,
            reasons: [
                Diagnostic(
                    .error, "unhealthy", "'Deployment/churn-on-prod' ended as ERROR: node-1 <b>does not answer</b>",
                    at: SourceMark(file: "deployments/churn.yaml", line: 12, column: 5),
                    excerpt: "    version: v4", length: 11, hint: "Look at the node's log; then push a newer commit.",
                    address: "Deployment/churn-on-prod")
            ], since: now - 7 * minute, rolledBack: true)
        status.lastRun = LastRun(number: 41, result: .rolledBack, finished: now - 7 * minute)
        status.drifted = 2
        status.driftChecked = now - 4 * minute
        status.holds = 1
        status.orphaned = 1
        status.lastSuccess = now - 2 * hour
        status.lock = LockStatus(owner: "carol@laptop", command: "mooring apply -e prod", since: now - 2 * minute)
        status.deployments = [
            DeploymentCell(
                name: "churn-on-prod", service: "churn", infra: "prod-k8s", version: "v3", declaredVersion: "v4",
                sync: .outOfSync, health: .degraded),
            DeploymentCell(
                name: "churn-canary", service: "churn", infra: "prod-k8s", version: "v3 90% / v4 10%",
                declaredVersion: nil, sync: .synced, health: .healthy),
            DeploymentCell(
                name: "geo-on-prod", service: "geo <i>", infra: nil, version: nil, declaredVersion: "v1",
                sync: .outOfSync, health: .missing),
        ]
        return status
    }

    private static var pendingTest: EnvironmentStatus {
        var status = EnvironmentStatus(name: "test", mode: .approve, drift: .detect)
        status.revision = live
        status.sync = .outOfSync
        status.health = .healthy
        status.lastRun = LastRun(number: 12, result: .applied, finished: now - 2 * hour)
        status.pending = PendingPlan(
            digest: digest, revision: bad, made: now - 5 * minute, counts: [.update: 2, .create: 1],
            needsApproval: true)
        status.closed = "the windows open at 18:00 (Europe/Berlin)"
        status.driftChecked = now - 4 * minute
        status.lastSuccess = now - hour
        status.deployments = [
            DeploymentCell(
                name: "churn-on-test", service: "churn", infra: "test", version: "v3", declaredVersion: "v4",
                sync: .outOfSync, health: .healthy)
        ]
        return status
    }

    private static var runningDevelopment: EnvironmentStatus {
        var status = EnvironmentStatus(name: "dev", mode: .auto, drift: .detect)
        status.revision = good
        status.reconciling = bad
        status.sync = .outOfSync
        status.health = .progressing
        status.lastRun = LastRun(number: 3, result: .open, finished: nil)
        var running = RunningApply(started: now - 41_000, total: 5)
        running.done = 3
        running.failed = 1
        running.items = [
            .init(
                address: Address(.deployment, "churn-on-dev"), action: .update, text: "waiting for HEALTHY",
                since: now - 30_000)
        ]
        status.running = running
        return status
    }

    private static var suspendedFraud: EnvironmentStatus {
        var status = EnvironmentStatus(name: "prod", mode: .auto, drift: .detect)
        status.revision = live
        status.sync = .synced
        status.health = .healthy
        status.suspended = Suspension(
            by: "ann", reason: "the fair <b>weekend</b>", since: now - hour, until: now + 47 * hour)
        status.problem = WatchProblem(
            [Diagnostic(.error, "timed-out", "'deployer.example.com' did not answer in 30s")], since: now - hour,
            retry: nil)
        status.lastRun = LastRun(number: 7, result: .applied, finished: now - 30 * hour)
        status.lastSuccess = now - hour
        return status
    }
}

extension WatchSample {
    static let service = Address(.apiService, "CHURN", "scoring")
    static let endpoint = Address(.endpoint, "CHURN", "scoring", "predict")
    static let package = Address(.package, "CHURN", "scoring")
    static let infra = Address(.infra, "prod-k8s")
    static let deployment = Address(.deployment, "churn-on-prod")
    static let mark = SourceMark(file: "deployments/churn.yaml", line: 12, column: 5)

    private static func spec(_ json: JSONValue) -> AppliedSpec { AppliedSpec(bytes: json.canonicalBytes) }

    static var detail: EnvironmentDetail {
        var changed = ResourceView(
            deployment, action: .update, sync: .outOfSync, health: .degraded,
            desired: ["infraId": "prod-k8s", "version": "v4", "tags": ["growth", "<b>bold</b>"]],
            live: ["infraId": "prod-k8s", "version": "v3", "tags": ["growth"]])
        changed.verdict = "drifted"
        changed.version = "v3"
        changed.declaredVersion = "v4"
        changed.infra = "prod-k8s"
        changed.details = ["ERROR", "node-1 <b>does not answer</b>", "version differs"]
        changed.serviceURLs = ["http://node-1:12000/public/api/v1/churn/"]
        changed.uses = [infra, package]
        changed.fields = [
            .init(path: "version", live: "v3", desired: "v4", origin: "manifest"),
            .init(path: "tags", live: "[growth]", desired: "[growth, <b>bold</b>]", origin: "conflict"),
            .init(path: "authRealm.queryKeys", live: "(secret)", desired: "(secret, changed)", origin: "drift"),
        ]
        changed.changedBy = "eve"
        changed.changedAt = now - 9 * minute
        changed.mark = mark
        var held = ResourceView(
            infra, action: .noOp, sync: .synced, health: .healthy, desired: ["type": "K8S"], live: ["type": "K8S"])
        held.hold = Hold(
            reason: "rolled back by hand", by: "ann@host", since: now - hour, manifest: spec(["type": "K8S"]))
        var code = ResourceView(
            endpoint, action: .update, sync: .outOfSync, health: .unknown,
            desired: ["code": "def score(x):\n    return x + 1\n"], live: ["code": "def score(x):\n    return x\n"])
        code.verdict = "pending"
        code.uses = [service]
        code.fields = [
            .init(
                path: "code", live: "def score(x):\n    return x\n", desired: "def score(x):\n    return x + 1\n",
                origin: "manifest")
        ]
        var made = ResourceView(
            package, action: .create, sync: .outOfSync, health: .missing, desired: ["version": "v4"], live: .null)
        made.declaredVersion = "v4"
        made.uses = [endpoint, service]
        let equal = ResourceView(
            service, action: .noOp, sync: .synced, health: .healthy, desired: ["authMethod": "PUBLIC"],
            live: ["authMethod": "PUBLIC"])
        return EnvironmentDetail(
            place: prod, revision: live, made: now - 4 * minute,
            resources: [equal, code, changed, held, made].sorted { $0.address < $1.address },
            diagnostics: [
                Diagnostic(.warning, "secrets-unchecked", "1 secret was not compared", hint: "That is as it should be.")
            ])
    }

    static var timeline: [TimelineEntry] {
        [
            TimelineEntry(
                time: now - 4 * minute, kind: .drift, text: "2 objects differ from what was applied"),
            TimelineEntry(
                time: now - 7 * minute, kind: .held, revision: bad,
                text: "held: 'Deployment/churn-on-prod' ended as ERROR"),
            TimelineEntry(
                time: now - 7 * minute, kind: .rolledBack, revision: bad, text: "went back to v3", run: 41),
            TimelineEntry(
                time: now - 8 * minute, kind: .approved, revision: bad, actor: "ann", text: "approved <i>by hand</i>",
                planDigest: digest),
            TimelineEntry(
                time: now - 9 * minute, kind: .planned, revision: bad, text: "1 to create, 2 to update",
                planDigest: digest),
            TimelineEntry(time: now - 9 * minute, kind: .commit, revision: bad, text: bad.subject),
            TimelineEntry(
                time: now - 2 * hour, kind: .applied, revision: live, text: "3 applied", run: 40),
        ]
    }

    static var plan: Plan {
        var plan = Plan(
            environment: "test",
            targets: PlanTargets(designer: nil, deployer: "https://deployer.example.com", source: nil))
        plan.commit = bad.id
        let resource = Resource(
            address: deployment, metadata: Metadata(), spec: DeclaredValue(reference: ["version": "v4"], at: mark),
            mark: mark)
        plan.changes = [
            Change(
                resource, .update,
                fields: [FieldChange(path: "version", before: .value("v3"), after: .value("v4 <b>"), mark: mark)],
                cause: Cause(.manifest, at: mark),
                steps: [
                    Step(.saveDeployment, "PUT /api-deployer/deployments/churn-on-prod/settings", on: .deployer),
                    Step(.startUpdate, "POST /api-deployer/deployments/churn-on-prod/actions/update", on: .deployer),
                ], notes: ["what a saved model contains is not hashed"])
        ]
        plan.unchanged = [infra]
        return plan
    }

    static var drift: DriftReport {
        var row = DriftReport.Row(deployment, .drifted)
        row.layers = [.deployer, .nodes]
        row.fields = [
            DriftReport.Field(
                path: "version", desired: .value("v3"), applied: .value("v3"), live: .value("v2 <b>"), origin: .drift,
                mark: mark)
        ]
        row.author = .init(login: "eve \"<script>\"", when: now - 9 * minute)
        row.mark = mark
        return DriftReport(
            environment: "prod", targets: plan.targets, commit: live.id,
            rows: [DriftReport.Row(service, .clean), row].sorted { $0.address < $1.address }, diagnostics: [],
            checkedHealth: true, made: now - 4 * minute)
    }

    /// One that cannot be read now.
    static let busyRun = 43
    static let busy = Diagnostic(.error, "watch-busy", "too many runs are being looked at", hint: "Ask again.")

    static var run: (run: RunRecord, changes: [RunChange]) {
        (
            RunRecord(
                number: 41, command: "mooring watch", actor: "mooring@host", commit: bad.id,
                reason: "commit cccccccccc by Eve <script>", planDigest: digest, started: now - 9 * minute,
                finished: now - 7 * minute, result: .rolledBack, counts: ["rolled-back": 1]),
            [
                RunChange(
                    address: deployment, action: .update, result: "rolled-back",
                    before: spec(["version": "v3"]), after: spec(["version": "v3"]),
                    fields: [["path": "version", "before": "v3", "after": "v4 <b>"]],
                    messages: ["node-1 <b>does not answer</b>"], health: "ERROR", milliseconds: 92_000)
            ]
        )
    }

    static var counts: WatchCounts {
        var counts = WatchCounts()
        var place = WatchCounts.Place()
        for seconds in [0.04, 0.3, 0.3, 4, 2000] { place.reconciles.add(seconds) }
        place.commitToLive.add(0.8)
        place.results = ["applied": 3, "rolled-back": 1, "nothing": 12]
        counts.places[prod] = place
        counts.places[test] = WatchCounts.Place()
        var repository = WatchCounts.Repository()
        repository.lookUps = 1200
        repository.failedLookUps = 3
        repository.fetches = 17
        counts.repositories["churn"] = repository
        counts.requests = [
            .init(method: "GET", route: "/api-deployer/deployments/{}/settings", status: "200"): 512,
            .init(method: "PUT", route: "/api-deployer/deployments/{}/settings", status: "timeout"): 1,
        ]
        counts.notifications = ["team \"chat\"\\\n": ["sent": 9, "dropped": 1]]
        return counts
    }
}

/// A desk that answers from the sample, and writes down what it is asked to do.
final class SampleDesk: Sendable {
    private let state = Mutex<State>(State())

    private struct State {
        var actions: [String] = []
        var pokes: [String] = []
        var isAlive = true
        var snapshot = WatchSample.snapshot
    }

    /// Each action with who asked for it.
    var actions: [String] { state.withLock { $0.actions } }
    var pokes: [String] { state.withLock { $0.pokes } }
    func die() { state.withLock { $0.isAlive = false } }
    func show(_ snapshot: WatchSnapshot) { state.withLock { $0.snapshot = snapshot } }

    var desk: WatchDesk {
        WatchDesk(
            snapshot: { self.state.withLock { $0.snapshot } }, counts: { WatchSample.counts },
            detail: { $0 == WatchSample.prod ? WatchSample.detail : nil },
            timeline: { $0 == WatchSample.prod ? WatchSample.timeline : [] },
            plan: { $0 == WatchSample.test ? WatchSample.plan : nil },
            drift: { $0 == WatchSample.prod ? WatchSample.drift : nil },
            run: { place, number throws(WatchRefusal) in
                if number == WatchSample.busyRun { throw WatchRefusal(.unavailable, WatchSample.busy) }
                return place == WatchSample.prod && number == 41 ? WatchSample.run : nil
            },
            poke: { name in
                self.state.withLock { $0.pokes.append(name) }
                return WatchSample.snapshot.repositories.contains { $0.name == name }
            },
            perform: { action, actor throws(WatchRefusal) in try self.perform(action, actor) },
            isAlive: { self.state.withLock { $0.isAlive } })
    }

    private func perform(_ action: WatchAction, _ actor: String) throws(WatchRefusal) {
        if case .approve(_, let digest) = action, digest != WatchSample.digest {
            throw WatchRefusal(
                .conflict,
                Diagnostic(
                    .error, "other-plan", "the plan that waits is another one by now",
                    hint: "Look at it again, and approve that."))
        }
        state.withLock { $0.actions.append("\(actor): \(action)") }
    }
}
