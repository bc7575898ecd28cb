import Foundation
import JSON
import Notifications
import TestSupport
import Testing

/// What `docs/notifications.md` shows is what is sent.
@Suite struct DocumentationTests {
    let text: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        text = try String(contentsOf: root.appending(path: "docs/notifications.md"), encoding: .utf8)
    }

    /// The first block of a language.
    func block(_ language: String) throws -> String {
        let begin = try #require(text.range(of: "```\(language)\n"))
        let end = try #require(text.range(of: "\n```", range: begin.upperBound..<text.endIndex))
        return String(text[begin.upperBound..<end.lowerBound])
    }

    func sent() async throws -> LoopbackServer.Request {
        let server = try recorder()
        let post = Post([.webhook(key: "KEY")], secrets: ["URL": server.url, "KEY": "hunter2"])
        post.outbox.post(news())
        await post.finish()
        return try #require(server.requests.first)
    }

    @Test func `the body of a webhook is as documented`() async throws {
        #expect(try JSONValue(parsing: try await sent().body).text(.pretty) == (try block("json")))
    }

    @Test func `the documented check takes our signature and no other`() async throws {
        let request = try await sent()
        let (stamp, signature) = (request["X-Mooring-Timestamp"] ?? "", request["X-Mooring-Signature"] ?? "")
        let scratch = try Scratch()
        let path = try scratch.write("body", request.body)
        let script =
            try block("python") + """

                import sys
                stamp, signature, path = sys.argv[1:]
                body = open(path, "rb").read()
                now = lambda: 1790000100
                print(is_genuine(b"hunter2", stamp, signature, body, now),
                      is_genuine(b"hunter3", stamp, signature, body, now),
                      is_genuine(b"hunter2", stamp, signature, body + b" ", now),
                      is_genuine(b"hunter2", "1790000001", signature, body, now),
                      is_genuine(b"hunter2", stamp, signature, body, lambda: 1790000400))
                """
        let program = try Program(["python3", "-c", script, stamp, signature, path])
        let said = String(decoding: await program.bytes { _ in false }, as: UTF8.self)
        #expect(said == "True False False False False\n")
    }
}
