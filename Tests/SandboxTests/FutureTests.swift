import JSON
import Sandbox
import Testing

/// Section 3 of the wire reference, and updates as long tasks.
@Suite struct FutureTests {
    @Test func `an update takes its time`() async throws {
        let bench = try Bench(updateMilliseconds: 300)
        await bench.setUp()
        let started = await bench.update()
        let job = try #require(started.json["jobId"]?.string)
        #expect(
            started.text
                == #"{"jobId":"\#(job)","hasResult":false,"alive":true,"aborted":false,"abortable":true,"unknown":false,"startTime":1700000000000,"runningTime":0,"payload":{"displayName":"Update deployment d1","type":"API_DEPLOYMENT_UPDATE","deploymentId":"d1"},"owner":"admin"}"#
        )
        #expect(await bench.dss("GET", "/futures/").json.array?.count == 1)
        #expect(await bench.dss("GET", "/futures/?withScenarios=True&withNotScenarios=False").json == [])
        bench.clock.advance(299)
        #expect(await bench.dss("GET", "/futures/\(job)?peek=False").json["hasResult"] == false)
        #expect(await bench.health() == "UNKNOWN")
        #expect(await bench.dss("GET", "/api-deployer/deployments/d1/last-update").json["status"] == "RUNNING")
        bench.clock.advance(1)
        let peeked = await bench.dss("GET", "/futures/\(job)?peek=True").json
        #expect(peeked["hasResult"] == true)
        #expect(peeked["result"] == nil)
        for _ in 0..<2 {
            #expect(await bench.dss("GET", "/futures/\(job)?peek=false").json["result"]?["error"] == false)
        }
        #expect(await bench.health() == "HEALTHY")
        #expect(await bench.dss("GET", "/futures/").json == [])
    }

    @Test func `the history shows each update`() async throws {
        let bench = try Bench()
        await bench.setUp()
        _ = await bench.update()
        _ = await bench.update()
        let path = "/api-deployer/deployments/d1"
        let list = await bench.dss("GET", "\(path)/update").text
        #expect(
            list
                == #"[{"startTimestamp":1700000000001,"type":"UPDATE","status":"SUCCESS","endTimestamp":1700000000001,"requester":"admin"},{"startTimestamp":1700000000000,"type":"UPDATE","status":"SUCCESS","endTimestamp":1700000000000,"requester":"admin"}]"#
        )
        let last = await bench.dss("GET", "\(path)/last-update")
        #expect(await bench.dss("GET", "\(path)/update/1700000000001").text == last.text)
        #expect(last.json["logs"]?["lines"]?.array?.first == "Updating deployment d1")
        #expect(await bench.dss("GET", "\(path)/update/17").status == 404)
    }

    @Test(arguments: ["None", "nothing"])
    func `an unknown future is bad input`(id: String) async throws {
        let answer = await (try Bench()).dss("GET", "/futures/\(id)?peek=False")
        #expect(
            answer.description
                == #"400 {"errorType":"java.lang.IllegalArgumentException","message":"No future by that id","detailedMessage":"No future by that id"}"#
        )
    }

    @Test func `an aborted future has a result and says so`() async throws {
        let bench = try Bench(updateMilliseconds: 300)
        await bench.setUp()
        let job = try #require(await bench.update().json["jobId"]?.string)
        #expect(await bench.dss("DELETE", "/futures/\(job)").status == 200)
        let state = await bench.dss("GET", "/futures/\(job)").json
        #expect(state["hasResult"] == true)
        #expect(state["aborted"] == true)
        #expect(state["alive"] == false)
        bench.clock.advance(1000)
        #expect(await bench.health() == "UNKNOWN")
        #expect(await bench.dss("GET", "/api-deployer/deployments/d1/last-update").json["status"] == "ABORTED")
    }

    @Test func `a deployment has one update at a time`() async throws {
        let bench = try Bench(updateMilliseconds: 300)
        await bench.setUp()
        _ = await bench.update()
        #expect(await bench.update().status == 400)
        bench.clock.advance(300)
        #expect(await bench.update().status == 200)
    }

    @Test func `a fourth update at once fails`() async throws {
        let bench = try Bench(updateMilliseconds: 300)
        await bench.setUp()
        for number in 2...4 {
            await bench.dss(
                "POST", "/api-deployer/deployments",
                [
                    "deploymentId": .string("d\(number)"), "publishedServiceId": "scoring", "infraId": "prod",
                    "version": "v1",
                ])
        }
        var jobs: [String] = []
        for number in 1...4 { jobs.append(await bench.update("d\(number)").json["jobId"]?.string ?? "") }
        #expect(await bench.dss("GET", "/futures/\(jobs[3])").status == 500)
        #expect(await bench.health("d4") == "ERROR")
        bench.clock.advance(300)
        for job in jobs.prefix(3) { #expect(await bench.dss("GET", "/futures/\(job)").status == 200) }
        #expect(await bench.update("d4").status == 200)
    }

    @Test func `a save during an update waits for the next one`() async throws {
        let bench = try Bench(updateMilliseconds: 300)
        await bench.setUp()
        _ = await bench.update()
        let path = "/api-deployer/deployments/d1/settings"
        var settings = try #require(await bench.dss("GET", path).json.object)
        settings["odd"] = true
        await bench.dss("PUT", path, .object(settings))
        bench.clock.advance(300)
        #expect(await bench.health() == "OUT_OF_SYNC")
    }
}
