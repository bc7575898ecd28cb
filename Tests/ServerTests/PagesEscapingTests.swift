import Diagnostics
import JSON
import Planning
import Resources
import Testing

@testable import Server

/// Whatever somebody wrote in a commit, a manifest or on a node is text on a page, and nothing else.
@Suite struct PagesEscapingTests {
    /// Ends an attribute, opens an element, turns the direction of the text, and rings.
    static let nasty = "z\"x'x<x>x&x\u{202E}\u{2066}\u{7}z"
    static let escaped = "z&quot;x&#39;x&lt;x&gt;x&amp;x\\u{202e}\\u{2066}\\u{7}z"
    /// What an address or a path makes of it.
    static let encoded = "z%22x%27x%3Cx%3Ex%26x%E2%80%AE%E2%81%A6%07z"

    static let mark = SourceMark(file: nasty, line: 1, column: 1)
    static let diagnostic = Diagnostic(
        .error, "code", nasty, at: mark, excerpt: nasty, hint: nasty, address: nasty,
        related: [.init(mark, nasty)])
    static let commit = CommitStamp(id: nasty, author: nasty, subject: nasty, time: WatchSample.now)
    static let other = CommitStamp(id: "x" + nasty, author: nasty, subject: nasty, time: WatchSample.now)
    static let address = Address(.deployment, nasty)

    static var snapshot: WatchSnapshot {
        var status = EnvironmentStatus(name: nasty, mode: .approve, drift: .heal)
        status.revision = commit
        status.reconciling = commit
        status.held = HeldCommit(revision: commit, reasons: [diagnostic], since: 0, rolledBack: true)
        status.suspended = Suspension(by: nasty, reason: nasty, since: 0, until: nil)
        status.problem = WatchProblem([diagnostic], since: 0)
        status.pending = PendingPlan(
            digest: nasty, revision: commit, made: 0, counts: [.create: 1], needsApproval: true)
        var running = RunningApply(started: 0, total: 1)
        running.items = [.init(address: address, action: .create, text: nasty, since: 0)]
        status.running = running
        status.closed = nasty
        status.lock = LockStatus(owner: nasty, command: nasty, since: 0)
        status.deployments = [
            DeploymentCell(
                name: nasty, service: nasty, infra: nasty, version: nasty, declaredVersion: nasty, sync: .unknown,
                health: .unknown)
        ]
        var repository = RepositoryStatus(name: nasty, url: nasty, ref: nasty, path: nasty)
        repository.head = other
        repository.problem = WatchProblem([diagnostic], since: 0)
        repository.environments = [status]
        return WatchSnapshot(
            name: nasty, version: nasty, started: 0, now: WatchSample.now, repositories: [repository])
    }

    static var detail: EnvironmentDetail {
        var view = ResourceView(
            address, action: .update, sync: .outOfSync, health: .degraded, desired: .string(nasty),
            live: .array([.string(nasty)]))
        view.verdict = nasty
        view.version = nasty
        view.declaredVersion = nasty
        view.infra = nasty
        view.details = [nasty]
        view.serviceURLs = [nasty, "javascript:alert(1)"]
        view.uses = [Address(.infra, nasty)]
        view.fields = [.init(path: nasty, live: nasty, desired: nasty, origin: nasty)]
        view.changedBy = nasty
        view.hold = Hold(reason: nasty, by: nasty, since: 0, manifest: .none)
        view.mark = mark
        return EnvironmentDetail(
            place: WatchPlace(nasty, nasty), revision: commit, made: 0, resources: [view], diagnostics: [diagnostic])
    }

    static var plan: Plan {
        let targets = PlanTargets(designer: nasty, deployer: "d" + nasty, source: nasty)
        var plan = Plan(environment: nasty, targets: targets)
        let resource = Resource(
            address: address, metadata: Metadata(), spec: DeclaredValue(reference: [:], at: mark), mark: mark)
        var change = Change(
            resource, .update,
            fields: [
                FieldChange(path: nasty, before: .value(.string(nasty)), after: .secret(nasty), mark: mark),
                FieldChange(path: nasty, before: .value(.string("a\n" + nasty)), after: .value("b\nc"), mark: mark),
            ],
            cause: Cause(.drift, at: mark, nasty), steps: [Step(.publishPackage, nasty, on: .deployer, subject: nasty)],
            notes: [nasty])
        change.waitsFor = [address]
        plan.changes = [change]
        plan.diagnostics = [diagnostic]
        plan.refusals = [diagnostic]
        plan.orphaned = [Orphan(address: address, ownership: .owned, reason: nasty, mark: mark)]
        return plan
    }

    static var drift: DriftReport {
        var row = DriftReport.Row(address, .conflict)
        row.layers = [.deployer]
        row.fields = [
            DriftReport.Field(
                path: nasty, desired: .value(.string(nasty)), applied: .absent, live: .secret(nasty), origin: .conflict,
                mark: mark)
        ]
        row.ignored = [IgnoredField(address: address, path: nasty, pointer: nasty, reason: nasty, until: nasty)]
        row.author = .init(login: nasty, when: 0)
        row.details = [nasty]
        row.mark = mark
        return DriftReport(
            environment: nasty, targets: plan.targets, commit: nasty, rows: [row], diagnostics: [diagnostic],
            checkedHealth: false, made: 0)
    }

    static func everyPage() throws -> [(name: String, text: String)] {
        let pages = Pages()
        let place = try #require(PagePlace(snapshot, WatchPlace(nasty, nasty)))
        let viewer = Viewer(
            name: nasty, canLogIn: true, csrf: nasty, path: "/?q=\(encoded)&kind=\(encoded)", notice: nasty)
        let entry = TimelineEntry(
            time: 0, kind: .approved, revision: commit, actor: nasty, text: nasty, run: 1, planDigest: nasty)
        let run = RunRecord(
            number: 1, command: nasty, actor: nasty, commit: nasty, reason: nasty, planDigest: nasty, started: 0,
            counts: [nasty: 1])
        let change = RunChange(
            address: address, action: .update, result: nasty,
            fields: [["path": .string(nasty), "before": .string(nasty), "after": .string(nasty)]], messages: [nasty],
            health: nasty)
        let tabs = ["diff", "live", "desired", "uses"].map { tab in
            let visitor = Viewer(name: nil, canLogIn: true, path: "/?tab=\(tab)&x=\(encoded)")
            return ("resource \(tab)", pages.resource(place, detail, detail.resources[0], visitor))
        }
        return tabs + [
            ("overview", pages.overview(snapshot, viewer)),
            ("environment", pages.environment(place, detail, [entry], viewer)),
            ("timeline", pages.timeline(place, [entry], viewer)), ("plan", pages.plan(place, plan, viewer)),
            ("drift", pages.drift(place, drift, viewer)), ("graph", pages.graph(place, detail, viewer)),
            ("run", pages.run(place, run, [change], viewer)), ("suspend", pages.suspending(place, viewer)),
            ("login", pages.login(back: nasty, problem: nasty, viewer)),
            ("message", pages.message(status: 404, title: nasty, text: nasty, diagnostic, viewer)),
        ]
    }

    @Test func `nothing that somebody wrote is markup, or turns the text around`() throws {
        for (name, page) in try PagesEscapingTests.everyPage() {
            let isShown = page.contains(PagesEscapingTests.escaped)
            #expect(isShown, "the \(name) page shows the text")
            for raw in ["z\"x", "x'x", "x<x", "x>x", "x&x", "\u{202E}", "\u{2066}", "\u{7}"] {
                let isThere = page.unicodeScalars.contains(raw.unicodeScalars)
                #expect(!isThere, "'\(raw.debugDescription)' in the \(name) page")
            }
        }
    }

    @Test func `no link leads to a script, and none out of the daemon`() throws {
        for (name, page) in try PagesEscapingTests.everyPage() {
            for match in page.matches(of: /(?:href|src|action)="([^"]*)"/) {
                let path = match.output.1
                #expect(
                    path.hasPrefix("/") && !path.hasPrefix("//") || path.hasPrefix("#") || path.hasPrefix("?"),
                    "'\(path)' in the \(name) page")
            }
        }
    }

    @Test func `no style and no script stands in a page itself`() throws {
        for (name, page) in try PagesEscapingTests.everyPage() {
            #expect(!page.contains("style=") && !page.contains("<style"), "\(name)")
            #expect(!page.contains(/\son[a-z]+=/), "\(name)")
            #expect(page.matches(of: /<script/).count <= 1, "\(name)")
            #expect(!page.contains(/<script(?! src="\/assets\/mooring-[0-9a-f]{16}\.js" defer><\/script>)/), "\(name)")
        }
    }

    @Test func `every form that changes something carries the token of who looks at it`() throws {
        for (name, page) in try PagesEscapingTests.everyPage() where name != "login" {
            let forms = page.matches(of: /(?s)<form [^>]*method="post".*?<\/form>/)
            for form in forms {
                #expect(form.output.contains("name=\"csrf\" value=\"\(PagesEscapingTests.escaped)\""), "\(name)")
            }
        }
    }
}
