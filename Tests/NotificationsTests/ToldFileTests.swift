import Notifications
import Resources
import TestSupport
import Testing

@Suite struct ToldFileTests {
    func post(_ server: LoopbackServer, _ path: String, _ news: [News]) async -> Post {
        let post = Post([.webhook()], path: path, secrets: ["URL": server.url]) { $0.mostAttempts = 1 }
        for item in news { post.outbox.post(item) }
        await post.finish()
        return post
    }

    @Test func `a restart tells nothing again, and knows what had failed`() async throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/told.json"
        let server = try recorder()
        let first = [news(.held), news(.failure, "churn/dev"), news(.drift, subject: "live", time: 5)]
        #expect(await post(server, path, first).outbox.counts["hook"]?["sent"] == 3)
        let later = [
            news(.held, time: 9), news(.failure, "churn/dev"), news(.drift, subject: "live"),
            news(.recovery, "churn/dev"), news(.recovery, "churn/other"), news(.applied),
        ]
        let second = await post(server, path, later)
        #expect(second.outbox.counts["hook"]?["sent"] == 2)
        #expect(second.log.value == [])
        let third = await post(server, path, [news(.held)])
        #expect(third.outbox.counts["hook"]?["sent"] == 1)
        #expect(scratch.names == ["told.json"])
    }

    @Test func `keeps what it was told in a small document`() async throws {
        let scratch = try Scratch()
        let server = try recorder()
        _ = await post(
            server, "\(scratch.path)/told.json", [news(.held, subject: "b"), news(.drift, revision: nil, subject: "a")])
        let text = String(decoding: try scratch.read("told.json"), as: UTF8.self)
        #expect(
            text == """
                {"version":1,"routes":{"hook":[{"repository":"churn","environment":"prod","subject":"a","event":"drift",\
                "revision":null,"time":1790000000250,\
                "content":"79d272811a40a2bf7c33259cbe1c16c6cffd6328e883b3c9c342ff08d847e243"},\
                {"repository":"churn","environment":"prod","subject":"b",\
                "event":"held","revision":"1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d","time":1790000000250}]}}
                """)
    }

    @Test func `what nobody got is told after a restart`() async throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/told.json"
        let broken = try LoopbackServer { _ in .text("", status: 500) }
        #expect(await post(broken, path, [news()]).outbox.counts["hook"]?["failed"] == 1)
        let server = try recorder()
        #expect(await post(server, path, [news()]).outbox.counts["hook"]?["sent"] == 1)
    }

    @Test(arguments: [
        "", "{", "[]", "{\"version\":2,\"routes\":{}}", "{\"version\":1,\"routes\":{\"hook\":[{\"event\":\"no\"}, 3]}}",
    ])
    func `a damaged file is told of, and written anew`(text: String) async throws {
        let scratch = try Scratch()
        let path = try scratch.write("told.json", Array(text.utf8))
        let server = try recorder()
        let damaged = await post(server, path, [news()])
        #expect(damaged.outbox.counts["hook"]?["sent"] == 1)
        let isShaped = text.hasPrefix("{\"version\":1")
        #expect(
            damaged.log.value
                == (isShaped ? [] : ["'\(path)' is damaged, so that some news may be told again; it is written anew"]))
        #expect(await post(server, path, [news()]).outbox.counts["hook"]?["sent"] == 0)
    }

    @Test func `says once that nothing can be kept`() async throws {
        let server = try recorder()
        let path = "/proc/none/told.json"
        let post = await post(server, path, (1...5).map { news(subject: "\($0)") })
        #expect(post.outbox.counts["hook"]?["sent"] == 5)
        #expect(post.log.value == ["what was told cannot be kept for a restart: there is no file '\(path)'"])
    }

    @Test func `forgets the oldest of very many subjects`() async throws {
        let server = try recorder()
        let post = Post([.webhook(events: [])], secrets: ["URL": server.url])
        for number in 0..<5000 { post.outbox.post(news(subject: "\(number)", time: number)) }
        await post.finish()
        #expect(post.outbox.counts == ["hook": ["sent": 0, "failed": 0, "dropped": 0]])
    }
}
