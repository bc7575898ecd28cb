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
                    churn: the history was rewritten, since 2026-03-01T08:53:00Z, tried again at 2026-03-01T09:00:05Z
                      = Push a commit that contains it.

                """)
    }
}
