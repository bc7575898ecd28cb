import Foundation
import Synchronization
import TestSupport
import Testing

/// What a forge is told by the program itself.
@Suite(.serialized) struct WatchForgeTests {
    @Test(.timeLimit(.minutes(10)))
    func `a commit gets its state, a pull request one comment and a state, and nothing of it is applied`() async throws
    {
        let forge = try GitHub()
        let bench = try await WatchBench(repository: forge.setting)
        let first = try await bench.push("First release")
        let daemon = try await bench.daemon()
        try await daemon.live(first)
        try await forge.wait("the commit is told to be live") { $0.states["\(first) mooring/prod"] == "success: live" }

        try await bench.git("-C", "work", "checkout", "-q", "-b", "request")
        try bench.release("v2")
        try await bench.git("-C", "work", "commit", "-q", "-a", "-m", "Another discount")
        try await bench.git("-C", "work", "push", "-q", "origin", "HEAD:refs/pull/7/head")
        let request = try await bench.head()
        forge.open(7, request)
        #expect(try await daemon.act("sync", "churn/prod").status == 0)
        let told = try await forge.wait("the pull request is told its plan") {
            $0.states["\(request) mooring/prod (plan)"] != nil
        }
        #expect(told.states["\(request) mooring/prod (plan)"] == "success: 3 changes by this branch")
        #expect(told.comments.count == 1)
        let comment = try #require(told.comments.first)
        #expect(
            comment.hasPrefix("<!-- mooring:churn/prod -->\n") && comment.contains("Package/CHURN/churn"), "\(comment)")
        #expect(try await bench.serving() == "v1")

        // What moves is told in the same comment, after a forge that was away and one that wants to be left alone.
        forge.fail(with: [500, 429, 403])
        try bench.release("v3")
        try await bench.git("-C", "work", "commit", "-q", "-a", "-m", "A better one")
        try await bench.git("-C", "work", "push", "-q", "origin", "HEAD:refs/pull/7/head")
        let moved = try await bench.head()
        forge.open(7, moved)
        let again = try await forge.wait("the pull request is told its new plan") {
            $0.states["\(moved) mooring/prod (plan)"] != nil
        }
        #expect(again.comments.count == 1)
        #expect(again.comments != told.comments)
        #expect(again.failures == [])

        // One that is held is told so, though the forge has no word for it.
        try await bench.git("-C", "work", "checkout", "-q", "main")
        try bench.bench.write("work/apis/churn.yaml", "kind: [\n")
        let bad = try await bench.push("A mistake")
        try await daemon.held(bad)
        let held = try await forge.wait("the commit is told to be held") { $0.states["\(bad) mooring/prod"] != nil }
        #expect(held.states["\(bad) mooring/prod"]?.hasPrefix("failure: held: ") == true, "\(held.states)")
        let end = try await daemon.stop()
        #expect(end.status == 0)
        #expect(!end.errors.contains(WatchBench.token), "\(end.errors)")
        #expect(try await bench.serving() == "v1")
    }
}

/// As much of GitHub's interface as a daemon asks for.
private final class GitHub: Sendable {
    struct Record: Sendable {
        /// The newest state by commit and context, as `success: live`.
        var states: [String: String] = [:]
        var comments: [String] = []
        var requests: [(number: Int, head: String)] = []
        /// How the next requests are answered, the last first.
        var failures: [Int] = []
    }

    private let server: LoopbackServer
    private let record: Shared

    private final class Shared: Sendable {
        let record = Mutex(Record())
    }

    init() throws {
        let shared = Shared()
        record = shared
        server = try LoopbackServer { request in
            shared.record.withLock { GitHub.answer(request, &$0) }
        }
    }

    /// For the repository in the watch file.
    var setting: String {
        "forge: {provider: github, api: \"http://127.0.0.1:\(server.port)\", repository: ml/churn, "
            + "token: {env: ANN_TOKEN}}"
    }

    func open(_ number: Int, _ head: String) { record.record.withLock { $0.requests = [(number, head)] } }

    func fail(with statuses: [Int]) { record.record.withLock { $0.failures = statuses.reversed() } }

    @discardableResult func wait(
        _ what: String, until isMet: (Record) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Record {
        let deadline = ContinuousClock.now + .seconds(WatchBench.patience)
        while true {
            let record = record.record.withLock { $0 }
            if isMet(record) { return record }
            guard ContinuousClock.now < deadline else {
                Issue.record("not in time: \(what)\n\(record)", sourceLocation: sourceLocation)
                throw RunningProgram.TookTooLong()
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func answer(_ request: LoopbackServer.Request, _ record: inout Record) -> LoopbackServer.Reply {
        if let status = record.failures.popLast() {
            let headers = [("X-RateLimit-Remaining", "0"), ("Retry-After", "1")]
            return .text(#"{"message": "not now"}"#, status: status, headers: headers)
        }
        guard request["Authorization"] == "Bearer \(WatchBench.token)" else { return .text("{}", status: 401) }
        let path = String(request.target.prefix { $0 != "?" })
        let body = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: String] ?? [:]
        switch (request.method, path) {
        case ("GET", "/user"): return json(["id": 7])
        case ("GET", "/repos/ml/churn/pulls"):
            return json(
                record.requests.map { request in
                    [
                        "number": request.number, "state": "open",
                        "head": ["sha": request.head, "repo": ["id": 1, "full_name": "ml/churn"]],
                        "base": ["ref": "main", "repo": ["id": 1, "full_name": "ml/churn"]],
                    ] as [String: Any]
                })
        case ("GET", "/repos/ml/churn/issues/7/comments"):
            return json(
                record.comments.enumerated().map { index, text in
                    ["id": index, "body": text, "user": ["id": 7, "type": "User"]] as [String: Any]
                })
        case ("POST", "/repos/ml/churn/issues/7/comments"):
            record.comments.append(body["body"] ?? "")
            return .text("{}", status: 201)
        case ("PATCH", _) where path.hasPrefix("/repos/ml/churn/issues/comments/"):
            guard let index = path.split(separator: "/").last.flatMap({ Int($0) }), record.comments.indices ~= index
            else { return .text("{}", status: 404) }
            record.comments[index] = body["body"] ?? ""
            return .text("{}")
        case ("POST", _) where path.hasPrefix("/repos/ml/churn/statuses/"):
            let commit = path.split(separator: "/").last ?? ""
            record.states["\(commit) \(body["context"] ?? "")"] = "\(body["state"] ?? ""): \(body["description"] ?? "")"
            return .text("{}", status: 201)
        default: return .text(#"{"message": "Not Found"}"#, status: 404)
        }
    }

    private static func json(_ value: Any) -> LoopbackServer.Reply {
        let bytes = (try? JSONSerialization.data(withJSONObject: value)) ?? Data()
        return .answer(200, [("Content-Type", "application/json")], Array(bytes))
    }
}
