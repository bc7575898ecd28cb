import HTTP
import JSON
import Notifications
import Resources
import TestSupport
import Testing

@Suite struct WebhookTests {
    @Test func `posts what the documentation says, signed`() async throws {
        let server = try recorder()
        let post = Post([.webhook(key: "KEY")], secrets: ["URL": "\(server.url)/in?x=1", "KEY": "hunter2"])
        post.outbox.post(news(actor: "ann"))
        await post.finish()
        let request = try #require(server.requests.first)
        let body = """
            {"version":1,"event":"held","repository":"churn","environment":"prod",\
            "title":"churn/prod: commit 1a2b3c4d5e is held","lines":["unknown field 'modelref'"],\
            "revision":{"id":"1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d","author":"Ann",\
            "subject":"Raise the threshold","time":"2026-09-21T13:56:40.000Z"},"actor":"ann",\
            "link":"https://mooring.example.com/r/churn/prod","subject":"commit",\
            "time":"2026-09-21T14:13:20.250Z"}
            """
        #expect(request.bodyText == body)
        let delivery = try #require(request["X-Mooring-Delivery"])
        #expect(delivery.utf8.count == 32)
        // As `printf '1790000000.BODY' | openssl dgst -sha256 -hmac hunter2` gives it.
        let signature = "9f105c8b22582849ce6c184a5df6f912e9564bdf7b334d9e2e860c5ced781273"
        #expect(
            request.head == """
                POST /in?x=1 HTTP/1.1\r
                Host: 127.0.0.1:\(server.port)\r
                User-Agent: mooring\r
                Accept: */*\r
                Accept-Encoding: gzip, deflate\r
                Content-Type: application/json\r
                X-Mooring-Timestamp: 1790000000\r
                X-Mooring-Delivery: \(delivery)\r
                X-Mooring-Signature: sha256=\(signature)\r
                Content-Length: \(body.utf8.count)\r

                """)
        #expect(post.outbox.counts == ["hook": ["sent": 1, "failed": 0, "dropped": 0]])
        #expect(post.log.value == [])
    }

    @Test func `is not signed without a key, and says null where there is nothing`() async throws {
        let server = try recorder()
        let post = Post([.webhook()], secrets: ["URL": server.url])
        post.outbox.post(news(revision: nil, lines: [], link: nil))
        await post.finish()
        let request = try #require(server.requests.first)
        #expect(request["X-Mooring-Signature"] == nil)
        let json = try JSONValue(parsing: request.body)
        #expect(json["revision"] == .null && json["actor"] == .null && json["link"] == .null && json["lines"] == [])
    }

    @Test func `names a delivery the same at each attempt, and signs each anew`() async throws {
        let count = Box(0)
        let server = try LoopbackServer { _ in
            .text(
                "",
                status: count.change {
                    $0 += 1; return $0
                } < 3 ? 503 : 200)
        }
        let seconds = Box(1_790_000_000)
        let post = Post([.webhook(key: "KEY")], secrets: ["URL": server.url, "KEY": "k"]) { settings in
            settings.clock.epochSeconds = {
                seconds.change {
                    $0 += 60; return $0
                }
            }
        }
        post.outbox.post(news())
        await post.finish()
        #expect(server.requests.count == 3)
        #expect(Set(server.requests.map { $0["X-Mooring-Delivery"] }).count == 1)
        #expect(Set(server.requests.map { $0["X-Mooring-Signature"] }).count == 3)
    }
}
