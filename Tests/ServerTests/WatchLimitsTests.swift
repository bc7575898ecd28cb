import Diagnostics
import Files
import HTTP
import NIOCore
import Resources
import TestSupport
import Testing

@testable import Server

/// What clients cannot make the daemon do: read without end, wait without end, remember without end.
@Suite(.timeLimit(.minutes(5))) struct WatchLimitsTests {
    static let head = "POST /hooks/churn HTTP/1.1\nHost: localhost\n"

    @Test func `a body of a gigabyte is refused by its length`() async throws {
        try await WatchBench.run(hooks: WatchHookTests.hook(.github)) { bench in
            for target in ["/hooks/churn", "/hooks/other", "/login", "/api/r/churn/test/sync", "/r/churn/test/sync"] {
                try await Wire.open(to: bench.port) { wire in
                    try await wire.send("POST \(target) HTTP/1.1\nHost: localhost\nContent-Length: 1073741824\n\n{")
                    let reply = Reply(try await wire.read(to: "\n"))
                    #expect(reply.status == 413, "\(target)")
                }
            }
            #expect(bench.desk.pokes == [])
        }
    }

    @Test func `a client that asks before it sends is told no, and one that may is told to go on`() async throws {
        try await WatchBench.run(hooks: WatchHookTests.hook(.github)) { bench in
            try await Wire.open(to: bench.port) { wire in
                try await wire.send(
                    "\(WatchLimitsTests.head)Content-Length: 9999999\nExpect: 100-continue\n\n")
                #expect(try await wire.read().hasPrefix("HTTP/1.1 413 "))
            }
            try await Wire.open(to: bench.port) { wire in
                try await wire.send("\(WatchLimitsTests.head)Content-Length: 2\nExpect: 100-continue\n\n")
                #expect(try await wire.read(to: "\r\n\r\n") == "HTTP/1.1 100 Continue\n\n")
                try await wire.send("{}")
                #expect(try await wire.read(to: "\r\n\r\n").hasPrefix("HTTP/1.1 403 "))
            }
        }
    }

    @Test func `a body in chunks is cut off where it is too long`() async throws {
        try await WatchBench.run(hooks: WatchHookTests.hook(.github)) { bench in
            try await Wire.open(to: bench.port) { wire in
                try await wire.send("\(WatchLimitsTests.head)Transfer-Encoding: chunked\n\n")
                let chunk = "10000\r\n" + String(repeating: "x", count: 1 << 16) + "\r\n"
                // Two mebibytes are enough to be cut; more than that nobody takes from us.
                for _ in 0..<200 {
                    guard (try? await wire.sendRaw(chunk)) != nil else { break }
                }
                let answer = try await wire.read()
                // The answer may be lost where we were still sending.
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 413 "))
            }
            #expect(bench.desk.pokes == [])
        }
    }

    @Test func `a hook's body of a mebibyte is taken, and one more byte is not`() async throws {
        for (extra, status) in [(0, 202), (1, 413)] {
            let body = String(repeating: "x", count: HookDoor.longestBody + extra)
            let code = hexadecimal(WatchHookTests.code(body))
            try await WatchBench.run(hooks: WatchHookTests.hook(.github)) { bench in
                let reply = try await bench.ask(
                    "POST", "/hooks/churn", ["X-Hub-Signature-256: sha256=\(code)"], body: body)
                #expect(reply.status == status)
            }
        }
    }

    @Test func `ten thousand calls are refused with few words, and the rest goes on`() async throws {
        try await WatchBench.run(hooks: WatchHookTests.hook(.github)) { bench in
            let counts = try await withThrowingTaskGroup(of: [Int: Int].self) { group in
                for _ in 0..<10 {
                    group.addTask { try await WatchLimitsTests.flood(bench.port, calls: 1000) }
                }
                return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
            }
            // The clock stands still, so nobody is given more than what may come at once.
            #expect(counts == [403: HookDoor.mostAtOnce, 429: 10_000 - HookDoor.mostAtOnce])
            #expect(try await bench.get("/").status == 200)
            #expect(
                Set(bench.log.lines) == [
                    "warning: webhook refused hook=churn why=no signature from=127.0.0.1",
                    "warning: webhook refused hook=churn why=too many calls from=127.0.0.1",
                ])
            #expect(bench.log.lines.count == 2)
            let metrics = try await bench.get("/metrics").body
            #expect(metrics.contains("\nmooring_webhooks_total{result=\"rate-limited\"} 9900\n"))
            #expect(metrics.contains("{method=\"POST\",route=\"/hooks/{}\",status=\"429\"} 9900\n"))
            #expect(bench.desk.pokes == [])
            // Behind a proxy the forge has the same address.
            let (_, _, proof) = WatchHookTests.signed[0]
            #expect(try await bench.ask("POST", "/hooks/churn", proof, body: WatchHookTests.body).status == 202)
            #expect(bench.desk.pokes == ["churn"])
            bench.clock.pass(.seconds(1))
            let later = try await WatchLimitsTests.flood(bench.port, calls: 30)
            #expect(later == [403: Int(HookDoor.callsPerSecond), 429: 10])
        }
    }

    /// So many unsigned calls, one after the other on one connection; how many were answered how.
    private static func flood(_ port: Int, calls: Int) async throws -> [Int: Int] {
        try await Wire.open(to: port) { wire in
            var counts: [Int: Int] = [:]
            for _ in 0..<calls {
                try await wire.send("\(head)Content-Length: 2\n\n{}")
                let head = try await wire.read(to: "\r\n\r\n")
                _ = try await wire.read(to: "}\n")
                counts[Reply(head).status, default: 0] += 1
            }
            return counts
        }
    }

    @Test func `a head that does not end is not waited for`() async throws {
        let deadlines = WatchExchange.Deadlines(idle: .milliseconds(50))
        try await WatchBench.run(deadlines: deadlines) { bench in
            for text in ["", "GET / HTTP/1.1\n", "GET / HTTP/1.1\nHost: localhost\nX: "] {
                try await Wire.open(to: bench.port) { wire in
                    // It may be closed on us before we said anything.
                    if !text.isEmpty { try? await wire.send(text) }
                    let answer = (try? await wire.read()) ?? ""
                    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "))
                }
            }
        }
    }

    @Test func `a head that comes byte by byte does not buy time`() async throws {
        let deadlines = WatchExchange.Deadlines(idle: .milliseconds(100))
        try await WatchBench.run(deadlines: deadlines) { bench in
            try await Wire.open(to: bench.port) { wire in
                // Until it is closed on us.
                try? await wire.send("GET / HTTP/1.1\nHost: localhost\nX: ")
                while (try? await wire.sendRaw("x")) != nil { await Task.yield() }
                let answer = (try? await wire.read()) ?? ""
                #expect(!answer.hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test func `a body that does not come is not waited for`() async throws {
        let deadlines = WatchExchange.Deadlines(body: .milliseconds(50), unwanted: .milliseconds(50))
        try await WatchBench.run(hooks: WatchHookTests.hook(.github), deadlines: deadlines) { bench in
            for target in ["/hooks/churn", "/login", "/api/r/churn/test/sync"] {
                try await Wire.open(to: bench.port) { wire in
                    try await wire.send("POST \(target) HTTP/1.1\nHost: localhost\nContent-Length: 10\n\n{")
                    #expect(try await wire.read() == "")
                }
            }
            // Nor one that nobody asked for.
            try await Wire.open(to: bench.port) { wire in
                try await wire.send("GET /healthz HTTP/1.1\nHost: localhost\nContent-Length: 10\n\n{")
                #expect(try await wire.read().hasPrefix("HTTP/1.1 200 "))
            }
            #expect(bench.desk.pokes == [])
        }
    }

    @Test func `a head that is too long is refused`() async throws {
        try await WatchBench.run { bench in
            for text in [
                "GET /\(String(repeating: "x", count: 1 << 16)) HTTP/1.1\nHost: localhost\n\n",
                "GET / HTTP/1.1\nHost: localhost\nX: \(String(repeating: "x", count: 1 << 16))\n\n",
                "GET / HTTP/1.1\nHost: localhost\n" + String(repeating: "X: x\n", count: 200) + "\n",
            ] {
                try await Wire.open(to: bench.port) { wire in
                    try await wire.send(text)
                    #expect(try await wire.read().hasPrefix("HTTP/1.1 400 "))
                }
            }
        }
    }

    @Test func `connections on which nothing is asked make room`() async throws {
        try await WatchBench.run(openConnections: 8) { bench in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await Wire.open(to: bench.port) { wire in try await wire.read() == "" }
                    }
                }
                // The first ones are closed on whoever holds them, and whoever asks is answered.
                for _ in 0..<32 { #expect(try await group.next() == true) }
                #expect(bench.connections() <= 8)
                let reply = try await bench.get("/healthz")
                #expect(reply.status == 200)
                group.cancelAll()
            }
        }
    }

    @Test func `an answer in flight is given although the server stops`() async throws {
        let (started, release) = (Gathering(of: 2), Gathering(of: 2))
        let (ports, ready) = AsyncStream.makeStream(of: Int.self)
        let sample = SampleDesk().desk
        let desk = WatchDesk(
            snapshot: sample.snapshot, counts: sample.counts, detail: sample.detail,
            timeline: { place in
                await started.arrive()
                await release.arrive()
                return Task.isCancelled ? [] : await sample.timeline(place)
            }, plan: sample.plan, drift: sample.drift, run: sample.run, poke: sample.poke, perform: sample.perform,
            isAlive: sample.isAlive)
        let server = WatchServer(
            listen: ListenAddress(host: "127.0.0.1", port: 0), url: nil, desk: desk, hooks: [], tokens: [],
            memory: ServerMemory(), log: { _ in })
        let serving = Task { try await server.run { ready.yield($0) } }
        for await port in ports {
            try await Wire.open(to: port) { wire in
                try await wire.send("GET /api/r/churn/prod/timeline HTTP/1.1\nHost: localhost\n\n")
                await started.arrive()
                serving.cancel()
                await release.arrive()
                let reply = Reply(try await wire.read())
                #expect(reply.status == 200)
                #expect(reply.body.contains("\"event\":\"held\""))
            }
            break
        }
        try await serving.value
    }

    @Test func `what repeats is logged once a minute, with how often`() {
        let (clock, sheet) = (HandClock(), LogSheet())
        let throttle = LogThrottle(now: { clock.now }, log: { sheet.write($0) })
        for number in 0..<5 { throttle.tell(LogEntry(.warning, "a", [("n", "\(number)")]), kind: "a") }
        throttle.tell(LogEntry(.warning, "b"), kind: "b")
        throttle.flush()
        #expect(sheet.lines == ["warning: a n=0", "warning: b"])
        clock.pass(.seconds(60))
        throttle.flush()
        #expect(sheet.lines == ["warning: a n=0", "warning: b", "warning: a n=4 more=4"])
        throttle.tell(LogEntry(.warning, "a", [("n", "5")]), kind: "a")
        throttle.tell(LogEntry(.warning, "b"), kind: "b")
        #expect(sheet.lines.suffix(1) == ["warning: b"])
        throttle.flush(all: true)
        #expect(sheet.lines.suffix(1) == ["warning: a n=5 more=1"])
        throttle.flush(all: true)
        #expect(sheet.lines.count == 5)
    }
}
