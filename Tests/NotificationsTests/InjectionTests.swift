import HTTP
import JSON
import Notifications
import Resources
import TestSupport
import Testing

/// Takes mails instead of a server.
final class MailRecorder: MailTransport {
    private let taken = Box<[String]>([])

    var messages: [String] { taken.value }

    func send(_ message: [UInt8], _ envelope: MailEnvelope) async throws(MailError) {
        taken.change { $0.append(String(decoding: message, as: UTF8.self)) }
    }
}

/// Texts of commits are whatever somebody wrote there, and reach chats and mails.
@Suite struct InjectionTests {
    static let texts = [
        "held\r\nBcc: everybody@example.com\r\n\r\nBuy now", "line\nbreak\u{2028}and\u{85}others", "<!channel> look",
        "<!everyone|x> <@U123> <https://evil.example.com|here>", "@everyone @channel @here", "a & b < c > d",
        "*bold* _x_ ~y~ `z` ```w", "[click](https://evil.example.com) **x**", "<img src=x onerror=alert(1)>",
        "=?utf-8?q?fake?=", "\u{202E}txt.exe", "a\u{0}b\u{1B}[31m", ".", "..", "From me", "", " ",
        "=\r\n.\r\nMAIL FROM:<x>", "{{DATE(2026-01-01T00:00:00Z)}}", "\",\"event\":\"applied", "ünïcode 🚀 日本語",
        String(repeating: "x", count: 100_000), String(repeating: "日", count: 5000),
        String(repeating: "e\u{301}", count: 9000),
        String(repeating: "& ", count: 4000),
    ]

    static let target: [NotificationRoute] = [
        .webhook(),
        NotificationRoute(name: "slack", target: .slack(url: .environment("URL")), events: [.held]),
        NotificationRoute(name: "teams", target: .teams(url: .environment("URL")), events: [.held]),
        NotificationRoute(
            name: "mail",
            target: .email(
                EmailSettings(server: "smtp://localhost", from: "mooring@example.com", to: ["a@example.com"])),
            events: [.held]),
    ]

    func told(_ text: String) async throws -> (webhook: JSONValue, slack: JSONValue, teams: JSONValue, mail: String) {
        let mail = MailRecorder()
        let bodies = Box<[String: [UInt8]]>([:])
        let server = try LoopbackServer { request in
            bodies.change { $0[request.target] = request.body }
            return .text("")
        }
        var routes = Self.target
        for (index, name) in ["WEBHOOK", "SLACK", "TEAMS"].enumerated() {
            let old = routes[index]
            let url = SecretReference.environment(name)
            let target: NotificationRoute.Target =
                switch old.target {
                case .webhook: .webhook(url: url, secret: nil)
                case .slack: .slack(url: url)
                case .teams: .teams(url: url)
                case .email(let settings): .email(settings)
                }
            routes[index] = NotificationRoute(name: old.name, target: target, events: old.events)
        }
        let secrets = [
            "WEBHOOK": "\(server.url)/webhook", "SLACK": "\(server.url)/slack", "TEAMS": "\(server.url)/teams",
        ]
        let post = Post(routes, secrets: secrets, mail: mail)
        let commit = CommitStamp(id: text, author: text, subject: text, time: 0)
        post.outbox.post(
            news(
                revision: commit, title: text, lines: Array(repeating: text, count: 30), link: text, actor: text,
                subject: text))
        await post.finish()
        #expect(post.log.value == [])
        let json = { (name: String) in try JSONValue(parsing: bodies.value["/\(name)"] ?? []) }
        return (try json("webhook"), try json("slack"), try json("teams"), try #require(mail.messages.first))
    }

    /// Every string in a document.
    func strings(_ json: JSONValue) -> [String] {
        switch json {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap { strings($0) }
        case .object(let object): object.members.flatMap { strings($0.value) }
        default: []
        }
    }

    @Test(arguments: texts.indices)
    func `texts of commits stay texts, and short`(index: Int) async throws {
        let told = try await told(Self.texts[index])
        for json in [told.webhook, told.slack, told.teams] {
            #expect(json.bytes().count < 90_000)
            for text in strings(json) {
                #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
            }
        }
        #expect(told.webhook["event"] == "held" && told.webhook["link"] == .null)
        try slack(told.slack)
        try teams(told.teams)
        try mail(told.mail)
    }

    func slack(_ message: JSONValue) throws {
        let summary = try #require(message["text"]?.string)
        #expect(!summary.contains("<") && summary.firstMatch(of: /\B@[a-z]/) == nil)
        let blocks = try #require(message["blocks"]?.array)
        #expect(blocks.count <= 3)
        for text in blocks.compactMap({ $0["text"] }) {
            #expect(text["type"] == "mrkdwn" && text["verbatim"] == true)
            let content = try #require(text["text"]?.string)
            #expect((1...3000).contains(content.utf16.count))
            #expect(!content.contains("<") && content.firstMatch(of: /\B@[a-z]/) == nil)
            // An entity is not cut in two.
            for piece in content.split(separator: "&").dropFirst(content.hasPrefix("&") ? 0 : 1) {
                #expect(["amp;", "lt;", "gt;"].contains { piece.hasPrefix($0) })
            }
        }
    }

    func teams(_ message: JSONValue) throws {
        #expect(message.bytes().count < 28_000)
        let card = try #require(message["attachments"]?.array?.first?["content"])
        for block in try #require(card["body"]?.array) {
            #expect(block["type"] == "RichTextBlock")
            for run in try #require(block["inlines"]?.array) { #expect(run["type"] == "TextRun") }
        }
        #expect(card["actions"] == nil)
    }

    func mail(_ message: String) throws {
        #expect(message.utf8.allSatisfy { $0 < 0x80 } && message.utf8.count < 120_000)
        let lines = message.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.utf8.count <= 76 && !$0.contains("\n") && !$0.contains("\r") })
        let names = lines.prefix { !$0.isEmpty }.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
        #expect(
            names == [
                "From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted", "MIME-Version",
                "Content-Type", "Content-Transfer-Encoding",
            ])
        #expect(!lines.contains { $0 == "." || $0.hasPrefix("From ") })
    }

    @Test func `Python reads from a mail what was written`() async throws {
        let mail = MailRecorder()
        let post = Post([Self.target[3]], mail: mail)
        let text = "Größe = 1.5 \"x\" <!channel>, 日本語 🚀; \(String(repeating: "длинно ", count: 20))end"
        post.outbox.post(news(title: text, lines: [".", "From here", "trailing ", text]))
        await post.finish()
        let message = try #require(mail.messages.first)
        let scratch = try Scratch()
        let path = try scratch.write("mail", Array(message.utf8))
        let script = """
            import email, email.policy, json, sys
            mail = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=email.policy.default)
            print(json.dumps([mail["subject"], mail.get_content(), mail.defects == [], mail["date"].datetime.isoformat()]))
            """
        let program = try Program(["python3", "-c", script, path])
        let json = try JSONValue(parsing: await program.bytes { _ in false })
        let body = [
            text, "", ".", "From here", "trailing ", text, "Commit: 1a2b3c4d5e by Ann: Raise the threshold", "",
            "https://mooring.example.com/r/churn/prod", "",
        ]
        #expect(json == [.string(text), .string(body.joined(separator: "\r\n")), true, "2026-09-21T14:13:20+00:00"])
    }
}
