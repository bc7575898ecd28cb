import JSON
import Notifications
import Resources
import TestSupport
import Testing

@Suite struct ChatTests {
    func sent(_ target: NotificationRoute.Target, _ news: News) async throws -> LoopbackServer.Request {
        let server = try recorder()
        let route = NotificationRoute(name: "team", target: target, events: Set(WatchEvent.allCases))
        let post = Post([route], secrets: ["URL": "\(server.url)/services/T0/B0/X"])
        post.outbox.post(news)
        await post.finish()
        return try #require(server.requests.first)
    }

    @Test func `posts blocks to Slack`() async throws {
        let item = news(lines: ["a < b & c", "mail ann@example.com, or call @ann"], actor: "ann")
        let request = try await sent(.slack(url: .environment("URL")), item)
        #expect(request.method == "POST" && request.target == "/services/T0/B0/X")
        #expect(request["Content-Type"] == "application/json")
        #expect(
            try JSONValue(parsing: request.body).text(.pretty) == """
                {
                  "text": "churn/prod: commit 1a2b3c4d5e is held",
                  "blocks": [
                    {
                      "type": "section",
                      "text": {
                        "type": "mrkdwn",
                        "text": "❌ *churn/prod: commit 1a2b3c4d5e is held*",
                        "verbatim": true
                      }
                    },
                    {
                      "type": "section",
                      "text": {
                        "type": "mrkdwn",
                        "text": "a &lt; b &amp; c\\nmail ann@example.com, or call @\u{200B}ann\\n\
                Commit: 1a2b3c4d5e by Ann: Raise the threshold\\nBy: ann",
                        "verbatim": true
                      }
                    },
                    {
                      "type": "section",
                      "text": {
                        "type": "mrkdwn",
                        "text": "<https://mooring.example.com/r/churn/prod|Open>",
                        "verbatim": true
                      }
                    }
                  ]
                }
                """)
    }

    @Test func `posts a card to Teams`() async throws {
        let request = try await sent(.teams(url: .environment("URL")), news(.applied, title: "applied"))
        #expect(
            try JSONValue(parsing: request.body).text(.pretty) == """
                {
                  "type": "message",
                  "attachments": [
                    {
                      "contentType": "application/vnd.microsoft.card.adaptive",
                      "content": {
                        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                        "type": "AdaptiveCard",
                        "version": "1.4",
                        "msteams": {
                          "width": "Full"
                        },
                        "body": [
                          {
                            "type": "RichTextBlock",
                            "inlines": [
                              {
                                "type": "TextRun",
                                "text": "applied",
                                "weight": "Bolder",
                                "size": "Medium",
                                "color": "Good"
                              }
                            ]
                          },
                          {
                            "type": "RichTextBlock",
                            "inlines": [
                              {
                                "type": "TextRun",
                                "text": "unknown field 'modelref'"
                              }
                            ]
                          },
                          {
                            "type": "RichTextBlock",
                            "inlines": [
                              {
                                "type": "TextRun",
                                "text": "Commit: 1a2b3c4d5e by Ann: Raise the threshold"
                              }
                            ]
                          }
                        ],
                        "actions": [
                          {
                            "type": "Action.OpenUrl",
                            "title": "Open",
                            "url": "https://mooring.example.com/r/churn/prod"
                          }
                        ]
                      }
                    }
                  ]
                }
                """)
    }

    @Test func `tells Slack's own word for a refusal, unless the address holds it`() async throws {
        let server = try LoopbackServer { _ in .text("no_service", status: 404) }
        for (path, words) in [
            ("/x", "the server answered 404 ('no_service')"), ("/no_service", "the server answered 404"),
        ] {
            let route = NotificationRoute(name: "team", target: .slack(url: .environment("URL")), events: [.held])
            let post = Post([route], secrets: ["URL": "\(server.url)\(path)"])
            post.outbox.post(news())
            await post.finish()
            #expect(post.log.value == ["notifications: 'team' cannot be told: \(words); these news are given up"])
        }
    }
}
