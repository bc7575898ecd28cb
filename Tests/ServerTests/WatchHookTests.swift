import Files
import HTTP
import Resources
import Testing

@testable import Server

/// What makes the daemon look at a repository at once, and what does not.
@Suite(.timeLimit(.minutes(5))) struct WatchHookTests {
    static let secret = "hook secret"
    static let key = (0..<32).map { UInt8($0) }
    static let signing = "whsec_" + Base64.encode(key)
    static let body = #"{"ref": "refs/heads/main"}"#

    static func code(_ text: String, key: [UInt8] = Array(secret.utf8)) -> [UInt8] {
        hmacSHA256(key: key, Array(text.utf8))
    }

    static func hook(_ provider: WebhookSettings.Provider, secret: String = secret) -> [WatchHook] {
        [WatchHook(repository: "churn", provider: provider, secret: Secret(secret))]
    }

    /// How each provider signs `body`, at the clock's first moment.
    static let time = String(WatchSample.now / 1000 + 1000)
    static let signed: [(WebhookSettings.Provider, secret: String, headers: [String])] = [
        (.github, secret, ["X-Hub-Signature-256: sha256=\(hexadecimal(code(body)))", "X-GitHub-Event: push"]),
        (.bitbucket, secret, ["X-Hub-Signature: sha256=\(hexadecimal(code(body)))", "X-Event-Key: repo:push"]),
        (.gitea, secret, ["X-Gitea-Signature: \(hexadecimal(code(body)))"]),
        (.gitea, secret, ["X-Forgejo-Signature: \(hexadecimal(code(body)))", "X-Gitea-Signature: 00"]),
        (.gitlab, secret, ["X-Gitlab-Token: \(secret)", "X-Gitlab-Event-UUID: 1"]),
        (
            .gitlab, signing,
            [
                "webhook-id: m1", "webhook-timestamp: \(time)",
                "webhook-signature: v2,AAAA v1,AAAA v1,\(Base64.encode(code("m1.\(time).\(body)", key: key)))",
            ]
        ),
        (
            .generic, secret,
            [
                "X-Mooring-Timestamp: \(time)",
                "X-Mooring-Signature: sha256=\(hexadecimal(code("\(time).\(body)")))",
            ]
        ),
    ]

    @Test(arguments: signed.indices)
    func `a call that proves itself asks for one look-up, and no second time`(index: Int) async throws {
        let (provider, secret, headers) = WatchHookTests.signed[index]
        try await WatchBench.run(hooks: WatchHookTests.hook(provider, secret: secret)) { bench in
            let reply = try await bench.ask("POST", "/hooks/churn", headers, body: WatchHookTests.body)
            #expect(reply.status == 202)
            #expect(reply.body == "{\"diagnostics\":[]}\n")
            #expect(bench.desk.pokes == ["churn"])
            let again = try await bench.ask("POST", "/hooks/churn", headers, body: WatchHookTests.body)
            #expect(again.status == 409)
            #expect(bench.desk.pokes == ["churn"])
            #expect(
                bench.log.lines == ["warning: webhook refused hook=churn why=it came before from=127.0.0.1"])
        }
    }

    @Test(arguments: signed.indices)
    func `one that does not is refused, as a hook that there is not`(index: Int) async throws {
        let (provider, secret, headers) = WatchHookTests.signed[index]
        try await WatchBench.run(hooks: WatchHookTests.hook(provider, secret: secret)) { bench in
            let unknown = try await bench.ask("POST", "/hooks/other", headers, body: WatchHookTests.body)
            #expect(unknown.status == 403)
            var wrong = [headers.dropFirst().map { $0 }, [], headers.map { $0 + "0" }]
            wrong.append(headers.map { $0.replacing(WatchHookTests.secret, with: "hook secreT") } + ["X: 1"])
            for (number, headers) in wrong.enumerated() where number < 3 || secret != WatchHookTests.signing {
                // The last is only wrong where the secret itself is sent; else another body is what is wrong.
                let body = WatchHookTests.body + (number < 3 ? "" : " ")
                let reply = try await bench.ask("POST", "/hooks/churn", headers, body: body)
                #expect(reply.status == unknown.status, "\(number)")
                #expect(reply.head == unknown.head, "\(number)")
                #expect(reply.body == unknown.body, "\(number)")
            }
            #expect(bench.desk.pokes == [])
        }
    }

    /// Of each provider: what the headers are, and what the log then says is wrong.
    static let flaws: [(WebhookSettings.Provider, secret: String, headers: [String], why: String)] = {
        let old = String(WatchSample.now / 1000 + 1000 - 301)
        let early = String(WatchSample.now / 1000 + 1000 + 301)
        let github = "X-Hub-Signature-256: sha256="
        let wrong = String(repeating: "0", count: 64)
        func generic(_ time: String, _ text: String) -> [String] {
            ["X-Mooring-Timestamp: \(time)", "X-Mooring-Signature: sha256=\(hexadecimal(code(text)))"]
        }
        func gitlab(_ time: String, _ text: String) -> [String] {
            [
                "webhook-id: m", "webhook-timestamp: \(time)",
                "webhook-signature: v1,\(Base64.encode(code(text, key: key)))",
            ]
        }
        return [
            (.github, secret, [], "no signature"), (.github, secret, [github + wrong], "wrong signature"),
            (.github, secret, [github + "abc"], "the signature is none of this provider's form"),
            (.github, "", [github + wrong], "the secret in the watch file is empty, or no key"),
            (.bitbucket, secret, [], "no signature"), (.gitea, secret, [], "no signature"),
            (.gitea, secret, ["X-Gitea-Signature: \(wrong)"], "wrong signature"),
            (.gitlab, secret, [], "no token"), (.gitlab, secret, ["X-Gitlab-Token: x"], "wrong token"),
            (.gitlab, signing, [], "no signature"), (.gitlab, signing, gitlab(old, "m.\(old).\(body)"), "too old"),
            (.gitlab, signing, gitlab(old, "m.\(time).\(body)"), "wrong signature"),
            (.generic, secret, generic(old, "\(old).\(body)"), "too old"),
            (.generic, secret, generic(early, "\(early).\(body)"), "its time is ahead of ours"),
            // Whose time is not signed may say any.
            (.generic, secret, generic(old, "\(time).\(body)"), "wrong signature"),
            (.generic, secret, Array(generic("", ".\(body)").dropFirst()), "no time"),
            (.generic, secret, ["X-Mooring-Timestamp: \(time)"], "no signature"),
        ]
    }()

    @Test(arguments: flaws.indices)
    func `the log says what is wrong with a call, once`(index: Int) async throws {
        let (provider, secret, headers, why) = WatchHookTests.flaws[index]
        try await WatchBench.run(hooks: WatchHookTests.hook(provider, secret: secret)) { bench in
            for _ in 0..<3 {
                let reply = try await bench.ask("POST", "/hooks/churn", headers, body: WatchHookTests.body)
                #expect(reply.status == 403)
            }
            #expect(bench.log.lines == ["warning: webhook refused hook=churn why=\(why) from=127.0.0.1"])
            _ = try await bench.ask("POST", "/hooks/other", headers, body: WatchHookTests.body)
            #expect(
                bench.log.lines.dropFirst() == [
                    "warning: webhook refused hook=other why=there is no such hook from=127.0.0.1"
                ])
        }
    }

    @Test func `a secret without text proves nothing`() async throws {
        for provider in WebhookSettings.Provider.allCases {
            try await WatchBench.run(hooks: WatchHookTests.hook(provider, secret: "")) { bench in
                let code = hexadecimal(WatchHookTests.code(WatchHookTests.body, key: []))
                let timed = hexadecimal(WatchHookTests.code("\(WatchHookTests.time).\(WatchHookTests.body)", key: []))
                let headers = [
                    "X-Hub-Signature-256: sha256=\(code)", "X-Hub-Signature: sha256=\(code)",
                    "X-Gitea-Signature: \(code)", "X-Gitlab-Token: ", "X-Mooring-Timestamp: \(WatchHookTests.time)",
                    "X-Mooring-Signature: sha256=\(timed)",
                ]
                let reply = try await bench.ask("POST", "/hooks/churn", headers, body: WatchHookTests.body)
                #expect(reply.status == 403, "\(provider)")
                #expect(bench.desk.pokes == [])
            }
        }
    }

    @Test(arguments: [(-301, 403), (-299, 202), (299, 202), (301, 403)])
    func `a call of another time is refused, however well it is signed`(offset: Int, status: Int) async throws {
        for provider in [WebhookSettings.Provider.generic, .gitlab] {
            let secret = provider == .generic ? WatchHookTests.secret : WatchHookTests.signing
            try await WatchBench.run(hooks: WatchHookTests.hook(provider, secret: secret)) { bench in
                let time = String(bench.clock.epoch + offset)
                let generic = hexadecimal(WatchHookTests.code("\(time).{}"))
                let gitlab = Base64.encode(WatchHookTests.code("m.\(time).{}", key: WatchHookTests.key))
                let headers = [
                    "X-Mooring-Timestamp: \(time)", "X-Mooring-Signature: sha256=\(generic)", "webhook-id: m",
                    "webhook-timestamp: \(time)", "webhook-signature: v1,\(gitlab)",
                ]
                let reply = try await bench.ask("POST", "/hooks/churn", headers, body: "{}")
                #expect(reply.status == status, "\(provider)")
            }
        }
    }

    @Test func `a test call is answered, and asks for nothing`() async throws {
        let ping = [
            "X-Hub-Signature-256: sha256=\(hexadecimal(WatchHookTests.code("{}")))", "X-GitHub-Event: ping",
        ]
        try await WatchBench.run(hooks: WatchHookTests.hook(.github)) { bench in
            for _ in 0..<2 { #expect(try await bench.ask("POST", "/hooks/churn", ping, body: "{}").status == 200) }
            let unsigned = try await bench.ask("POST", "/hooks/churn", ["X-GitHub-Event: ping"], body: "{}")
            #expect(unsigned.status == 403)
            for name in ["churn", "other"] {
                let reply = try await bench.ask(
                    "POST", "/hooks/\(name)", ["X-Event-Key: diagnostics:ping"], body: #"{"test": true}"#)
                #expect(reply.status == 200)
            }
            #expect(bench.desk.pokes == [])
        }
    }

    @Test func `a repeated call is known for a day`() async throws {
        let headers = WatchHookTests.signed[0].headers
        try await WatchBench.run(hooks: WatchHookTests.hook(.github)) { bench in
            for (seconds, status) in [(0, 202), (86_399, 409), (1, 202)] {
                bench.clock.pass(.seconds(seconds))
                let reply = try await bench.ask("POST", "/hooks/churn", headers, body: WatchHookTests.body)
                #expect(reply.status == status)
            }
        }
    }

    @Test func `of the calls that were taken a bounded number is remembered`() {
        let clock = HandClock()
        let seen = SeenCalls(now: { clock.now })
        for number in 0..<3 * SeenCalls.most { #expect(seen.take(Array("\(number)".utf8))) }
        let last = 3 * SeenCalls.most - 1
        #expect(!seen.take(Array("\(last)".utf8)))
        #expect(!seen.take(Array("\(last - SeenCalls.most + 2)".utf8)))
        #expect(seen.take(Array("0".utf8)))
    }
}
