import Files
import HTTP
import JSON
import Resources
import Testing

@testable import Server

/// Who may do what, by calls and by the page's forms.
@Suite(.timeLimit(.minutes(5))) struct WatchActionTests {
    static let digest = WatchSample.digest
    static let other = "sha256:" + String(repeating: "0", count: 64)

    @Test(arguments: [
        ("approve", #"{"digest": "\#(digest)"}"#, "approve(churn/test, digest: \"\(digest)\")"),
        ("suspend", #"{"reason": "the fair", "until": null}"#, "suspend(churn/test, reason: \"the fair\", until: nil)"),
        (
            "suspend", #"{"reason": "a\nb", "for": "4h"}"#,
            "suspend(churn/test, reason: \"ab\", until: Optional(\(WatchSample.now + 4 * WatchSample.hour)))"
        ),
        (
            "suspend", #"{"reason": "r", "until": "2026-03-01T18:00:00Z"}"#,
            "suspend(churn/test, reason: \"r\", until: Optional(\(WatchSample.now + 9 * WatchSample.hour)))"
        ),
        (
            "suspend", #"{"reason": "r", "until": \#(WatchSample.now + 1)}"#,
            "suspend(churn/test, reason: \"r\", until: Optional(\(WatchSample.now + 1)))"
        ),
        ("resume", "{}", "resume(churn/test)"), ("retry", "", "retry(churn/test)"), ("sync", "{}", "sync(churn/test)"),
        ("heal", "", "heal(churn/test)"),
    ])
    func `a call with a token is done, in its owner's name`(verb: String, body: String, action: String) async throws {
        try await WatchBench.run { bench in
            let reply = try await bench.call("/api/r/churn/test/\(verb)", body)
            #expect(reply.status == 200)
            #expect(reply.body == "{\"diagnostics\":[]}\n")
            #expect(bench.desk.actions == ["ann: \(action)"])
        }
    }

    @Test(arguments: [
        ("approve", "{}", 400, "bad-request"), ("approve", #"{"digest": 1}"#, 400, "bad-request"),
        ("approve", #"{"digest": "\#(other)"}"#, 409, "other-plan"), ("approve", "{", 400, "bad-request"),
        ("approve", #"{"digest": "sha256:4f4f4f4f4f4f"}"#, 400, "bad-request"),
        ("approve", #"{"digest": "\#(digest.dropFirst(7))"}"#, 400, "bad-request"),
        ("approve", #"{"digest": "\#(digest.dropLast())g"}"#, 400, "bad-request"),
        ("approve", "[]", 400, "bad-request"), ("suspend", "{}", 400, "bad-request"),
        ("suspend", #"{"reason": "  "}"#, 400, "bad-request"),
        ("suspend", #"{"reason": "\#(String(repeating: "x", count: 501))"}"#, 400, "bad-request"),
        ("suspend", #"{"reason": "r", "until": 1}"#, 400, "bad-request"),
        ("suspend", #"{"reason": "r", "until": "soon"}"#, 400, "bad-request"),
        ("suspend", #"{"reason": "r", "for": "4 weeks"}"#, 400, "bad-request"),
        ("sync", #"{"other": true}"#, 400, "bad-request"),
    ])
    func `a call that asks for what cannot be does nothing`(
        verb: String, body: String, status: Int, code: String
    ) async throws {
        try await WatchBench.run { bench in
            let reply = try await bench.call("/api/r/churn/test/\(verb)", body)
            #expect(reply.status == status)
            #expect(try JSONValue(parsing: reply.body)["diagnostics"]?.array?.first?["code"]?.string == code)
            #expect(bench.desk.actions == [])
            #expect(bench.log.lines == [])
        }
    }

    @Test func `a call without somebody's token is refused, and no header but the token's counts`() async throws {
        try await WatchBench.run { bench in
            for token in [nil, "", "wrong", WatchBench.token + "x", String(WatchBench.token.dropLast())] {
                let reply = try await bench.call("/api/r/churn/test/sync", "{}", token: token)
                #expect(reply.status == 401)
                #expect(reply["WWW-Authenticate"] == "Bearer realm=\"mooring\"")
            }
            let (cookie, _) = try await bench.logIn()
            let session = try await bench.ask("POST", "/api/r/churn/test/sync", ["Cookie: \(cookie)"], body: "")
            #expect(session.status == 401)
            let plain = try await bench.ask(
                "POST", "/api/r/churn/test/sync", ["Authorization: Bearer \(WatchBench.token)"], body: "{}")
            #expect(plain.status == 415)
            #expect(try await bench.call("/api/r/churn/none/sync", "{}").status == 404)
            #expect(bench.desk.actions == [])
            #expect(try await bench.call("/api/r/churn/test/sync", "{}", token: "the token of the ci").status == 200)
            #expect(bench.desk.actions == ["ci: sync(churn/test)"])
        }
    }

    @Test func `whoever is wrong ten times waits, and keeps nobody out who has a token`() async throws {
        try await WatchBench.run { bench in
            for _ in 0..<WatchSite.mostAttempts / 2 {
                try await WatchActionTests.expect([401, 403], bench, "wrong")
            }
            try await WatchActionTests.expect([429, 429], bench, "wrong")
            try await WatchActionTests.expect([429, 429], bench, nil)
            // Behind a proxy all of them have one address.
            try await WatchActionTests.expect([200, 303], bench, WatchBench.token)
            bench.clock.pass(.seconds(11))
            try await WatchActionTests.expect([401, 429], bench, "wrong")
            #expect(
                bench.log.lines == [
                    "warning: token refused why=wrong token from=127.0.0.1",
                    "warning: token refused why=too many attempts from=127.0.0.1",
                    "info: logged in name=ann from=127.0.0.1",
                ])
        }
    }

    /// How a call and a login with that token are answered.
    private static func expect(_ statuses: [Int], _ bench: WatchBench, _ token: String?) async throws {
        let call = try await bench.call("/api/r/churn/test/sync", "{}", token: token)
        let login = try await bench.submit("/login", [("token", token ?? "")])
        #expect([call.status, login.status] == statuses)
    }

    @Test func `a token that could be found by trying is told at the start`() async throws {
        let tokens = ["", "fifteen letters", "sixteen letters!"].enumerated().map { number, text in
            WatchCaller(name: "t\(number)", secret: Secret(text))
        }
        try await WatchBench.run(tokens: tokens) { bench in
            #expect(
                bench.log.lines == [
                    "warning: a token is short name=t1 hint=Take one that nobody finds by trying."
                ])
        }
    }

    @Test func `with no token nobody acts and nobody logs in`() async throws {
        try await WatchBench.run(tokens: [WatchCaller(name: "nobody", secret: Secret(""))]) { bench in
            let call = try await bench.call("/api/r/churn/test/sync", "{}", token: "")
            #expect(call.status == 403)
            #expect(try await bench.get("/login").status == 404)
            #expect(try await bench.submit("/login", [("token", "")]).status == 404)
            #expect(try await bench.submit("/r/churn/test/sync", []).status == 403)
            #expect(bench.desk.actions == [])
        }
    }

    @Test func `somebody logs in, acts by forms, and logs out`() async throws {
        try await WatchBench.run { bench in
            let login = try await bench.submit("/login", [("token", WatchBench.token), ("back", "/r/churn/test?a=b")])
            #expect(login.status == 303)
            #expect(login["Location"] == "/r/churn/test?a=b")
            let parts = (login["Set-Cookie"] ?? "").split(separator: "; ").map(String.init)
            #expect(parts[0].wholeMatch(of: /mooring=[0-9a-f]{64}/) != nil)
            #expect(parts.dropFirst() == ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200"])
            let (cookie, csrf) = try await bench.logIn()
            let fields = [("csrf", csrf), ("digest", WatchSample.digest)]
            let done = try await bench.submit("/r/churn/test/approve", fields, cookie: cookie)
            #expect(done.status == 303)
            #expect(done["Location"] == "/r/churn/test?done=approve")
            #expect(bench.desk.actions == ["ann: approve(churn/test, digest: \"\(WatchSample.digest)\")"])
            #expect(try await bench.get("/login?back=/x", ["Cookie: \(cookie)"])["Location"] == "/x")
            let refused = try await bench.submit(
                "/r/churn/test/approve", [("csrf", csrf), ("digest", WatchActionTests.other)], cookie: cookie)
            #expect(refused.status == 409)
            #expect(refused.body.contains("another one by now"))
            let short = String(WatchSample.digest.prefix(19))
            let part = try await bench.submit(
                "/r/churn/test/approve", [("csrf", csrf), ("digest", short)], cookie: cookie)
            #expect(part.status == 400)
            #expect(
                part.body.contains("&#39;\(short)&#39; is no whole digest")
                    || part.body.contains("'\(short)' is no whole digest"))
            let healed = try await bench.submit("/r/churn/test/heal", [("csrf", csrf)], cookie: cookie)
            #expect(healed["Location"] == "/r/churn/test?done=heal")
            #expect(try await bench.submit("/r/churn/test/heal", [("csrf", "")], cookie: cookie).status == 403)
            let out = try await bench.submit("/logout", [("csrf", csrf)], cookie: cookie)
            #expect(out.status == 303)
            #expect(out["Set-Cookie"] == "mooring=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
            #expect(try await bench.submit("/r/churn/test/sync", [("csrf", csrf)], cookie: cookie).status == 403)
            #expect(bench.desk.actions.dropFirst() == ["ann: heal(churn/test)"])
        }
    }

    @Test(arguments: ["//evil.example.com", "https://evil.example.com", "/\\evil", "", "x", "/a b", "/\u{7F}"])
    func `nobody is sent elsewhere after logging in`(back: String) async throws {
        try await WatchBench.run { bench in
            let login = try await bench.submit("/login", [("token", WatchBench.token), ("back", back)])
            #expect(login["Location"] == "/")
        }
    }

    @Test(arguments: [
        ["Origin: https://evil.example.com"], ["Origin: null"], ["Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: same-site"], ["Origin: http://localhost.evil.example.com"],
    ])
    func `a form that another site sends does nothing, cookie or not`(headers: [String]) async throws {
        try await WatchBench.run { bench in
            let (cookie, csrf) = try await bench.logIn()
            let reply = try await bench.submit("/r/churn/test/sync", [("csrf", csrf)], cookie: cookie, headers)
            #expect(reply.status == 403)
            #expect(try await bench.submit("/login", [("token", WatchBench.token)], headers).status == 403)
            #expect(bench.desk.actions == [])
        }
    }

    @Test func `a form needs its session's own token`() async throws {
        try await WatchBench.run { bench in
            let (cookie, csrf) = try await bench.logIn()
            let (_, other) = try await bench.logIn()
            #expect(csrf.count == 64 && other.count == 64 && csrf != other)
            for wrong in ["", "x", other, String(csrf.dropLast())] {
                let reply = try await bench.submit("/r/churn/test/sync", [("csrf", wrong)], cookie: cookie)
                #expect(reply.status == 403)
            }
            #expect(try await bench.submit("/r/churn/test/sync", [("csrf", csrf)]).status == 403)
            #expect(bench.desk.actions == [])
            let headers = ["Origin: http://localhost", "Sec-Fetch-Site: same-origin"]
            let reply = try await bench.submit("/r/churn/test/sync", [("csrf", csrf)], cookie: cookie, headers)
            #expect(reply.status == 303)
            #expect(bench.desk.actions == ["ann: sync(churn/test)"])
        }
    }

    @Test func `a session ends after two hours of nothing, and after twelve in any case`() async throws {
        try await WatchBench.run { bench in
            let isIn = { (cookie: String) in
                try await bench.get("/login?back=/x", ["Cookie: \(cookie)"]).status == 303
            }
            let (idle, _) = try await bench.logIn()
            let (used, _) = try await bench.logIn()
            for _ in 0..<11 {
                bench.clock.pass(.seconds(3600))
                #expect(try await isIn(used))
            }
            #expect(try await !isIn(idle))
            bench.clock.pass(.seconds(3600))
            #expect(try await !isIn(used))
        }
    }

    @Test func `behind a proxy that speaks https the cookie is for https alone`() async throws {
        try await WatchBench.run(url: "https://mooring.example.com") { bench in
            let fields = [("token", WatchBench.token)]
            for (host, headers) in [
                ("mooring.example.com", []), ("localhost", ["X-Forwarded-Proto: https"]),
            ] as [(String, [String])] {
                let login = try await bench.submit("/login", fields, headers, host: host)
                #expect(login["Set-Cookie"]?.hasPrefix("__Host-mooring=") == true)
                #expect(login["Set-Cookie"]?.hasSuffix("; Secure") == true)
            }
            let origin = ["Origin: https://mooring.example.com"]
            #expect(try await bench.submit("/login", fields, origin, host: "mooring.example.com").status == 303)
            let plain = try await bench.submit("/login", fields)
            #expect(plain["Set-Cookie"]?.contains("Secure") == false)
        }
        try await WatchBench.run { bench in
            let login = try await bench.submit(
                "/login", [("token", WatchBench.token)], ["X-Forwarded-Proto: https"])
            #expect(login["Set-Cookie"]?.contains("Secure") == false)
        }
    }
}
