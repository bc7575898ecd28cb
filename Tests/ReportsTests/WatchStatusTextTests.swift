import JSON
import Reports
import Testing

@Suite struct WatchStatusTextTests {
    static let document: JSONValue = [
        "repositories": [
            [
                "name": "churn", "head": "aaaaaaaaaaaaaaaa",
                "problem": [
                    "since": "2026-03-01T08:53:00Z", "retry": "2026-03-01T09:00:05Z",
                    "diagnostics": [
                        ["message": "the history was rewritten", "hint": "Push a commit that contains it."]
                    ],
                ],
                "environments": [
                    [
                        "name": "dev", "revision": "bbbbbbbbbbbbbbbb", "sync": "OutOfSync", "health": "Healthy",
                        "mode": "auto",
                        "held": [
                            "revision": "aaaaaaaaaaaaaaaa", "reason": "a.yaml:1:1: it is UNHEALTHY", "rolledBack": true,
                            "diagnostics": [
                                ["message": "it is UNHEALTHY", "hint": "Look at its page."], ["hint": "No."],
                            ],
                        ],
                    ],
                    [
                        "name": "prod", "revision": "aaaaaaaaaaaaaaaa", "sync": "Synced", "health": "Healthy",
                        "mode": "auto",
                    ],
                ],
            ]
        ]
    ]

    @Test func `what stands in the way is told below its environment, with what to do about it`() {
        #expect(
            watchStatusText(WatchStatusTextTests.document, TextStyle()) == """
                ENVIRONMENT  SYNC       HEALTH   LIVE        NEWEST      APPLY
                churn/dev    OutOfSync  Healthy  bbbbbbbbbb  aaaaaaaaaa  auto
                    commit aaaaaaaaaa is held, and what failed went back: a.yaml:1:1: it is UNHEALTHY
                      = Look at its page.
                    a newer commit goes on by itself; this one by: mooring watch retry churn/dev
                churn/prod   Synced     Healthy  aaaaaaaaaa  aaaaaaaaaa  auto
                    churn: the history was rewritten, since 2026-03-01T08:53:00Z, next try at 2026-03-01T09:00:05Z
                      = Push a commit that contains it.

                """)
    }

    @Test func `where no daemon runs, what to do is told without one`() {
        let text = watchStatusText(
            WatchStatusTextTests.document, only: "churn", advice: .once(command: "mooring watch run --once -f a.yaml"),
            TextStyle())
        #expect(
            text.contains(
                """
                    the next run takes a newer commit up; this one by: mooring watch run --once -f a.yaml --retry-held
                """))
        #expect(
            text.contains("since 2026-03-01T08:53:00Z, to be tried again by: mooring watch run --once -f a.yaml\n"))
        let waiting: JSONValue = [
            "repositories": [
                [
                    "name": "churn",
                    "environments": [
                        ["name": "dev", "pending": ["digest": "sha256:1", "needsApproval": true]]
                    ],
                ]
            ]
        ]
        let approval = {
            watchStatusText(waiting, advice: $0, TextStyle()).split(separator: "\n").last.map(String.init)
        }
        #expect(
            approval(.daemon(options: " -f a.yaml"))
                == "    the plan of ? waits for: mooring watch approve churn/dev sha256:1 -f a.yaml")
        #expect(
            approval(.once(command: "")) == "    the plan of ? waits for an approval, which only a running daemon takes"
        )
    }
}
