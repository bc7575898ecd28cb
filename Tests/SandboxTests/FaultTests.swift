import HTTP
import JSON
import Sandbox
import Testing

@Suite struct FaultTests {
    private func bench(_ plan: JSONValue, updateMilliseconds: Int = 0) async throws -> Bench {
        let bench = try Bench(updateMilliseconds: updateMilliseconds)
        await bench.setUp()
        #expect(await bench.ask("PUT", "/sandbox/faults", plan).status == 200)
        #expect(await bench.ask("GET", "/sandbox/faults").json == plan)
        return bench
    }

    @Test func `an error comes as often as it may, and nothing is done`() async throws {
        let bench = try await bench([
            "match": ["method": "PUT", "path": "*/settings"], "errorRate": 1, "status": 429, "retryAfter": 2,
            "times": 2,
        ])
        let path = "/dip/publicapi/projects/SANDBOX/apiservices/scoring/settings"
        for _ in 0..<2 {
            let answer = await bench.raw("PUT", path, Array(#"{"tags":["a"]}"#.utf8))
            #expect(answer.status == 429)
            #expect(answer.headers["Retry-After"] == "2")
        }
        #expect(await bench.ask("GET", path).json["tags"] == [])
        #expect(await bench.ask("PUT", path, ["tags": ["a"]]).status == 200)
        #expect(await bench.ask("GET", path).json["tags"] == ["a"])
    }

    @Test func `a lost answer is a write that was done`() async throws {
        let bench = try await bench(["rules": [["match": ["method": "POST"], "lostAnswers": 1, "times": 1]]])
        let answer = await bench.answer("POST", "/dip/publicapi/projects/SANDBOX/apiservices/other")
        guard case .disconnect = answer else {
            Issue.record("not cut: \(answer)")
            return
        }
        #expect(await bench.dss("GET", "/projects/SANDBOX/apiservices/").json.array?.count == 2)
    }

    @Test func `answers break off, hang, or are a login page`() async throws {
        let bench = try await bench([
            "rules": [
                ["match": ["path": "*/projects*"], "truncate": 1], ["match": ["path": "*/infras"], "hang": 1],
                ["match": ["path": "*/services"], "html": 1],
            ]
        ])
        if case .truncated(let response, let bytes) = await bench.answer("GET", "/dip/publicapi/projects/") {
            #expect(bytes == response.body.count / 2)
        } else {
            Issue.record("not truncated")
        }
        guard case .hang = await bench.answer("GET", "/dip/publicapi/api-deployer/infras") else {
            Issue.record("no hang")
            return
        }
        let page = await bench.raw("GET", "/dip/publicapi/api-deployer/services")
        #expect(page.headers["Content-Type"] == "text/html;charset=utf-8")
        #expect(await bench.ask("DELETE", "/sandbox/faults").status == 200)
        #expect(await bench.dss("GET", "/projects/").status == 200)
    }

    @Test func `the same seed gives the same faults`() async throws {
        var runs: [[Int]] = []
        for seed in [7, 7, 8] {
            let bench = try await bench(["seed": .number(JSONNumber(seed)), "errorRate": 0.5])
            var run: [Int] = []
            for _ in 0..<40 { run.append(await bench.dss("GET", "/projects/").status) }
            runs.append(run)
        }
        #expect(runs[0] == runs[1])
        #expect(runs[0] != runs[2])
        #expect(Set(runs[0]) == [200, 503])
    }

    @Test(arguments: [
        ("fail", 500, "ERROR", "ERROR"), ("abort", 200, "UNKNOWN", "ABORTED"), ("hang", 200, "UNKNOWN", "RUNNING"),
        ("lostFuture", 400, "HEALTHY", "SUCCESS"), ("unhealthy", 200, "UNHEALTHY", "SUCCESS"),
        ("partial", 200, "UNHEALTHY", "ERROR"),
    ])
    func `an update ends as the plan says, once`(
        outcome: String, status: Int, health: String, last: String
    ) async throws {
        let plan: JSONValue = ["updates": [["deployment": "d*", "outcome": .string(outcome), "times": 1]]]
        let bench = try await bench(plan, updateMilliseconds: 300)
        let job = try #require(await bench.update().json["jobId"]?.string)
        bench.clock.advance(300)
        let future = await bench.dss("GET", "/futures/\(job)")
        #expect(future.status == status)
        #expect(future.json["aborted"] == (status == 200 ? .bool(outcome == "abort") : nil))
        #expect(await bench.health() == health)
        #expect(await bench.dss("GET", "/api-deployer/deployments/d1/last-update").json["status"] == .string(last))
        if outcome == "hang" { await bench.dss("DELETE", "/futures/\(job)") }
        _ = await bench.update()
        bench.clock.advance(300)
        #expect(await bench.health() == "HEALTHY")
    }

    @Test func `updates take as long as the plan says, else as long as ever`() async throws {
        let bench = try await bench(["updateDuration": 0], updateMilliseconds: 300)
        #expect(await bench.update().json["hasResult"] == true)
        await bench.ask("DELETE", "/sandbox/faults")
        #expect(await bench.update().json["hasResult"] == false)
        // A second update at the same time begins a millisecond after the first.
        bench.clock.advance(301)
        await bench.ask("PUT", "/sandbox/faults", ["updateDuration": 500])
        let job = try #require(await bench.update().json["jobId"]?.string)
        bench.clock.advance(499)
        #expect(await bench.dss("GET", "/futures/\(job)").json["hasResult"] == false)
        bench.clock.advance(1)
        #expect(await bench.dss("GET", "/futures/\(job)").json["hasResult"] == true)
    }

    @Test func `a dead node is cut off and makes its deployments fail`() async throws {
        let bench = try await bench(["deadNodes": ["node-2"]])
        guard case .disconnect = await bench.answer("GET", "/nodes/node-2/isAlive") else {
            Issue.record("alive")
            return
        }
        #expect(await bench.update().text.contains("Failed to connect to sandbox://node-2"))
        #expect(await bench.health() == "ERROR")
        await bench.ask("DELETE", "/sandbox/faults")
        #expect(await bench.health() == "UNHEALTHY")
        _ = await bench.update()
        #expect(await bench.health() == "HEALTHY")
    }

    @Test(arguments: [
        #"{"errorRate":2}"#, #"{"nonsense":1}"#, #"{"rules":[1]}"#, #"{"updates":[{"outcome":"explode"}]}"#,
        #"{"times":-1}"#, #"{"updateDuration":-1}"#, #"{"status":7}"#, "[]",
    ])
    func `a plan that is none is refused`(plan: String) async throws {
        #expect(await (try Bench()).raw("PUT", "/sandbox/faults", Array(plan.utf8)).status == 400)
    }

    @Test func `the requests are on record`() async throws {
        let bench = try Bench()
        await bench.dss("GET", "/projects/?a=b")
        await bench.dss("GET", "/nothing")
        #expect(
            await bench.ask("GET", "/sandbox/requests").text
                == #"[{"n":1,"method":"GET","path":"/dip/publicapi/projects/?a=b","status":200,"time":1700000000000},{"n":2,"method":"GET","path":"/dip/publicapi/nothing","status":404,"time":1700000000000}]"#
        )
        await bench.ask("DELETE", "/sandbox/requests")
        #expect(await bench.ask("GET", "/sandbox/requests").description == "200 []")
        #expect(await bench.raw("GET", "/sandbox/state", headers: []).status == 401)
    }

    @Test func `in this process a fault is an error of the transport`() async throws {
        let bench = try await bench([
            "rules": [
                ["match": ["path": "*/projects*"], "lostAnswers": 1], ["match": ["path": "*/infras"], "hang": 1],
                ["match": ["path": "*/stages"], "latency": 40000],
            ]
        ])
        let transport = SandboxTransport(bench.sandbox)
        for (path, kind) in [
            ("projects/", HTTPError.Kind.connectionLost), ("api-deployer/infras", .timeout),
            ("api-deployer/stages", .timeout),
        ] {
            let request = HTTPRequest(.get, "sandbox://local/dip/publicapi/\(path)", headers: [Bench.basic])
            await #expect { try await transport.send(request) } throws: { ($0 as? HTTPError)?.kind == kind }
        }
        let short = HTTPRequest(
            .get, "sandbox://local/dip/publicapi/instance-info", headers: [Bench.basic], maximumBodyBytes: 10)
        await #expect { try await transport.send(short) } throws: { ($0 as? HTTPError)?.kind == .bodyTooLarge }
    }
}
