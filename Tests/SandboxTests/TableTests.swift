import HTTP
import JSON
import Sandbox
import Testing

/// The rows of the tables of sections 3, 4 and 6, each against a world where it has something to answer.
@Suite struct TableTests {
    @Test(arguments: [
        ("/futures/?withScenarios=False&withNotScenarios=True&allUsers=False", "[]"),
        ("/jobs/running/?allUsers=True", "[]"), ("/auth/info?withSecrets=True", ".secrets"),
        ("/projects/?includeLocation=False", "[1]"), ("/projects/SANDBOX", ".projectKey"),
        ("/projects/SANDBOX/metadata", ".label"), ("/projects/SANDBOX/apiservices/", "[1]"),
        ("/projects/SANDBOX/apiservices/scoring/settings", ".versionTag"),
        ("/projects/SANDBOX/apiservices/scoring/packages", "[1]"),
        ("/projects/SANDBOX/apiservices/scoring/packages/", "[1]"),
        ("/projects/SANDBOX/apiservices/scoring/packages/v1/summary", ".endpoints"),
        ("/api-deployer/stages", "[3]"), ("/api-deployer/infras", "[1]"),
        ("/api-deployer/infras/prod", ".infraBasicInfo"), ("/api-deployer/infras/prod/settings", ".apiNodes"),
        ("/api-deployer/services", "[1]"), ("/api-deployer/services/scoring", ".serviceBasicInfo"),
        ("/api-deployer/services/scoring/settings", ".permissions"), ("/api-deployer/deployments", "[1]"),
        ("/api-deployer/deployments/d1", ".deploymentBasicInfo"),
        ("/api-deployer/deployments/d1/status", ".healthMessages"),
        ("/api-deployer/deployments/d1/settings", ".generationsMapping"),
        ("/api-deployer/deployments/d1/get-open-api", ".paths"), ("/api-deployer/deployments/d1/update", "[1]"),
        ("/api-deployer/deployments/d1/update/1700000000000", ".requester"),
        ("/api-deployer/deployments/d1/last-update", ".endTimestamp"),
    ])
    func `a read answers JSON of its shape`(path: String, shape: String) async throws {
        let bench = try Bench()
        await bench.setUp()
        _ = await bench.update()
        let answer = await bench.dss("GET", path)
        #expect(answer.status == 200)
        if shape.hasPrefix(".") {
            #expect(answer.json[String(shape.dropFirst())] != nil)
        } else {
            #expect(answer.json.array?.count == Int(shape.filter(\.isNumber)) ?? 0)
        }
    }

    @Test(arguments: [
        "/projects/SANDBOX/apiservices/none/settings", "/projects/SANDBOX/apiservices/scoring/packages/v9/archive",
        "/api-deployer/infras/none", "/api-deployer/infras/none/settings", "/api-deployer/services/none",
        "/api-deployer/services/none/settings", "/api-deployer/services/scoring/versions/v9",
        "/api-deployer/deployments/none", "/api-deployer/deployments/none/status",
        "/api-deployer/deployments/none/settings", "/api-deployer/deployments/none/governance-status?version=",
        "/api-deployer/deployments/none/update", "/api-deployer/deployments/none/last-update",
        "/api-deployer/deployments/none/get-open-api",
    ])
    func `what is not there is not found`(path: String) async throws {
        let bench = try Bench()
        await bench.setUp()
        let answer = await bench.dss("GET", path)
        #expect(answer.status == 404)
        #expect(answer.json["errorType"] == "com.dataiku.dip.server.controllers.NotFoundException")
        #expect(answer.json["message"] == answer.json["detailedMessage"])
    }

    @Test(arguments: [
        ("PUT", "/projects/SANDBOX/apiservices/none/settings"),
        ("POST", "/projects/SANDBOX/apiservices/none/packages/v1"),
        ("POST", "/projects/SANDBOX/apiservices/scoring/packages/v9/publish"),
        ("PUT", "/api-deployer/infras/none/settings"),
        ("DELETE", "/api-deployer/infras/none"), ("PUT", "/api-deployer/services/none/settings"),
        ("DELETE", "/api-deployer/services/none"), ("DELETE", "/api-deployer/services/scoring/versions/v9"),
        ("PUT", "/api-deployer/deployments/none/settings"), ("DELETE", "/api-deployer/deployments/none"),
        ("POST", "/api-deployer/deployments/none/actions/update"),
        ("POST", "/api-deployer/deployments/none/actions/run-queries?queries=%5B%5D"),
    ])
    func `a write to what is not there changes nothing`(method: String, path: String) async throws {
        let bench = try Bench()
        await bench.setUp()
        let before = bench.sandbox.state
        #expect(await bench.dss(method, path).status == 404)
        #expect(bench.sandbox.state == before)
    }

    @Test func `requests from many sides are answered one after another`() async throws {
        let bench = try Bench()
        await withTaskGroup(of: Void.self) { group in
            for side in 0..<8 {
                group.addTask {
                    for number in 0..<50 {
                        await bench.dss("POST", "/projects/SANDBOX/apiservices/s-\(side)-\(number)")
                    }
                }
            }
        }
        #expect(await bench.dss("GET", "/projects/SANDBOX/apiservices/").json.array?.count == 400)
    }
}
