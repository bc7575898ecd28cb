import Diagnostics
import Files
import HTTP
import JSON
import Notifications
import Resources
import TestSupport
import Testing

@Suite struct ForgeTests {
    static let commit = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
    static let marker = "<!-- mooring:churn/prod -->"

    func forge(
        _ provider: ForgeSettings.Provider, _ server: LoopbackServer, repository: String = "ml/churn",
        token: String = "t0ken"
    ) -> Forge {
        let settings = ForgeSettings(
            provider: provider, api: "\(server.url)/api", repository: repository, token: .environment("TOKEN"))
        return Forge(
            settings, token: Secret(token), transport: CurlTransport(), clock: FakeClock().clock(farewell: .zero))
    }

    /// Each request as a line: the method, the path, what proves who asks, and the body.
    func told(_ server: LoopbackServer) -> [String] {
        server.requests.map { request in
            let proof = request["Authorization"] ?? request["PRIVATE-TOKEN"] ?? "nobody"
            return "\(request.method) \(request.target) \(proof)" + (request.body.isEmpty ? "" : " \(request.bodyText)")
        }
    }

    @Test(arguments: [
        (
            ForgeSettings.Provider.github, Forge.State.failure,
            #"POST /api/repos/ml/churn/statuses/ID Bearer t0ken {"state":"failure","context":"mooring/prod","#
                + #""description":"held: no","target_url":"https://m.example.com"}"#
        ),
        (
            .gitea, .pending,
            #"POST /api/repos/ml/churn/statuses/ID token t0ken {"state":"pending","context":"mooring/prod","#
                + #""description":"held: no","target_url":"https://m.example.com"}"#
        ),
        (
            .gitlab, .failure,
            #"POST /api/projects/ml%2Fchurn/statuses/ID t0ken {"state":"failed","name":"mooring/prod","#
                + #""description":"held: no","target_url":"https://m.example.com"}"#
        ),
        (
            .gitlab, .success,
            #"POST /api/projects/ml%2Fchurn/statuses/ID t0ken {"state":"success","name":"mooring/prod","#
                + #""description":"held: no","target_url":"https://m.example.com"}"#
        ),
    ])
    func `says how a commit fares`(provider: ForgeSettings.Provider, state: Forge.State, expected: String) async throws
    {
        let server = try LoopbackServer { _ in .text("{}", status: 201) }
        try await forge(provider, server).setStatus(
            state, of: Self.commit, context: "mooring/prod", description: "held: no", link: "https://m.example.com")
        #expect(told(server) == [expected.replacing("ID", with: Self.commit)])
        if provider == .github {
            #expect(server.requests[0]["Accept"] == "application/vnd.github+json")
            #expect(server.requests[0]["X-GitHub-Api-Version"] == "2022-11-28")
        }
    }

    @Test func `bounds a description, and makes it one line`() async throws {
        let server = try LoopbackServer { _ in .text("{}", status: 201) }
        try await forge(.github, server).setStatus(
            .error, of: Self.commit, context: "mooring/prod", description: "a\nb" + String(repeating: "é", count: 500),
            link: nil)
        let body = try JSONValue(parsing: server.requests[0].body)
        let description = try #require(body["description"]?.string)
        #expect(description.unicodeScalars.count == 140 && description.hasPrefix("a\\u{a}bé"))
        #expect(body["target_url"] == nil)
    }

    @Test func `takes it for done that GitLab has a state already`() async throws {
        let refusal = #"{"message":"Cannot transition status via :enqueue from :pending (Reason(s): x)"}"#
        let server = try LoopbackServer { _ in .text(refusal, status: 400) }
        try await forge(.gitlab, server).setStatus(
            .pending, of: Self.commit, context: "mooring/prod", description: "", link: nil)
        await #expect(throws: ForgeError.self) {
            try await forge(.gitea, server).setStatus(
                .pending, of: Self.commit, context: "mooring/prod", description: "", link: nil)
        }
    }

    @Test func `lists open pull requests, page after page`() async throws {
        let head = Self.commit
        let gitHub = """
            [{"number":7,"title":"A","draft":true,"head":{"sha":"\(head)","repo":{"full_name":"ml/churn"}},\
            "base":{"ref":"main","repo":{"full_name":"ml/churn"}}},{"number":8,"title":"B","draft":false,\
            "head":{"sha":"\(head)","repo":null},"base":{"ref":"dev","repo":{"full_name":"ml/churn"}}},\
            {"number":9,"head":{"sha":"../../x"},"base":{"ref":"main"}},17]
            """
        let gitLab = """
            [{"iid":7,"title":"A","draft":true,"sha":"\(head)","target_branch":"main","source_project_id":3,\
            "target_project_id":3},{"iid":8,"title":"B","sha":"\(head)","target_branch":"dev","source_project_id":4,\
            "target_project_id":3},{"iid":10,"sha":null,"target_branch":"main"}]
            """
        let expected = [
            PullRequest(number: 7, head: head, base: "main", title: "A", isDraft: true, isFork: false),
            PullRequest(number: 8, head: head, base: "dev", title: "B", isDraft: false, isFork: true),
        ]
        for provider in ForgeSettings.Provider.allCases {
            let text = provider == .gitlab ? gitLab : gitHub
            let server = try LoopbackServer { request in
                request.target.hasSuffix("&page=1")
                    ? .text(text, headers: [("Link", "<http://evil.example.com/x>; rel=\"next\", <y>; rel=\"last\"")])
                    : .text("[]")
            }
            #expect(try await forge(provider, server).openPullRequests() == expected)
            let paths = server.requests.map(\.target)
            let list =
                switch provider {
                case .github: "/api/repos/ml/churn/pulls?state=open&per_page=100&page="
                case .gitea: "/api/repos/ml/churn/pulls?state=open&limit=50&page="
                case .gitlab: "/api/projects/ml%2Fchurn/merge_requests?state=opened&per_page=100&page="
                }
            #expect(paths == ["\(list)1", "\(list)2"])
        }
    }

    @Test func `ends a list that never ends`() async throws {
        let server = try LoopbackServer { _ in .text("[]", headers: [("Link", "<x>; rel=\"next\"")]) }
        #expect(try await forge(.github, server).openPullRequests() == [])
        #expect(server.requests.count == 10)
    }

    /// A forge that has these comments; who asks is the user 5.
    func commented(_ comments: String, user: Int = 200) throws -> LoopbackServer {
        try LoopbackServer { request in
            if request.target.hasSuffix("/user") { return .text(#"{"id":5,"login":"mooring"}"#, status: user) }
            return .text(request.method == "GET" ? comments : "{}")
        }
    }

    @Test(arguments: ForgeSettings.Provider.allCases)
    func `writes a comment where there is none of ours`(provider: ForgeSettings.Provider) async throws {
        let others = """
            [{"id":1,"body":"> \(Self.marker) quoted","user":{"id":5},"author":{"id":5}},\
            {"id":2,"body":"\(Self.marker)\\nnot ours","user":{"id":6},"author":{"id":6}},{"id":3,"body":null},7]
            """
        let server = try commented(others)
        try await forge(provider, server).comment(on: 12, marker: Self.marker, body: "plan")
        let post = #"{"body":"<!-- mooring:churn/prod -->\nplan"}"#
        let expected =
            switch provider {
            case .github:
                [
                    "GET /api/repos/ml/churn/issues/12/comments?per_page=100&page=1 Bearer t0ken",
                    "GET /api/user Bearer t0ken",
                    "POST /api/repos/ml/churn/issues/12/comments Bearer t0ken \(post)",
                ]
            case .gitea:
                [
                    "GET /api/repos/ml/churn/issues/12/comments?limit=50&page=1 token t0ken",
                    "GET /api/user token t0ken",
                    "POST /api/repos/ml/churn/issues/12/comments token t0ken \(post)",
                ]
            case .gitlab:
                [
                    "GET /api/projects/ml%2Fchurn/merge_requests/12/notes?sort=asc&order_by=created_at&per_page=100&page=1"
                        + " t0ken", "GET /api/user t0ken",
                    "POST /api/projects/ml%2Fchurn/merge_requests/12/notes t0ken \(post)",
                ]
            }
        #expect(told(server) == expected)
    }

    @Test(arguments: ForgeSettings.Provider.allCases)
    func `brings its own comment up to date, and leaves one that is`(provider: ForgeSettings.Provider) async throws {
        let comments = """
            [{"id":2,"body":"\(Self.marker)\\nforged","user":{"id":6},"author":{"id":6}},\
            {"id":3,"body":"\(Self.marker)\\nold","user":{"id":5},"author":{"id":5}}]
            """
        let server = try commented(comments)
        try await forge(provider, server).comment(on: 12, marker: Self.marker, body: "new")
        let put = #"{"body":"<!-- mooring:churn/prod -->\nnew"}"#
        let last =
            switch provider {
            case .github: "PATCH /api/repos/ml/churn/issues/comments/3 Bearer t0ken \(put)"
            case .gitea: "PATCH /api/repos/ml/churn/issues/comments/3 token t0ken \(put)"
            case .gitlab: "PUT /api/projects/ml%2Fchurn/merge_requests/12/notes/3 t0ken \(put)"
            }
        #expect(told(server).count == 3 && told(server).last == last)
        try await forge(provider, server).comment(on: 12, marker: Self.marker, body: "old")
        #expect(server.requests.dropFirst(3).map(\.method) == ["GET", "GET"])
    }

    @Test func `a program without a user takes a comment of a program for its own`() async throws {
        let comments = """
            [{"id":2,"body":"\(Self.marker)\\nforged","user":{"id":6,"type":"User"}},\
            {"id":3,"body":"\(Self.marker)\\nold","user":{"id":9,"type":"Bot"}}]
            """
        let server = try commented(comments, user: 403)
        try await forge(.github, server).comment(on: 12, marker: Self.marker, body: "new")
        #expect(server.requests.last?.target == "/api/repos/ml/churn/issues/comments/3")
    }

    @Test func `cuts what no comment holds`() async throws {
        let server = try commented("[]")
        try await forge(.github, server).comment(
            on: 1, marker: Self.marker, body: String(repeating: "日", count: 100_000))
        let body = try #require(try JSONValue(parsing: server.requests[1].body)["body"]?.string)
        #expect(body.utf16.count < Forge.longestComment && body.hasSuffix("… and more than a comment holds."))
    }

    @Test(
        arguments: [
            (401, [], #"{"message":"Bad credentials"}"#, ForgeError.Reason.denied, nil, ": Bad credentials"),
            (403, [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1790000090")], "{}", .limited, 90, ""),
            (403, [("Retry-After", "60")], "{}", .limited, 60, ""),
            (
                403, [("X-RateLimit-Remaining", "12")], #"{"message":"Resource not accessible"}"#, .denied, nil,
                ": Resource not accessible"
            ),
            (429, [("RateLimit-Reset", "1790000005")], "", .limited, 5, ""),
            (429, [("X-RateLimit-Reset", "1")], "", .limited, 0, ""),
            (429, [("X-RateLimit-Reset", "99999999999")], "", .limited, 86_400, ""),
            (429, [("X-RateLimit-Reset", "-9223372036854775808")], "", .limited, 0, ""),
            (404, [], #"{"message":"404 Project Not Found"}"#, .missing, nil, ": 404 Project Not Found"),
            (422, [], #"{"message":{"base":["is wrong"]}}"#, .refused, nil, #": {"base":["is wrong"]}"#),
            (400, [], #"{"error":"bad t0ken, line\nbreak"}"#, .refused, nil, ""),
            (400, [], #"{"error":"line\nbreak"}"#, .refused, nil, ": line\\u{a}break"),
            (503, [("Retry-After", "3")], "<html>", .away, 3, ""), (302, [("Location", "/x")], "", .refused, nil, ""),
        ] as [(Int, [(String, String)], String, ForgeError.Reason, Int?, String)])
    func `says in words what a forge refuses`(
        status: Int, headers: [(String, String)], body: String, reason: ForgeError.Reason, pause: Int?, words: String
    ) async throws {
        let server = try LoopbackServer { _ in .text(body, status: status, headers: headers) }
        do {
            _ = try await forge(.github, server).openPullRequests()
            Issue.record("a failure was taken for a list")
        } catch {
            #expect(error.reason == reason && error.pause == pause.map { .seconds($0) })
            #expect(
                error.diagnostic.message
                    == "the forge answered \(status) to 'GET /api/repos/ml/churn/pulls'\(words)")
            #expect(error.isTransient == (reason == .away || reason == .limited))
        }
    }

    @Test func `an answer of another form is an error and no empty list`() async throws {
        for text in ["{}", "", "<html>", "null"] {
            let server = try LoopbackServer { _ in .text(text) }
            await #expect(throws: ForgeError.self) { try await forge(.gitlab, server).openPullRequests() }
        }
        let dead = try DeadPort()
        let settings = ForgeSettings(
            provider: .github, api: dead.url, repository: "a/b", token: .environment("T"))
        let away = Forge(settings, token: Secret("c4n4ry"), transport: CurlTransport())
        do {
            try await away.comment(on: 1, marker: "", body: "")
        } catch {
            #expect(error.isTransient && !error.diagnostic.text().contains("c4n4ry"))
        }
    }

    @Test func `news of a commit become its state`() async throws {
        let server = try LoopbackServer { _ in .text("{}", status: 201) }
        let settings = ForgeSettings(
            provider: .github, api: server.url, repository: "ml/churn", token: .environment("TOKEN"))
        let post = Post([], forges: ["churn": settings], secrets: ["TOKEN": "t0ken"])
        post.outbox.post(news(.failure, lines: ["no connection"], subject: "reconcile"))
        post.outbox.post(news(.recovery, subject: "reconcile"))
        post.outbox.post(news(.approvalNeeded, "churn/dev", link: nil, subject: "plan x"))
        post.outbox.post(news(.held, lines: ["a.yaml:1:1: unknown field 'x'"]))
        post.outbox.post(news(.held, "other/prod"))
        post.outbox.post(news(.drift, subject: "drift"))
        post.outbox.post(news(.recovery, subject: "drift"))
        post.outbox.post(news(.failure, revision: nil, subject: "git"))
        await post.finish()
        let states = try server.requests.map { request in
            let body = try JSONValue(parsing: request.body)
            let parts = ["state", "context", "description", "target_url"].map { body[$0]?.string ?? "-" }
            return parts.joined(separator: " | ")
        }
        let link = "https://mooring.example.com/r/churn/prod"
        #expect(
            states == [
                "pending | mooring/prod | tried again: no connection | \(link)",
                "success | mooring/prod | live | \(link)",
                "pending | mooring/dev | waits for an approval | -",
                "failure | mooring/prod | held: a.yaml:1:1: unknown field 'x' | \(link)",
            ])
        #expect(post.outbox.counts["forge:churn"]?["failed"] == 0)
    }
}
