import Diagnostics
import Foundation
import JSON
import Reconciling
import Resources
import Synchronization
import TestSupport
import Testing

@testable import Watching

/// A GitHub with the requests and comments that a test gives it.
final class FakeForge: Sendable {
    struct State {
        /// Number, newest commit, branch it goes into.
        var open: [(number: Int, head: String, base: String)] = []
        var comments: [Int: [(id: Int, body: String)]] = [:]
        /// Those that lie in another repository.
        var forks: Set<Int> = []
        /// With what a comment on them is answered.
        var refusals: [Int: Int] = [:]
        var isAway = false
        var told: [String] = []
        /// `mooring/prod: success: text`, by commit.
        var states: [String: [String]] = [:]
    }

    let state = Mutex(State())
    let server: LoopbackServer

    init() throws {
        let box = Unowned()
        server = try LoopbackServer { request in box.forge?.answer(request) ?? .text("", status: 500) }
        box.forge = self
    }

    /// What the server's closure can hold before there is a forge.
    private final class Unowned: @unchecked Sendable { weak var forge: FakeForge? }

    var settings: ForgeSettings {
        ForgeSettings(
            provider: .github, api: server.url, repository: "ml/churn", token: .environment("FORGE_TOKEN"))
    }

    /// The calls since the last time, without their queries.
    func takeCalls() -> [String] {
        state.withLock { state in
            defer { state.told = [] }
            return state.told
        }
    }

    func comment(_ number: Int) -> String? { state.withLock { $0.comments[number]?.last?.body } }

    func states(_ commit: String) -> [String] { state.withLock { $0.states[commit] ?? [] } }

    private func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Reply {
        let path = String(request.target.prefix { $0 != "?" })
        let body = (try? JSONValue(parsing: request.body)) ?? .null
        return state.withLock { state in
            state.told.append("\(request.method) \(path)")
            guard !state.isAway else { return .text("", status: 503) }
            let parts = path.split(separator: "/").map { String($0) }
            if path == "/user" { return .text(#"{"id":5}"#) }
            if parts.last == "pulls" {
                let items: [JSONValue] = state.open.map { item in
                    [
                        "number": .number(JSONNumber(item.number)), "title": "A request",
                        "head": [
                            "sha": .string(item.head),
                            "repo": ["full_name": state.forks.contains(item.number) ? "zoe/churn" : "ml/churn"],
                        ],
                        "base": ["ref": .string(item.base), "repo": ["full_name": "ml/churn"]],
                    ]
                }
                return .text(JSONValue.array(items).text())
            }
            if parts[3] == "statuses" {
                let words = ["context", "state", "description"].map { body[$0]?.string ?? "" }
                state.states[parts[4], default: []].append(words.joined(separator: ": "))
                return .text("{}", status: 201)
            }
            if request.method == "PATCH", let id = Int(parts[5]) {
                for (number, comments) in state.comments {
                    if let index = comments.firstIndex(where: { $0.id == id }) {
                        state.comments[number]?[index].body = body["body"]?.string ?? ""
                    }
                }
                return .text("{}")
            }
            let number = Int(parts[4]) ?? 0
            if request.method == "POST" {
                if let status = state.refusals[number] { return .text(#"{"message":"locked"}"#, status: status) }
                let id = 100 + state.told.count
                state.comments[number, default: []].append((id, body["body"]?.string ?? ""))
                return .text("{}", status: 201)
            }
            let items: [JSONValue] = (state.comments[number] ?? []).map {
                ["id": .number(JSONNumber($0.id)), "body": .string($0.body), "user": ["id": 5]]
            }
            return .text(JSONValue.array(items).text())
        }
    }
}

@Suite struct PullRequestTests {
    let world: WatchWorld
    let forge: FakeForge

    init() throws {
        world = try WatchWorld()
        forge = try FakeForge()
    }

    func watch(_ change: (inout WatchedRepository) -> Void = { _ in }) -> Watch {
        var watch = world.watch { repository in
            repository.forge = forge.settings
            change(&repository)
        }
        watch.url = "https://mooring.example.com"
        return watch
    }

    /// Commits on a branch of its own that begins at `start`, and asks for it to be merged into `base`.
    @discardableResult
    func ask(
        _ number: Int, _ files: [String: String?], from start: String = "main", into base: String = "main",
        isOpen: Bool = true
    ) throws -> String {
        try world.git.run("checkout", "-q", "-B", "request-\(number)", start)
        let head = try world.git.commit(files, "Request \(number)")
        try world.git.run("update-ref", "refs/pull/\(number)/head", head)
        try world.git.run("checkout", "-q", "main")
        forge.state.withLock { state in
            state.open.removeAll { $0.number == number }
            if isOpen { state.open.append((number, head, base)) }
        }
        return head
    }

    @Test func `a request gets a plan, and nothing is applied`() async throws {
        try world.push("v1")
        let watcher = try await world.start(watch())
        await watcher.turn()
        #expect(forge.takeCalls() == [])
        _ = world.transport.takeWrites()

        let head = try ask(7, WatchWorld.files("v2"))
        await watcher.look()
        #expect(
            forge.takeCalls() == [
                "GET /repos/ml/churn/pulls", "GET /repos/ml/churn/issues/7/comments",
                "POST /repos/ml/churn/issues/7/comments", "POST /repos/ml/churn/statuses/\(head)",
            ])
        let comment = try #require(forge.comment(7))
        #expect(comment.hasPrefix("<!-- mooring:churn/prod -->\n**mooring plan** <code>prod</code> · "))
        #expect(comment.contains("Deployment/scoring-on-prod") && comment.contains("v2"))
        #expect(!comment.contains("canary") && !comment.contains("lacks commits"))
        #expect(forge.states(head).count == 1)
        #expect(forge.states(head)[0].hasPrefix("mooring/prod (plan): success: "))
        #expect(world.transport.takeWrites() == [])
        #expect(try await world.version() == "v1")
        #expect(watcher.status().pending == nil && watcher.status().revision?.subject == "Release v1")

        // Nothing moved: the forge is not asked.
        await world.clock.sleep(.seconds(40))
        await watcher.turn()
        #expect(forge.takeCalls() == [])

        // It moved: the same comment tells of it.
        let next = try ask(7, WatchWorld.files("v3"))
        await watcher.look()
        #expect(forge.takeCalls().last == "POST /repos/ml/churn/statuses/\(next)")
        #expect(forge.state.withLock { $0.comments[7]?.count } == 1)
        #expect(forge.comment(7)?.contains("v3") == true)
    }

    @Test func `what a request changes is told apart from what waits already and from drift`() async throws {
        try world.push("v1")
        let watcher = try await world.start(
            watch { repository in repository.environments = [WatchWorld.environment { $0.mode = .approve }] })
        await watcher.turn()
        let first = try #require(watcher.status().pending?.digest)
        try await watcher.perform(.approve(WatchWorld.place, digest: first), "ann")
        await watcher.turn()
        // One change waits for an approval, and somebody made another one by hand.
        try world.git.commit([
            "manifests/infra.yaml": WatchWorld.infra.replacing("stage: Production", with: "stage: Test")
        ])
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        await watcher.look()
        let head = try ask(7, ["manifests/service.yaml": WatchWorld.service("v2")])
        await watcher.look()
        let comment = try #require(forge.comment(7))
        let parts = comment.split(separator: "<details").map { String($0) }
        #expect(comment.contains("This branch: "))
        let pending = parts.first { $0.contains("Already pending, whatever this branch changes:") }
        let drift = parts.first { $0.contains("Drift, which this branch has no part in:") }
        #expect(pending?.contains("Infra/prod") == true && pending?.contains("Deployment/") == false)
        #expect(drift?.contains("Deployment/scoring-on-prod") == true)
        #expect(comment.contains("base <code>main, at "))
        #expect(comment.utf8.count < 60_000)
        let state = forge.states(head).last
        #expect(state?.contains(" by this branch; 2 more pending or drifted") == true, "\(state ?? "")")
    }

    @Test func `the manifests of a base that cannot be read make all changes the branch's own`() async throws {
        var files = WatchWorld.files("v1")
        files["manifests/deployment.yaml"] = "kind: ["
        try world.git.commit(files)
        let watcher = try await world.start(watch())
        await watcher.turn()
        try ask(7, WatchWorld.files("v1"))
        await watcher.look()
        let comment = try #require(forge.comment(7))
        #expect(comment.contains("have errors: all changes count as this branch"))
        #expect(comment.contains("Deployment/scoring-on-prod"))
    }

    @Test func `only open requests into the followed branch that change something here are told`() async throws {
        try world.push("v1")
        let watcher = try await world.start(watch { $0.path = "." })
        await watcher.turn()
        try ask(1, WatchWorld.files("v2"), isOpen: false)
        try ask(2, WatchWorld.files("v2"), into: "other")
        let head = try ask(3, [:])
        await watcher.look()
        #expect(forge.takeCalls() == ["GET /repos/ml/churn/pulls"])
        #expect(forge.states(head) == [])
        await world.clock.sleep(.seconds(40))
        await watcher.turn()
        #expect(forge.takeCalls() == [])
    }

    @Test func `one that is opened again, or is to go into the followed branch by now, need not move`() async throws {
        try world.push("v1")
        let watcher = try await world.start(watch())
        await watcher.turn()
        let closed = try ask(1, WatchWorld.files("v2"), isOpen: false)
        let elsewhere = try ask(2, WatchWorld.files("v3"), into: "other")
        let told = try ask(3, WatchWorld.files("v4"))
        await watcher.look()
        #expect(forge.state.withLock { $0.comments.keys.sorted() } == [3])
        forge.state.withLock { $0.open = [(1, closed, "main"), (2, elsewhere, "main"), (3, told, "main")] }
        _ = forge.takeCalls()
        await watcher.look()
        #expect(forge.state.withLock { $0.comments.keys.sorted() } == [1, 2, 3])
        #expect(!forge.takeCalls().contains { $0.contains("/3/") })
        // Without a call, and after it was away from here: by and by.
        forge.state.withLock { $0.open = [(3, told, "other")] }
        await watcher.look()
        forge.state.withLock { $0.open = [(3, told, "main")] }
        _ = forge.takeCalls()
        await world.clock.sleep(.seconds(310))
        await watcher.turn()
        #expect(forge.takeCalls().contains("POST /repos/ml/churn/statuses/\(told)"))
    }

    @Test func `a request from another repository gets no plan`() async throws {
        try world.push("v1")
        let watcher = try await world.start(watch())
        await watcher.turn()
        forge.state.withLock { $0.forks = [7] }
        try ask(7, WatchWorld.files("v2"))
        await watcher.look()
        #expect(forge.takeCalls() == ["GET /repos/ml/churn/pulls"])
        await watcher.look()
        #expect(forge.takeCalls() == ["GET /repos/ml/churn/pulls"])
    }

    @Test(arguments: [403, 422])
    func `requests that take no comment keep no other from a plan`(status: Int) async throws {
        try world.push("v1")
        let watcher = try await world.start(watch())
        await watcher.turn()
        forge.state.withLock { $0.refusals = Dictionary(uniqueKeysWithValues: (1...5).map { ($0, status) }) }
        for number in 1...6 { try ask(number, ["manifests/service.yaml": WatchWorld.service("v\(number + 1)")]) }
        await watcher.look()
        await world.clock.sleep(.seconds(300))
        await watcher.look()
        #expect(forge.state.withLock { $0.comments.keys.sorted() } == [6])
        // What may be mended without a new commit is tried again, and all else is not.
        _ = forge.takeCalls()
        await world.clock.sleep(.seconds(300))
        await watcher.look()
        #expect(forge.takeCalls().contains { $0.hasPrefix("POST") } == (status == 403))
        #expect(watcher.status().problem == nil)
    }

    @Test func `a change outside of the path is none, wherever the branch began`() async throws {
        let files = Dictionary(
            uniqueKeysWithValues: WatchWorld.files("v1").map { ("apis/\($0.key)", $0.value) })
        let start = try world.git.commit(files)
        let watcher = try await world.start(watch { $0.path = "apis" })
        // The followed branch goes on, and the request does not know of it.
        try world.git.commit(["apis/manifests/deployment.yaml": WatchWorld.deployment("v1", "# later")])
        await watcher.turn()
        try ask(4, ["README.md": "hello"], from: start)
        await watcher.look()
        #expect(forge.comment(4) == nil)
        try ask(5, ["apis/manifests/service.yaml": WatchWorld.service("v2")], from: start)
        await watcher.look()
        #expect(forge.comment(5)?.contains("_This branch lacks commits of the branch that is followed") == true)
    }

    @Test func `what is wrong in a request is told in it`() async throws {
        try world.push("v1")
        let watcher = try await world.start(watch())
        await watcher.turn()
        let head = try ask(7, ["manifests/deployment.yaml": "apiVersion: mooring/v1\nkind: Deploymint\n@everyone <b>"])
        await watcher.look()
        let comment = try #require(forge.comment(7))
        #expect(comment.contains("mooring plan prod") && comment.contains("error"))
        #expect(!comment.contains("@everyone") && !comment.contains("<b>"))
        #expect(forge.states(head).count == 1 && forge.states(head)[0].hasPrefix("mooring/prod (plan): failure: "))
        #expect(watcher.status().held == nil && watcher.status().problem == nil)
    }

    @Test func `a forge that is away is asked again later, and said to be so once`() async throws {
        try world.push("v1")
        let watcher = try await world.start(watch())
        await watcher.turn()
        forge.state.withLock { $0.isAway = true }
        try ask(7, WatchWorld.files("v2"))
        for _ in 1...3 { await watcher.look() }
        // The pause after a failure: the later two looks do not ask.
        #expect(forge.takeCalls() == ["GET /repos/ml/churn/pulls"])
        await world.clock.sleep(.seconds(300))
        await watcher.look()
        #expect(forge.takeCalls() == ["GET /repos/ml/churn/pulls"])
        forge.state.withLock { $0.isAway = false }
        await world.clock.sleep(.seconds(300))
        await watcher.look()
        #expect(forge.comment(7) != nil)
        let told = world.log.withLock { $0.map(\.message).filter { $0.hasPrefix("pull requests") } }
        #expect(told == ["pull requests get no plans now", "pull requests get plans again"])
        #expect(watcher.status().problem == nil)
    }

    @Test func `a node that is away leaves a request waiting`() async throws {
        try world.push("v1")
        let watcher = try await world.start(watch())
        await watcher.turn()
        let head = try ask(7, WatchWorld.files("v2"))
        world.openProblem.withLock {
            $0 = ReconcileError(Diagnostic(.error, "dss-unavailable", "the node is away"))
        }
        await watcher.look()
        #expect(forge.comment(7) == nil)
        #expect(forge.states(head) == ["mooring/prod (plan): pending: cannot be planned now"])
        world.openProblem.withLock { $0 = nil }
        await world.clock.sleep(.seconds(300))
        await watcher.look()
        #expect(forge.comment(7) != nil)
        #expect(forge.states(head).count == 2)
    }

    @Test func `few requests are visited at once, and a restart visits none again`() async throws {
        try world.push("v1")
        do {
            let watcher = try await world.start(watch())
            await watcher.turn()
            for number in 1...7 { try ask(number, ["manifests/service.yaml": WatchWorld.service("v\(number + 1)")]) }
            await watcher.look()
            #expect(forge.state.withLock { $0.comments.keys.sorted() } == [1, 2, 3, 4, 5])
            await watcher.look()
            #expect(forge.state.withLock { $0.comments.count } == 7)
            for repository in watcher.repositories { await repository.rest() }
        }
        _ = forge.takeCalls()
        let watcher = try await world.start(watch())
        await watcher.turn()
        #expect(forge.takeCalls() == ["GET /repos/ml/churn/pulls"])
    }

    @Test func `nobody asks a forge that is not named, or not for requests`() async throws {
        try world.push("v1")
        for wants in [false, nil] {
            let watcher = try await world.start(
                watch { repository in
                    let settings = forge.settings
                    repository.forge = wants.map {
                        ForgeSettings(
                            provider: .github, api: settings.api, repository: settings.repository,
                            token: settings.token,
                            pullRequests: $0)
                    }
                })
            try ask(7, WatchWorld.files("v2"))
            await watcher.turn()
            for repository in watcher.repositories { await repository.rest() }
        }
        #expect(forge.takeCalls() == [])
    }
}
