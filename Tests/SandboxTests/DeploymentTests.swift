import JSON
import Sandbox
import Testing

/// Sections 6.3, 6.4 and 10 of the wire reference.
@Suite struct DeploymentTests {
    private static let create: JSONObject = [
        "deploymentId": "d2", "publishedServiceId": "scoring", "infraId": "prod", "version": "v1", "endpointId": .null,
        "authorizationsToQueryThroughDeployer": .null,
    ]

    @Test(
        arguments: [
            ("deploymentId", "d1", 400), ("publishedServiceId", "none", 404), ("infraId", "none", 404),
            ("version", "v9", 404), ("unknown", "x", 400), ("version", .null, 400), ("endpointId", "e", 200),
        ] as [(String, JSONValue, Int)])
    func `a deployment is made only of what is there`(key: String, value: JSONValue, status: Int) async throws {
        let bench = try Bench()
        await bench.setUp()
        var body = Self.create
        body[key] = value
        #expect(
            await bench.dss("POST", "/api-deployer/deployments?ignoreWarnings=False", .object(body)).status == status)
    }

    @Test func `a new deployment is enabled, unknown and not started`() async throws {
        let bench = try Bench()
        await bench.setUp()
        let made = await bench.dss("POST", "/api-deployer/deployments", .object(Self.create))
        #expect(
            made.text
                == #"{"id":"d2","deploymentBasicInfo":{"id":"d2","publishedServiceId":"scoring","infraId":"prod","enabled":true,"generationsMapping":{"mode":"SINGLE_GENERATION","generation":"v1"},"tags":[]},"serviceBasicInfo":{"id":"scoring"},"infraBasicInfo":{"id":"prod","stage":"Production","type":"STATIC"},"packages":[{"id":"v1"}]}"#
        )
        #expect(
            await bench.dss("GET", "/api-deployer/deployments/d2/settings").text
                == #"{"id":"d2","publishedServiceId":"scoring","infraId":"prod","enabled":true,"generationsMapping":{"mode":"SINGLE_GENERATION","generation":"v1"},"authorizationsToQueryThroughDeployer":[],"tags":[]}"#
        )
        #expect(await bench.health("d2") == "UNKNOWN")
        #expect(await bench.dss("GET", "/api-deployer/deployments/d2/last-update").status == 404)
        #expect(await bench.dss("GET", "/api-deployer/deployments/d2/update").description == "200 []")
        #expect(await bench.ask("GET", "/nodes/node-1/admin/api/services").description == "200 []")
        #expect(await bench.dss("GET", "/api-deployer/deployments").json.array?.count == 2)
    }

    @Test func `a save is out of sync until the next update, unless nothing that matters changed`() async throws {
        let bench = try Bench()
        await bench.setUp()
        _ = await bench.update()
        let path = "/dip/publicapi/api-deployer/deployments/d1/settings"
        var settings = try #require(await bench.ask("GET", path).json.object)
        #expect(await bench.ask("PUT", path, .object(settings)).status == 200)
        #expect(await bench.health() == "HEALTHY")
        settings["tags"] = ["a"]
        await bench.ask("PUT", path, .object(settings))
        #expect(await bench.health() == "HEALTHY")
        settings["odd"] = 1
        await bench.ask("PUT", path, .object(settings))
        #expect(await bench.health() == "OUT_OF_SYNC")
        _ = await bench.update()
        #expect(await bench.health() == "HEALTHY")
        #expect(await bench.ask("GET", path).json == .object(settings))
    }

    @Test(
        arguments: [
            ("id", "other"), ("publishedServiceId", "other"), ("infraId", "other"), ("enabled", "yes"),
            ("generationsMapping", .null), ("generationsMapping", ["mode": "SINGLE_GENERATION"]),
            ("generationsMapping", ["entries": [["generation": "v1", "proba": 0.4]]]),
            ("generationsMapping", ["entries": [["generation": "v1"]]]), ("generationsMapping", ["entries": []]),
        ] as [(String, JSONValue)])
    func `settings that cannot be are refused`(key: String, value: JSONValue) async throws {
        let bench = try Bench()
        await bench.setUp()
        let path = "/api-deployer/deployments/d1/settings"
        let before = await bench.dss("GET", path)
        var settings = try #require(before.json.object)
        settings[key] = value
        #expect(await bench.dss("PUT", path, .object(settings)).status == 400)
        #expect(await bench.dss("GET", path).text == before.text)
    }

    @Test func `an update brings two generations with their shares`() async throws {
        let bench = try Bench()
        await bench.setUp()
        let package = "/projects/SANDBOX/apiservices/scoring/packages/v2"
        await bench.dss("POST", package)
        await bench.dss("POST", "\(package)/publish")
        let path = "/api-deployer/deployments/d1/settings"
        var settings = try #require(await bench.dss("GET", path).json.object)
        settings["generationsMapping"] = [
            "mode": "MULTI_GENERATION",
            "entries": [["generation": "v1", "proba": 0.9], ["generation": "v2", "proba": 0.1]],
        ]
        await bench.dss("PUT", path, .object(settings))
        _ = await bench.update()
        #expect(await bench.health() == "HEALTHY")
        #expect(
            await bench.ask("GET", "/nodes/node-2/admin/api/services/").text
                == #"[{"serviceId":"scoring","enabled":true,"activeGeneration":"v1","generationCount":2}]"#)
    }

    @Test func `a disabled deployment stops its service, and only then can be deleted`() async throws {
        let bench = try Bench()
        await bench.setUp()
        _ = await bench.update()
        let path = "/api-deployer/deployments/d1"
        #expect(await bench.dss("DELETE", "\(path)?ignorePreDeleteErrors=False").status == 400)
        var settings = try #require(await bench.dss("GET", "\(path)/settings").json.object)
        settings["enabled"] = false
        await bench.dss("PUT", "\(path)/settings", .object(settings))
        _ = await bench.update()
        #expect(await bench.ask("GET", "/nodes/node-1/admin/api/services").json.array?.first?["enabled"] == false)
        #expect(await bench.health() == "HEALTHY")
        #expect(await bench.dss("DELETE", "\(path)?ignorePreDeleteErrors=False").status == 200)
        #expect(await bench.ask("GET", "/nodes/node-1/admin/api/services").description == "200 []")
        #expect(await bench.dss("GET", path).status == 404)
        #expect(await bench.dss("DELETE", "/api-deployer/services/scoring").status == 200)
    }

    @Test func `what is in use is not deleted`() async throws {
        let bench = try Bench()
        await bench.setUp()
        #expect(await bench.dss("DELETE", "/api-deployer/services/scoring/versions/v1").status == 400)
        #expect(await bench.dss("DELETE", "/api-deployer/services/scoring").status == 400)
        #expect(await bench.dss("DELETE", "/api-deployer/infras/prod").status == 400)
    }

    @Test(arguments: [
        ("sandbox://node-9", "sandbox-key", "ERROR"), ("http://elsewhere:1", "sandbox-key", "ERROR"),
        ("sandbox://node-2", "wrong", "UNHEALTHY"), ("sandbox://node-2/", "sandbox-key", "HEALTHY"),
    ])
    func `a node that fails leaves a message, and the rest is done`(url: String, key: String, health: String)
        async throws
    {
        let bench = try Bench()
        await bench.setUp()
        var settings = try #require(Bench.infra.object)
        settings["apiNodes"] = [
            ["url": "sandbox://node-1", "adminAPIKey": "sandbox-key"],
            ["url": .string(url), "adminAPIKey": .string(key)],
        ]
        await bench.dss("PUT", "/api-deployer/infras/prod/settings", .object(settings))
        let update = await bench.update()
        #expect(update.json["hasResult"] == true)
        #expect(update.json["result"]?["error"] == .bool(health != "HEALTHY"))
        #expect(await bench.health() == health)
        #expect(await bench.ask("GET", "/nodes/node-1/admin/api/services").json.array?.count == 1)
    }

    @Test func `a static infra without nodes is a warning`() async throws {
        let bench = try Bench()
        await bench.setUp()
        var settings = try #require(Bench.infra.object)
        settings["apiNodes"] = []
        await bench.dss("PUT", "/api-deployer/infras/prod/settings", .object(settings))
        #expect(await bench.update().json["result"]?["maxSeverity"] == "WARNING")
        let status = await bench.dss("GET", "/api-deployer/deployments/d1/status")
        #expect(status.json["health"] == "WARNING")
        #expect(status.json["apiNodes"] == [])
    }

    @Test func `a node that lost its generation makes the deployment unhealthy`() async throws {
        let bench = try Bench()
        await bench.setUp()
        _ = await bench.update()
        await bench.ask("DELETE", "/nodes/node-2/admin/api/services/scoring")
        #expect(await bench.health() == "UNHEALTHY")
        _ = await bench.update()
        #expect(await bench.health() == "HEALTHY")
        await bench.ask("POST", "/nodes/node-2/admin/api/services/scoring/actions/disable")
        #expect(await bench.health() == "UNHEALTHY")
    }

    @Test func `a version that says so fails its health`() async throws {
        let bench = try Bench()
        await bench.setUp(
            endpoint: ["id": "score", "type": "PY_FUNCTION", "code": "import x\n# sandbox: unhealthy\n"])
        #expect(await bench.update().json["result"]?["error"] == false)
        #expect(await bench.health() == "UNHEALTHY")
    }

    @Test func `a cluster rolls out and has an address afterwards`() async throws {
        let bench = try Bench(baseURL: "http://127.0.0.1:9")
        await bench.setUp()
        await bench.dss("POST", "/api-deployer/infras", ["id": "k8s", "stage": "Test", "type": "K8S"])
        var body = Self.create
        body["infraId"] = "k8s"
        await bench.dss("POST", "/api-deployer/deployments", .object(body))
        let path = "/api-deployer/deployments/d2/status"
        #expect(await bench.dss("GET", path).json["publicURL"] == nil)
        _ = await bench.update("d2")
        let status = await bench.dss("GET", path).json
        #expect(status["health"] == "HEALTHY")
        #expect(status["publicURL"] == "http://127.0.0.1:9/nodes/cluster-k8s")
        #expect(status["apiNodes"] == nil)
        #expect(bench.sandbox.nodes.keys.sorted() == ["node-1", "node-2"])
        #expect(await bench.ask("POST", "/nodes/cluster-k8s/public/api/v1/scoring/score/run").status == 200)
    }

    @Test func `a node is known by its address on the port too`() async throws {
        let bench = try Bench(baseURL: "http://127.0.0.1:9")
        await bench.setUp()
        var settings = try #require(Bench.infra.object)
        settings["apiNodes"] = [["url": "http://127.0.0.1:9/nodes/node-1/", "adminAPIKey": "sandbox-key"]]
        await bench.dss("PUT", "/api-deployer/infras/prod/settings", .object(settings))
        _ = await bench.update()
        let status = await bench.dss("GET", "/api-deployer/deployments/d1/status").json
        #expect(status["health"] == "HEALTHY")
        #expect(status["apiNodes"] == [["url": "http://127.0.0.1:9/nodes/node-1"]])
        #expect(bench.sandbox.nodes["node-2"] == "http://127.0.0.1:9/nodes/node-2")
    }

    @Test func `queries go through the deployer`() async throws {
        let bench = try Bench()
        let endpoint: JSONValue = [
            "id": "p", "type": "STD_PREDICTION", "modelRef": "m",
            "testQueries": [["name": "one", "q": ["features": ["age": 42]]]],
        ]
        await bench.setUp(endpoint: endpoint)
        let path = "/api-deployer/deployments/d1"
        #expect(await bench.dss("POST", "\(path)/actions/run-test-queries").status == 400)
        _ = await bench.update()
        let tested = await bench.dss("POST", "\(path)/actions/run-test-queries?endpointIdParam=p")
        let asked = await bench.dss(
            "POST",
            "\(path)/actions/run-queries?queries=%5B%7B%22q%22%3A+%7B%22features%22%3A+%7B%22age%22%3A+42%7D%7D%7D%5D&adaptQueryForInfraType=True"
        )
        #expect(tested.json["results"]?.array?.count == 1)
        #expect(
            tested.json["results"]?.array?.first?["response"] == asked.json["results"]?.array?.first?["response"])
        #expect(await bench.dss("GET", "\(path)/governance-status?version=").json["messages"] == [])
        #expect(
            await bench.dss("GET", "\(path)/get-open-api").json["paths"]?.object?.keys
                == ["/p/predict", "/p/predict-multi", "/p/predict-simple"])
    }
}
