import Files
import HTTP
import Notifications
import Resources
import TestSupport
import Testing

@Suite struct MailTests {
    func route(
        _ server: String, user: String? = nil, from: String = "Mooring <mooring@example.com>",
        to: [String] = ["ann@example.com"], caFile: String? = nil
    ) -> NotificationRoute {
        let settings = EmailSettings(
            server: server, user: user, password: user.map { _ in .environment("PASSWORD") }, from: from, to: to,
            caFile: caFile)
        return NotificationRoute(name: "mail", target: .email(settings), events: Set(WatchEvent.allCases))
    }

    func post(_ route: NotificationRoute, _ items: [News] = [news()], password: String = "hunter2") async -> Post {
        let post = Post([route], secrets: ["PASSWORD": password]) { $0.mostAttempts = 1 }
        for item in items { post.outbox.post(item) }
        await post.finish()
        return post
    }

    static let message = """
        From: Mooring <mooring@example.com>\r
        To: ann@example.com,\r
         =?utf-8?q?Bob_=22the=22_B=C3=BCcher?= <bob@example.com>\r
        Subject: =?utf-8?q?churn/prod=3A_commit_1a2b3c4d5e_is_held?=\r
        Date: Mon, 21 Sep 2026 14:13:20 +0000\r
        Message-ID: <ID@example.com>\r
        References: <THREAD@example.com>\r
        Auto-Submitted: auto-generated\r
        MIME-Version: 1.0\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        churn/prod: commit 1a2b3c4d5e is held\r
        \r
        unknown field 'modelref'\r
        Commit: 1a2b3c4d5e by Ann: Raise the threshold\r
        \r
        https://mooring.example.com/r/churn/prod\r

        """

    /// With its two ids, which are hexadecimal digits, left out.
    func plain(_ message: String) -> String {
        let lines = message.split(separator: "\r\n", omittingEmptySubsequences: false)
        return lines.map { line in
            for (name, word) in [("Message-ID", "ID"), ("References", "THREAD")] where line.hasPrefix("\(name): <") {
                let id = line.dropFirst(name.count + 3).prefix { $0 != "@" }
                return id.count == 32 ? "\(name): <\(word)@example.com>" : String(line)
            }
            return String(line)
        }.joined(separator: "\r\n")
    }

    @Test func `speaks with a server on this machine`() async throws {
        let server = try SMTPServer(["starttls", "auth"])
        let to = ["ann@example.com", "Bob \"the\" Bücher <bob@example.com>"]
        let post = await post(route("smtp://127.0.0.1:\(server.port)", to: to))
        let conversation = try #require(try await server.conversations(1).first)
        #expect(plain(conversation.message) == Self.message)
        let commands = [
            "EHLO", "MAIL FROM:<mooring@example.com>", "RCPT TO:<ann@example.com>", "RCPT TO:<bob@example.com>", "DATA",
            "QUIT",
        ]
        #expect(conversation.commands == commands)
        #expect(post.outbox.counts == ["mail": ["sent": 1, "failed": 0, "dropped": 0]])
        #expect(post.log.value == [])
    }

    @Test(arguments: ["starttls", "tls"])
    func `says who it is on an encrypted connection alone`(mode: String) async throws {
        let authority = try Authority()
        let server = try SMTPServer([mode, "auth"], authority: authority)
        let scheme = mode == "tls" ? "smtps" : "smtp"
        let url = "\(scheme)://127.0.0.1:\(server.port)"
        let post = await post(route(url, user: "mooring", caFile: authority.caFile))
        #expect(post.log.value == [])
        let conversation = try #require(try await server.conversations(1).first)
        let opening = mode == "tls" ? ["EHLO"] : ["EHLO", "STARTTLS", "(TLS)", "EHLO"]
        #expect(Array(conversation.commands.prefix(opening.count)) == opening)
        #expect(conversation.commands.dropFirst(opening.count).first?.hasPrefix("AUTH PLAIN") == true)
        #expect(conversation.message.contains("Subject: "))
    }

    @Test func `tells nothing to a server that it cannot trust`() async throws {
        let authority = try Authority()
        // 0.0.0.0 leads to this machine, and is not known as such.
        let plain = try SMTPServer(["auth"])
        let first = await post(route("smtp://0.0.0.0:\(plain.port)", user: "mooring"))
        #expect(
            first.log.value == [
                "notifications: 'mail' cannot be told: the mail server does not encrypt the connection (STARTTLS), "
                    + "which is required; these news are given up"
            ])
        #expect(try await plain.conversations(1).first?.commands.filter { $0 != "EHLO" && $0 != "QUIT" } == [])
        for mode in ["starttls", "tls"] {
            let server = try SMTPServer([mode, "auth"], authority: authority)
            let url = "\(mode == "tls" ? "smtps" : "smtp")://0.0.0.0:\(server.port)"
            let post = await post(route(url, user: "mooring"))
            #expect(
                post.log.value == [
                    "notifications: 'mail' cannot be told: the mail server's certificate is not trusted, or it speaks "
                        + "no TLS; these news are given up"
                ])
            let conversation = try #require(try await server.conversations(1).first)
            #expect(!conversation.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
        }
    }

    @Test func `says what a server refuses, and never the password`() async throws {
        let auth = try SMTPServer(["auth"])
        let wrong = await post(route("smtp://127.0.0.1:\(auth.port)", user: "mooring"), password: "c4n4ry")
        #expect(
            wrong.log.value == [
                "notifications: 'mail' cannot be told: the mail server does not take the user and password (535); "
                    + "these news are given up"
            ])
        let busy = try SMTPServer(["busy"])
        let later = await post(route("smtp://127.0.0.1:\(busy.port)"))
        #expect(
            later.log.value == [
                "notifications: 'mail' cannot be told: the mail server refused the message (451); it is tried again"
            ])
        let refusing = try SMTPServer(["refuse"])
        let gone = await post(route("smtp://127.0.0.1:\(refusing.port)", to: ["gone@example.com"]))
        #expect(
            gone.log.value == [
                "notifications: 'mail' cannot be told: the mail server refused the message (550); "
                    + "these news are given up"
            ])
        let dead = try DeadPort()
        let nobody = await post(route("smtp://127.0.0.1:\(dead.port)"))
        #expect(
            nobody.log.value == [
                "notifications: 'mail' cannot be told: the mail server cannot be reached: its name is unknown, or "
                    + "nobody listens; it is tried again"
            ])
    }

    @Test func `one recipient who is gone keeps nobody else from the mail`() async throws {
        let server = try SMTPServer(["refuse"])
        let to = ["gone@example.com", "ann@example.com"]
        let post = await post(route("smtp://127.0.0.1:\(server.port)", to: to))
        #expect(post.outbox.counts["mail"]?["sent"] == 1)
        #expect(try await server.conversations(1).first?.message.contains("Subject") == true)
    }

    @Test(arguments: [
        ("smtp://127.0.0.1:1", "a\r\nRCPT TO:<x@example.com>@example.com", ["ann@example.com"]),
        ("smtp://127.0.0.1:1", "mooring@example.com", ["ann@example.com>\r\nDATA"]),
        ("smtp://127.0.0.1:1", "mooring@example.com", []),
        ("smtp://127.0.0.1:1", "mooring@example.com", ["Ann"]),
        ("smtp://127.0.0.1:1", "mooring@example.com", ["änn@example.com"]),
        ("smtp://127.0.0.1:1\r\nX", "mooring@example.com", ["ann@example.com"]),
        ("smtp://user:c4n4ry@127.0.0.1:1", "mooring@example.com", ["ann@example.com"]),
        ("http://127.0.0.1:1", "mooring@example.com", ["ann@example.com"]),
        ("file:///etc/passwd", "mooring@example.com", ["ann@example.com"]),
    ])
    func `refuses what is no server or no address`(server: String, from: String, to: [String]) async throws {
        let post = await post(route(server, from: from, to: to))
        #expect(post.outbox.counts["mail"]?["failed"] == 1)
        let line = try #require(post.log.value.first)
        #expect(line.contains("must be") || line.contains("at least one"))
        #expect(!line.contains("c4n4ry"))
    }

    @Test func `a mail that hangs is broken off at the end of the program`() async throws {
        let server = try SMTPServer(["mute"])
        let post = Post([route("smtp://127.0.0.1:\(server.port)")]) { $0.clock.sleep = { _ in } }
        post.outbox.post(news())
        await post.finish()
        #expect(post.outbox.counts["mail"]?["sent"] == 0)
    }

    /// Their threads must not be those that all else runs on.
    @Test func `mails that hang hold up nothing else`() async throws {
        let server = try LoopbackServer { _ in .hang }
        let envelope = MailEnvelope(
            server: "smtp://127.0.0.1:\(server.port)", from: "mooring@example.com", to: ["ann@example.com"],
            timeout: .seconds(8))
        let transport = CurlMailTransport()
        let mails = (0..<16).map { _ in
            Task { () -> MailError? in
                do throws(MailError) { try await transport.send(Array("Subject: x\r\n\r\n".utf8), envelope) } catch {
                    return error
                }
                return nil
            }
        }
        while server.connections < mails.count { await Task.yield() }
        for mail in mails { mail.cancel() }
        // Whoever was held up comes here when their time is over.
        for mail in mails { #expect(await mail.value?.kind == .cancelled) }
    }

    @Test(arguments: [
        ("smtp://127.0.0.1:25", true), ("smtp://127.1.2.3", true), ("smtp://localhost:25", true),
        ("smtp://[::1]:25", true),
        ("smtp://127.0.0.1.example.com", false), ("smtp://localhost.example.com", false), ("smtp://128.0.0.1", false),
        ("smtp://[::2]:25", false), ("smtp://127.0.0", false), ("smtp://mail.example.com", false),
    ])
    func `knows this machine`(server: String, isLocal: Bool) {
        #expect(MailEnvelope(server: server, from: "", to: []).isLocal == isLocal)
    }
}
