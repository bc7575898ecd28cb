import Files
import HTTP
import Notifications
import Resources
import TestSupport
import Testing

/// Fails, always.
struct Failing: Transport {
    private let error: HTTPError

    init(_ error: HTTPError) { self.error = error }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse { throw error }
}

@Suite struct RetryTests {
    @Test(
        arguments: [
            // Half of 1, 2, 4 … seconds, since the jitter's number is one half.
            (503, nil, [0.5, 1, 2, 4]), (500, nil, [0.5, 1, 2, 4]), (429, nil, [0.5, 1, 2, 4]),
            // The server's own wish, where it is longer.
            (429, "30", [30.0, 30, 30, 30]), (503, "1", [1.0, 1, 2, 4]),
            // What can never succeed is not tried again.
            (404, nil, []), (400, nil, []), (302, nil, []), (410, "30", []),
        ] as [(Int, String?, [Double])])
    func `tries again with growing pauses, as long as there is hope`(
        status: Int, after: String?, pauses: [Double]
    ) async throws {
        let server = try LoopbackServer { _ in
            .text("", status: status, headers: after.map { [("Retry-After", $0)] } ?? [])
        }
        let post = Post([.webhook()], secrets: ["URL": server.url]) { $0.mostAttempts = 5 }
        post.outbox.post(news())
        await post.finish()
        #expect(post.clock.slept == pauses.map { .seconds($0) })
        #expect(server.requests.count == pauses.count + 1)
        #expect(post.outbox.counts == ["hook": ["sent": 0, "failed": 1, "dropped": 0]])
    }

    @Test func `waits at most so long for one delivery, however many attempts there are`() async throws {
        let server = try LoopbackServer { _ in .text("", status: 500) }
        let post = Post([.webhook()], secrets: ["URL": server.url]) { settings in
            settings.mostAttempts = 1000
            settings.patience = .seconds(100)
            settings.ceiling = .seconds(20)
        }
        post.outbox.post(news())
        await post.finish()
        let total = post.clock.slept.reduce(.zero, +)
        #expect(total <= .seconds(100) && total > .seconds(80))
        let waiting = try LoopbackServer { _ in .text("", status: 429, headers: [("Retry-After", "101")]) }
        let other = Post([.webhook()], secrets: ["URL": waiting.url]) { $0.patience = .seconds(100) }
        other.outbox.post(news())
        await other.finish()
        #expect(other.clock.slept == [] && waiting.requests.count == 1)
    }

    @Test func `logs the first failure of a route, and then that it works again`() async throws {
        let count = Box(0)
        let server = try LoopbackServer { _ in
            let number = count.change {
                $0 += 1
                return $0
            }
            return .text("", status: number <= 3 ? 503 : number == 5 ? 404 : 200)
        }
        let post = Post([.webhook()], secrets: ["URL": server.url])
        for number in 1...3 { post.outbox.post(news(subject: "\(number)")) }
        await post.finish()
        #expect(
            post.log.value == [
                "notifications: 'hook' cannot be told: the server answered 503; it is tried again",
                "notifications: 'hook' gets news again",
                "notifications: 'hook' cannot be told: the server answered 404; these news are given up",
                "notifications: 'hook' gets news again",
            ])
        #expect(post.outbox.counts == ["hook": ["sent": 2, "failed": 1, "dropped": 0]])
    }

    @Test func `what was given up is told when it is posted again`() async throws {
        let (asked, ask) = AsyncStream<Void>.makeStream()
        let isUp = Box(false)
        let server = try LoopbackServer { _ in
            defer { ask.yield() }
            return .text("", status: isUp.value ? 200 : 404)
        }
        let post = Post([.webhook()], secrets: ["URL": server.url])
        let run = Task { await post.outbox.run() }
        post.outbox.post(news(.failure))
        for await _ in asked { break }
        isUp.change { $0 = true }
        // The lane learns of its failure some time after the server.
        while server.requests.count < 2 {
            post.outbox.post(news(.failure))
            await Task.yield()
        }
        run.cancel()
        await run.value
        #expect(post.outbox.counts == ["hook": ["sent": 1, "failed": 1, "dropped": 0]])
    }

    @Test func `nothing that is told of a failure holds a secret`() async throws {
        let canary = "c4n4ry"
        // Echoes all it was asked, as a careless server does.
        let server = try LoopbackServer { request in
            .text("\(request.head) \(request.bodyText)", status: 400, headers: [("X-Echo", request.target)])
        }
        let dead = try DeadPort()
        let real = [
            "\(server.url)/\(canary)?token=\(canary)", "\(dead.url)/\(canary)",
            "https\(dead.url.dropFirst(4))/\(canary)",
            "http://user:\(canary)@127.0.0.1/", canary, "http://127.0.0.1/\(canary) \(canary)",
        ]
        let cases =
            real.map { ($0, CurlTransport() as any Transport) }
            + [
                HTTPError.Kind.unreachable, .tls, .timeout, .connectionLost, .bodyTooLarge, .invalidRequest, .file,
                .cancelled,
            ]
            .map { (canary, Failing(HTTPError($0, canary, request: canary, origin: canary))) }
        for (url, transport) in cases {
            let routes: [NotificationRoute] = [
                .webhook("hook", key: "KEY"),
                NotificationRoute(name: "slack", target: .slack(url: .environment("URL")), events: [.held]),
                NotificationRoute(name: "teams", target: .teams(url: .environment("URL")), events: [.held]),
                .webhook("unset", url: "NONE"),
            ]
            let post = Post(routes, secrets: ["URL": url, "KEY": "\(canary)-key"], transport: transport) {
                $0.mostAttempts = 2
            }
            post.outbox.post(news())
            await post.finish()
            #expect(post.log.value.count == 4)
            #expect(!"\(post.log.value) \(post.outbox.counts)".contains(canary), "for \(url)")
            #expect(post.outbox.counts.values.allSatisfy { $0 == ["sent": 0, "failed": 1, "dropped": 0] })
        }
    }
}
