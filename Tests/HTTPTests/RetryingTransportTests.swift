import Diagnostics
import HTTP
import TestSupport
import Testing

enum Step: Sendable {
    case answer(HTTPResponse)
    case failure(HTTPError.Kind)
}

/// Answers from a list, over and over its last; keeps what was asked.
private final class Script: Transport {
    let results: [Step]
    let requests = Box<[HTTPRequest]>([])
    /// What an attempt costs on the clock.
    let cost: Duration
    let time: Time

    init(_ results: [Step], time: Time = Time(), cost: Duration = .zero) {
        self.results = results
        self.time = time
        self.cost = cost
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let number = requests.change { requests in
            requests.append(request)
            return requests.count - 1
        }
        time.now.change { $0 += min(cost, request.timeout) }
        switch results[min(number, results.count - 1)] {
        case .answer(let response): return response
        case .failure(let kind): throw HTTPError(kind, "so it is written", request: request.label)
        }
    }

    var count: Int { requests.value.count }
}

/// A clock that goes only when somebody waits.
private final class Time: Sendable {
    let now = Box(Duration.zero)
    let pauses = Box<[Duration]>([])

    var clock: RetryClock {
        RetryClock(
            now: { self.now.value },
            // Sun, 06 Nov 1994 08:49:37 GMT
            epochSeconds: { 784_111_777 },
            sleep: { pause in
                try Task.checkCancellation()
                self.now.change { $0 += pause }
                self.pauses.change { $0.append(pause) }
            })
    }
}

/// Always the end of the range, so that a pause is known.
private struct Highest: RandomNumberGenerator { mutating func next() -> UInt64 { .max } }

@Suite struct RetryingTransportTests {
    private static func answer(_ status: Int, after: String? = nil) -> Step {
        .answer(HTTPResponse(status: status, headers: after.map { [HTTPHeader("retry-after", $0)] } ?? []))
    }

    private func run(
        _ script: Script, _ request: HTTPRequest, policy: RetryPolicy = RetryPolicy()
    ) async -> String {
        let transport = RetryingTransport(script, policy: policy, clock: script.time.clock, generator: Highest())
        do throws(HTTPError) { return "\(try await transport.send(request).status)" } catch {
            return error.kind.rawValue
        }
    }

    @Test(arguments: [
        // What came first, whether a PUT and a POST go again.
        (answer(200), false, false), (answer(404), false, false), (answer(500), false, false),
        (answer(429), true, true), (answer(429, after: "1"), true, true),
        (answer(503), true, false), (answer(503, after: "1"), true, true),
        (answer(502), true, false), (answer(504), true, false), (answer(502, after: "1"), true, false),
        (.failure(.unreachable), true, true),
        (.failure(.timeout), true, false), (.failure(.connectionLost), true, false),
        (.failure(.tls), false, false), (.failure(.cancelled), false, false), (.failure(.bodyTooLarge), false, false),
        (.failure(.invalidRequest), false, false), (.failure(.file), false, false),
    ])
    func `tries again only what does no harm`(
        first: Step, put: Bool, post: Bool
    ) async {
        for (method, goesAgain) in [(HTTPMethod.put, put), (.get, put), (.delete, put), (.post, post)] {
            let script = Script([first, Self.answer(201)])
            let result = await run(script, HTTPRequest(method, "http://h/x"))
            #expect(script.count == (goesAgain ? 2 : 1), "\(method)")
            #expect((result == "201") == goesAgain, "\(method)")
        }
    }

    @Test(arguments: [
        ([answer(503)], [250, 500, 1000], "503"),
        ([.failure(.unreachable)], [250, 500, 1000], "unreachable"),
        ([answer(429, after: "2"), answer(200)], [2250], "200"),
        ([answer(429, after: "0"), answer(200)], [250], "200"),
        ([answer(429, after: "Sun, 06 Nov 1994 08:49:47 GMT"), answer(200)], [10_250], "200"),
        ([answer(429, after: "Sun, 06 Nov 1994 08:40:00 GMT"), answer(200)], [250], "200"),
        ([answer(429, after: "soon"), answer(200)], [250], "200"),
        ([answer(429, after: "61"), answer(200)], [], "429"),
        ([answer(429, after: "99999999999999999999"), answer(200)], [], "429"),
        ([answer(502), answer(429, after: "3"), answer(200)], [250, 3250], "200"),
    ])
    func `waits as long as the server says, else longer each time`(
        results: [Step], milliseconds: [Int], end: String
    ) async {
        let script = Script(results)
        #expect(await run(script, HTTPRequest(.get, "http://h/x")) == end)
        #expect(script.time.pauses.value == milliseconds.map { .milliseconds($0) })
    }

    @Test func `lasts no longer than its attempts may`() async {
        // Each attempt takes its whole time, so after three with pauses the fourth has less.
        let script = Script([.failure(.timeout)], cost: .seconds(2))
        _ = await run(script, HTTPRequest(.get, "http://h/x", timeout: .seconds(2)))
        #expect(script.time.now.value == .seconds(8))
        #expect(script.requests.value.map(\.timeout) == [.seconds(2), .seconds(2), .seconds(2), .milliseconds(250)])
        // A pause that would not fit is not begun.
        let asked = Script([Self.answer(429, after: "9")])
        #expect(await run(asked, HTTPRequest(.get, "http://h/x", timeout: .seconds(2))) == "429")
        #expect(asked.count == 1)
    }

    @Test func `spends on retries a fifth of a run's requests, and ten`() async {
        let script = Script([Self.answer(503)])
        let transport = RetryingTransport(script, clock: script.time.clock, generator: Highest())
        for _ in 0..<1000 { _ = try? await transport.send(HTTPRequest(.get, "http://h/x")) }
        #expect(script.count == 1000 + 210)
    }

    @Test func `gives up when cancelled while it waits`() async {
        let script = Script([Self.answer(503)])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await run(script, HTTPRequest(.get, "http://h/x"))
        }
        #expect(await task.value == "cancelled")
        #expect(script.count == 1)
    }

    @Test func `tells of each attempt, without a query`() async throws {
        let script = Script(
            [Self.answer(503), .failure(.timeout), .answer(HTTPResponse(status: 200, body: [1, 2]))],
            cost: .milliseconds(7))
        let records = Box<[RequestRecord]>([])
        let statistics = RequestStatistics()
        let transport = RetryingTransport(
            script, statistics: statistics, clock: script.time.clock, generator: Highest(),
            observe: { record in records.change { $0.append(record) } })
        _ = try await transport.send(
            HTTPRequest(.put, "http://h/a/b?key=secret", body: .bytes([1, 2, 3]), route: "/a/{}"))
        #expect(
            records.value.map(\.text) == [
                "PUT /a/b 503 7 ms 0 bytes", "PUT /a/b timeout 7 ms 0 bytes attempt 2",
                "PUT /a/b 200 7 ms 2 bytes attempt 3",
            ])
        var expected = RequestStatistics.Snapshot()
        (expected.requests, expected.retries, expected.bytesIn, expected.bytesOut) = (3, 2, 2, 9)
        expected.milliseconds = 21
        expected.counts = ["PUT 2xx": 1, "PUT 5xx": 1, "PUT timeout": 1]
        for result in ["200", "503", "timeout"] {
            expected.routes[RequestStatistics.Route(method: .put, path: "/a/{}", result: result)] = 1
        }
        #expect(statistics.snapshot == expected)
    }

    @Test func `lowers the limit for all while the server is overloaded`() async {
        let script = Script([Self.answer(503), Self.answer(429), Self.answer(200)])
        let limiter = ConcurrencyLimiter(maximum: 16)
        let transport = RetryingTransport(script, limiter: limiter, clock: script.time.clock, generator: Highest())
        _ = try? await transport.send(HTTPRequest(.get, "http://h/x"))
        #expect(limiter.limit == 4)
        for _ in 0..<100 { _ = try? await transport.send(HTTPRequest(.get, "http://h/x")) }
        #expect(limiter.limit == 15)
    }

    @Test func `draws pauses from the whole range`() {
        let policy = RetryPolicy()
        var generator = SystemRandomNumberGenerator()
        for attempt in [-1, 0, 1, 3, 7, 8, 62, 64, Int.max] {
            let range = min(Duration.seconds(30), .milliseconds(250) * (1 << min(max(attempt, 0), 10)))
            let drawn = (0..<500).map { _ in policy.backoff(attempt: attempt, using: &generator) }
            #expect(drawn.allSatisfy { $0 >= .zero && $0 <= range })
            #expect(drawn.contains { $0 < range / 4 } && drawn.contains { $0 > range / 4 * 3 })
        }
    }

    @Test func `comes through to a real server that is busy at first`() async throws {
        let count = Box(0)
        let server = try LoopbackServer { _ in
            let number = count.change { count in
                count += 1
                return count
            }
            return number < 3 ? .text("busy", status: 429, headers: [("Retry-After", "1")]) : .text("ok")
        }
        let time = Time()
        let transport = RetryingTransport(CurlTransport(), clock: time.clock, generator: Highest())
        let response = try await transport.send(HTTPRequest(.post, server.url))
        #expect(response.body == Array("ok".utf8))
        #expect(time.pauses.value == [.milliseconds(1250), .milliseconds(1250)])
    }
}
