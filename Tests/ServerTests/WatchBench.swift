import Diagnostics
import Files
import HTTP
import NIOCore
import Resources
import Synchronization

@testable import Server

/// A daemon's server on a free port, with a desk, a clock and a log of a test's own.
struct WatchBench: Sendable {
    let port: Int
    let desk: SampleDesk
    let clock: HandClock
    let log: LogSheet
    let connections: @Sendable () -> Int

    static let token = "correct horse battery staple"

    /// Runs a server for the duration of `body`.
    static func run(
        url: String? = nil, host: String = "127.0.0.1", hooks: [WatchHook] = [],
        tokens: [WatchCaller] = [
            WatchCaller(name: "ann", secret: Secret(token)),
            WatchCaller(name: "ci", secret: Secret("the token of the ci")),
        ], deadlines: WatchExchange.Deadlines = WatchExchange.Deadlines(), openConnections: Int = 64,
        desk: SampleDesk = SampleDesk(), clock: HandClock = HandClock(), memory: ServerMemory? = nil,
        _ body: @escaping @Sendable (WatchBench) async throws -> Void
    ) async throws {
        let (ports, ready) = AsyncStream.makeStream(of: Int.self)
        let log = LogSheet()
        let server = WatchServer(
            listen: ListenAddress(host: host, port: 0), url: url, desk: desk.desk, hooks: hooks, tokens: tokens,
            memory: memory ?? ServerMemory(clock: clock.clock), deadlines: deadlines, openConnections: openConnections,
            log: { log.write($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { ready.finish() }
                try await server.run { ready.yield($0) }
            }
            for await port in ports {
                try await body(
                    WatchBench(
                        port: port, desk: desk, clock: clock, log: log, connections: { server.openConnectionCount }))
                break
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// One request on a connection of its own.
    func ask(
        _ method: String, _ target: String, _ headers: [String] = [], host: String = "localhost", body: String? = nil
    ) async throws -> Reply {
        try await Wire.open(to: port) { wire in
            var text = "\(method) \(target) HTTP/1.1\nHost: \(host)\nConnection: close\n"
            for header in headers { text += header + "\n" }
            if let body { text += "Content-Length: \(body.utf8.count)\n" }
            try await wire.send(text + "\n")
            if let body, !body.isEmpty { try await wire.sendRaw(body) }
            return Reply(try await wire.read())
        }
    }

    func get(_ target: String, _ headers: [String] = []) async throws -> Reply { try await ask("GET", target, headers) }

    /// A form as a browser sends it from a page of ours.
    func submit(
        _ target: String, _ fields: [(String, String)], cookie: String? = nil, _ headers: [String] = [],
        host: String = "localhost"
    ) async throws -> Reply {
        var all = ["Content-Type: application/x-www-form-urlencoded"] + headers
        if let cookie { all.append("Cookie: \(cookie)") }
        return try await ask("POST", target, all, host: host, body: PercentEncoding.query(fields))
    }

    /// A call as a program sends it.
    func call(_ target: String, _ json: String, token: String? = WatchBench.token) async throws -> Reply {
        let proof = token.map { ["Authorization: Bearer \($0)"] } ?? []
        return try await ask("POST", target, ["Content-Type: application/json"] + proof, body: json)
    }

    /// Logs in; returns the cookie and the token that forms carry.
    func logIn() async throws -> (cookie: String, csrf: String) {
        let reply = try await submit("/login", [("token", WatchBench.token), ("back", "/")])
        let cookie = String((reply["Set-Cookie"] ?? "").prefix { $0 != ";" })
        let page = try await get("/r/churn/test/plan", ["Cookie: \(cookie)"])
        guard let range = page.body.firstRange(of: /csrf\W+(value=")?([0-9a-f]{64})/) else {
            return (cookie, "")
        }
        return (cookie, String(page.body[range].suffix(64)))
    }
}

/// What came back.
struct Reply: Sendable {
    let status: Int
    let head: String
    let body: String

    init(_ text: String) {
        let range = text.firstRange(of: "\n\n")
        head = String(text[..<(range?.lowerBound ?? text.endIndex)])
        body = range.map { String(text[$0.upperBound...]) } ?? ""
        status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
    }

    /// The value of a header; several are put in one line each.
    subscript(_ name: String) -> String? {
        let values = head.split(separator: "\n").dropFirst().filter {
            $0.lowercased().hasPrefix(name.lowercased() + ":")
        }.map { $0.dropFirst(name.count + 1).trimmingPrefix(" ") }
        return values.isEmpty ? nil : values.joined(separator: "\n")
    }
}

/// A clock that a test moves.
final class HandClock: Sendable {
    private let time = Mutex(Duration.seconds(1000))

    func pass(_ duration: Duration) { time.withLock { $0 += duration } }

    var now: Duration { time.withLock { $0 } }

    /// Seconds since 1970, as `clock` tells them.
    var epoch: Int { WatchSample.now / 1000 + Int(now / .seconds(1)) }

    var clock: RetryClock {
        RetryClock(now: { self.now }, epochSeconds: { self.epoch }, sleep: { try await Task.sleep(for: $0) })
    }
}

/// What was logged.
final class LogSheet: Sendable {
    private let entries = Mutex<[LogEntry]>([])

    func write(_ entry: LogEntry) { entries.withLock { $0.append(entry) } }

    /// As `warning: webhook refused hook=churn why=wrong signature`.
    var lines: [String] {
        entries.withLock { $0 }.map { entry in
            "\(entry.level.rawValue): \(entry.message)" + entry.facts.map { " \($0.key)=\($0.value)" }.joined()
        }
    }
}
