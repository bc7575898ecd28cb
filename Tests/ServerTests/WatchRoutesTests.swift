import Diagnostics
import Files
import HTTP
import JSON
import Planning
import Reports
import Resources
import TestSupport
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(5))) struct WatchRoutesTests {
    static let pages = [
        "/", "/login", "/r/churn/prod", "/r/churn/prod/timeline", "/r/churn/prod/drift", "/r/churn/test/plan",
        "/r/churn/prod/graph", "/r/churn/prod/runs/41", "/r/churn/prod/suspend",
        "/r/churn/prod/resource?address=Deployment%2Fchurn-on-prod",
    ]

    @Test func `each page is HTML that nobody keeps, frames or adds to`() async throws {
        try await WatchBench.run { bench in
            for target in WatchRoutesTests.pages {
                let reply = try await bench.get(target)
                #expect(reply.status == 200, "\(target)")
                #expect(reply["Content-Type"] == "text/html; charset=utf-8")
                #expect(reply["Cache-Control"] == "no-store")
                #expect(reply["Content-Security-Policy"]?.hasPrefix("default-src 'none'; ") == true)
                #expect(reply["Content-Security-Policy"]?.contains("frame-ancestors 'none'") == true)
                #expect(reply["X-Content-Type-Options"] == "nosniff")
                #expect(reply["Cross-Origin-Resource-Policy"] == "same-origin")
                #expect(reply["Content-Length"] == String(reply.body.utf8.count))
            }
        }
    }

    @Test func `HEAD answers as GET does, without the body`() async throws {
        try await WatchBench.run { bench in
            for target in WatchRoutesTests.pages + ["/api/status", "/badge/churn/prod.svg", "/healthz", "/nothing"] {
                let (get, head) = (try await bench.get(target), try await bench.ask("HEAD", target))
                #expect(head.head == get.head, "\(target)")
                #expect(head.body == "")
            }
        }
    }

    @Test(arguments: [
        "/nothing", "/r", "/r/churn", "/r/churn/none", "/r/none/prod", "/r/churn/prod/other", "/r/churn/prod/runs/x",
        "/r/churn/prod/runs/42", "/r/churn/test/resource?address=x", "/r/churn/prod/resource?address=x", "/assets/x",
        "/r/churn/prod/", "//", "/r/%00/%ff",
    ])
    func `what there is not is a page that says so`(target: String) async throws {
        try await WatchBench.run { bench in
            let reply = try await bench.get(target)
            #expect(reply.status == 404)
            #expect(reply["Content-Type"] == "text/html; charset=utf-8")
            #expect(reply["X-Frame-Options"] == "DENY")
        }
    }

    @Test(arguments: ["/r/churn/prod/runs/", "/api/r/churn/prod/runs/"])
    func `a run that cannot be read now is not said to be missing`(target: String) async throws {
        try await WatchBench.run { bench in
            let reply = try await bench.get("\(target)\(WatchSample.busyRun)")
            #expect(reply.status == 503)
            #expect(reply["Retry-After"] == "5")
            #expect(reply.body.contains(WatchSample.busy.message))
        }
    }

    @Test(arguments: [
        ("/api/nothing", "not-found"), ("/api/r/churn/none", "unknown-environment"),
        ("/api/r/none/prod/plan", "unknown-environment"), ("/api/r/churn/prod/runs/42", "unknown-run"),
        ("/api/r/churn/prod/plan", "no-plan"), ("/api/r/churn/test/drift", "no-drift-report"),
        ("/api/r/churn/prod/graph", "not-found"), ("/hooks/a/b", "not-found"),
    ])
    func `programs are told in JSON`(target: String, code: String) async throws {
        try await WatchBench.run { bench in
            let reply = try await bench.get(target)
            #expect(reply.status == 404)
            #expect(reply["Content-Type"] == "application/json")
            let document = try JSONValue(parsing: reply.body)
            #expect(document["diagnostics"]?.array?.map { $0["code"]?.string } == [code])
        }
    }

    @Test(arguments: [
        ("DELETE", "/", "GET, HEAD"), ("POST", "/api/status", "GET, HEAD"), ("PUT", "/login", "GET, HEAD, POST"),
        ("GET", "/r/churn/prod/approve", "POST"), ("GET", "/hooks/churn", "POST"), ("GET", "/hooks/none", "POST"),
        ("OPTIONS", "/api/r/churn/prod/sync", "POST"), ("GET", "/logout", "POST"), ("TRACE", "/metrics", "GET, HEAD"),
    ])
    func `a method that is not answered names those that are`(
        method: String, target: String, allow: String
    ) async throws {
        try await WatchBench.run { bench in
            let reply = try await bench.ask(method, target)
            #expect(reply.status == 405)
            #expect(reply["Allow"] == allow)
        }
    }

    @Test func `the calls answer with the documents of the reports`() async throws {
        let version = WatchSample.snapshot.version
        let (run, changes) = WatchSample.run
        let status = try #require(PagePlace(WatchSample.snapshot, WatchSample.prod)?.status)
        let expected: [(String, JSONValue)] = [
            ("/api/status", statusDocument(WatchSample.snapshot)),
            ("/api/r/churn/prod", placeDocument(WatchSample.prod, status, WatchSample.detail, version: version)),
            ("/api/r/churn/prod/timeline", timelineDocument(WatchSample.prod, WatchSample.timeline, version: version)),
            ("/api/r/churn/test/plan", planJSON(WatchSample.plan, version: version)),
            ("/api/r/churn/prod/drift", driftJSON(WatchSample.drift, version: version)),
            ("/api/r/churn/prod/runs/41", historyJSON(run, changes, environment: "prod", version: version)),
        ]
        try await WatchBench.run { bench in
            for (target, document) in expected {
                let reply = try await bench.get(target)
                #expect(reply.status == 200, "\(target)")
                #expect(reply.body == document.text(.compact) + "\n", "\(target)")
            }
        }
    }

    @Test func `the documents are as their snapshots, which a schema is checked against`() throws {
        let version = WatchSample.snapshot.version
        let status = try #require(PagePlace(WatchSample.snapshot, WatchSample.prod)?.status)
        let documents: [(String, JSONValue)] = [
            ("watch-status.json", statusDocument(WatchSample.snapshot)),
            (
                "watch-environment.json",
                placeDocument(WatchSample.prod, status, WatchSample.detail, version: version)
            ),
            ("watch-timeline.json", timelineDocument(WatchSample.prod, WatchSample.timeline, version: version)),
        ]
        for (name, document) in documents { assertSnapshot(document.text(.pretty) + "\n", name) }
    }

    @Test func `a desk that stopped is not alive, and one that looked nowhere is not ready`() async throws {
        try await WatchBench.run { bench in
            #expect(try await bench.get("/healthz").body == "ok\n")
            // `geo` was not looked at yet.
            let reply = try await bench.get("/readyz")
            #expect(reply.status == 503)
            #expect(reply.body == "not looked at yet: geo\n")
            var snapshot = WatchSample.snapshot
            snapshot.repositories[2].lookedUp = WatchSample.now
            bench.desk.show(snapshot)
            #expect(try await bench.get("/readyz").body == "ready\n")
            bench.desk.die()
            #expect(try await bench.get("/healthz").status == 503)
            #expect(try await bench.get("/readyz").status == 503)
        }
    }

    @Test func `assets are kept for good, the badge for half a minute and on other sites`() async throws {
        try await WatchBench.run { bench in
            for (path, asset) in Pages().assets {
                let reply = try await bench.get(path)
                #expect(reply.status == 200)
                #expect(reply["Content-Type"] == asset.type)
                #expect(reply["Cache-Control"] == "public, max-age=31536000, immutable")
                #expect(reply.body == String(decoding: asset.bytes, as: UTF8.self))
            }
            let badge = try await bench.get("/badge/churn/prod.svg")
            #expect(badge["Content-Type"] == "image/svg+xml")
            #expect(badge["Cache-Control"] == "public, max-age=30")
            #expect(badge["Cross-Origin-Resource-Policy"] == "cross-origin")
            assertSnapshot(badge.body, "badge.svg")
            #expect(try await bench.get("/badge/churn/none.svg").status == 404)
        }
    }

    @Test(arguments: [
        ("localhost", true), ("localhost:8080", true), ("127.0.0.1:1", true), ("127.9.9.9", true), ("[::1]:80", true),
        ("mooring.example.com", true), ("MOORING.example.com:443", true), ("evil.example.com", false),
        ("127.0.0.1.evil.example.com", false), ("localhost.evil.example.com", false), ("", false), ("10.0.0.1", false),
    ])
    func `on a loopback address only our own names are served`(host: String, isServed: Bool) async throws {
        try await WatchBench.run(url: "https://mooring.example.com/") { bench in
            let reply = try await bench.ask("GET", "/api/status", host: host)
            #expect(reply.status == (isServed ? 200 : 421))
            #expect(reply["X-Content-Type-Options"] == "nosniff")
        }
    }
}
