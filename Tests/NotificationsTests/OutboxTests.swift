import HTTP
import Notifications
import Resources
import TestSupport
import Testing

@Suite struct OutboxTests {
    /// Titles of what a route got, in order.
    func titles(_ server: LoopbackServer) -> [String] {
        server.requests.map { request in
            String(request.bodyText.split(separator: "\"title\":\"")[1].prefix { $0 != "\"" })
        }
    }

    @Test func `tells a route its events of its places and no others`() async throws {
        let server = try recorder()
        let post = Post(
            [
                .webhook("all"), .webhook("drift", events: [.drift]), .webhook("prod", places: ["*/prod", "other/*"]),
                .webhook("none", events: []), .webhook("elsewhere", places: ["prod"]),
            ], secrets: ["URL": server.url])
        for event in WatchEvent.allCases where event != .recovery {
            for place in ["churn/prod", "churn/dev", "other/dev"] { post.outbox.post(news(event, place)) }
        }
        await post.finish()
        #expect(
            post.outbox.counts.mapValues { $0["sent"] } == [
                "all": 15, "drift": 3, "prod": 10, "none": 0, "elsewhere": 0,
            ])
    }

    @Test(arguments: [
        // The same again, and again after other news.
        (["held a", "held a", "held b", "held b", "held a"], "held a, held b, held a"),
        (["failure a", "failure a", "recovery a", "recovery a", "failure a"], "failure a, recovery a, failure a"),
        // Nothing works again that was not said to fail.
        (["recovery a", "applied a", "recovery a", "held b", "recovery b"], "applied a, held b"),
        (["drift -", "drift -", "applied a", "drift -"], "drift -, applied a, drift -"),
        (["drift a", "recovery a", "recovery a"], "drift a, recovery a"),
    ])
    func `tells the same news once, until there are others`(posts: [String], expected: String) async throws {
        let server = try recorder()
        let post = Post([.webhook()], secrets: ["URL": server.url])
        for (index, text) in posts.enumerated() {
            let words = text.split(separator: " ").map { String($0) }
            let event = try #require(WatchEvent(rawValue: words[0]))
            let revision = words[1] == "-" ? nil : CommitStamp.named(words[1])
            post.outbox.post(news(event, revision: revision, title: text, time: index))
        }
        await post.finish()
        #expect(titles(server).joined(separator: ", ") == expected)
    }

    @Test func `more drift than was told is news, as is drift after there was none`() async throws {
        let server = try recorder()
        let post = Post([.webhook(events: [.drift])], secrets: ["URL": server.url])
        let steps: [(WatchEvent, String, [String])] = [
            (.drift, "1", ["a"]), (.drift, "1", ["a"]), (.drift, "2", ["a", "b"]), (.recovery, "clean", []),
            (.drift, "2", ["a", "b"]), (.drift, "2", ["a", "b"]),
        ]
        for (index, step) in steps.enumerated() {
            post.outbox.post(news(step.0, title: step.1, lines: step.2, time: index))
        }
        await post.finish()
        #expect(titles(server) == ["1", "2", "2"])
    }

    @Test func `what nobody waits to hear of is a commit's state alone`() async throws {
        let server = try recorder()
        let settings = ForgeSettings(
            provider: .github, api: server.url, repository: "ml/churn", token: .environment("TOKEN"))
        let post = Post([.webhook()], forges: ["churn": settings], secrets: ["URL": server.url, "TOKEN": "t0ken"])
        post.outbox.post(
            News(
                event: .applied, place: WatchPlace("churn", "prod"), revision: .sample, title: "live",
                subject: "commit",
                time: 1, isQuiet: true))
        await post.finish()
        #expect(post.outbox.counts.mapValues { $0["sent"] } == ["hook": 0, "forge:churn": 1])
        #expect(server.requests.map(\.target) == ["/repos/ml/churn/statuses/\(CommitStamp.sample.id)"])
    }

    @Test func `other places and subjects are other news, and a route remembers what it was not told`() async throws {
        let server = try recorder()
        let post = Post(
            [.webhook("drift", events: [.drift]), .webhook("back", events: [.failure, .recovery])],
            secrets: ["URL": server.url])
        post.outbox.post(news(.drift, title: "1"))
        post.outbox.post(news(.drift, "churn/dev", title: "2"))
        post.outbox.post(news(.drift, title: "3", subject: "other"))
        post.outbox.post(news(.applied, title: "4"))
        post.outbox.post(news(.drift, title: "5"))
        post.outbox.post(news(.recovery, title: "5 is over"))
        post.outbox.post(news(.failure, title: "6"))
        post.outbox.post(news(.recovery, title: "7"))
        await post.finish()
        #expect(titles(server).sorted() == ["1", "2", "3", "5", "6", "7"])
    }

    @Test func `drops the oldest of too many, and may tell them when they come again`() async throws {
        let server = try recorder()
        let post = Post([.webhook()], secrets: ["URL": server.url]) { $0.longestQueue = 3 }
        for number in 1...5 { post.outbox.post(news(title: "\(number)", subject: "\(number)")) }
        post.outbox.post(news(title: "1 again", subject: "1"))
        post.outbox.post(news(title: "5 again", subject: "5"))
        await post.finish()
        #expect(titles(server) == ["4", "5", "1 again"])
        #expect(post.outbox.counts == ["hook": ["sent": 3, "failed": 0, "dropped": 3]])
        post.outbox.post(news(title: "too late", subject: "late"))
        #expect(post.outbox.counts == ["hook": ["sent": 3, "failed": 0, "dropped": 4]])
    }

    @Test func `takes news while nobody delivers, from many at once`() async throws {
        let server = try recorder()
        let post = Post([.webhook()], secrets: ["URL": server.url])
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask { post.outbox.post(news(title: "\(number)", subject: "\(number)")) }
            }
        }
        await post.finish()
        #expect(Set(titles(server)) == Set((0..<200).map { "\($0)" }))
        #expect(server.connections == 1)
    }

    @Test func `one route that hangs delays no other, and the end of the program is not held up`() async throws {
        let (got, arrived) = AsyncStream<Void>.makeStream()
        let slow = try LoopbackServer { _ in
            arrived.yield()
            return .hang
        }
        let fast = try LoopbackServer { _ in
            arrived.yield()
            return .text("")
        }
        let post = Post(
            [.webhook("slow", url: "SLOW"), .webhook("fast", url: "FAST")],
            secrets: ["SLOW": slow.url, "FAST": fast.url]
        ) { settings in
            // The end comes at once; everything else waits for nothing.
            settings.clock.sleep = { _ in }
        }
        let run = Task { await post.outbox.run() }
        for number in 1...20 { post.outbox.post(news(title: "\(number)", subject: "\(number)")) }
        var count = 0
        for await _ in got {
            count += 1
            if count == 21 { break }
        }
        run.cancel()
        await run.value
        #expect(titles(fast) == (1...20).map { "\($0)" })
        #expect(post.outbox.counts["slow"] == ["sent": 0, "failed": 1, "dropped": 19])
    }
}
