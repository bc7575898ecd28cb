import HTTP
import JSON
import Sandbox
import Testing

/// Sections 7 and 8 of the wire reference.
@Suite struct NodeTests {
    private let admin = "/nodes/node-1/admin/api"
    private let user = "/nodes/node-1/public/api/v1/scoring"

    /// A node with generations v1 and v2 of one service, both uploaded, nothing mapped.
    private func prepare(_ settings: JSONValue = ["endpoints": [Bench.function]]) async throws -> Bench {
        let bench = try Bench()
        await bench.dss("POST", "/projects/SANDBOX/apiservices/scoring")
        await bench.dss("PUT", "/projects/SANDBOX/apiservices/scoring/settings", settings)
        #expect(
            await bench.ask("POST", "\(admin)/services/", ["serviceId": "scoring"]).description == #"200 {"ok":true}"#)
        for version in ["v1", "v2"] {
            let package = "/projects/SANDBOX/apiservices/scoring/packages/\(version)"
            await bench.dss("POST", package)
            let zip = await bench.dss("GET", "\(package)/archive").bytes
            let head = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.zip\"\r\n\r\n"
            let answer = await bench.raw(
                "POST", "\(admin)/services/scoring/generations", Array(head.utf8) + zip + Array("\r\n--B--\r\n".utf8),
                headers: [Bench.basic, HTTPHeader("Content-Type", "multipart/form-data; boundary=\"B\"")])
            #expect(answer.status == 200)
        }
        return bench
    }

    @Test func `an import does not switch, and a mapping enables`() async throws {
        let bench = try await prepare()
        #expect(
            await bench.ask("GET", "\(admin)/services").text
                == #"[{"serviceId":"scoring","enabled":false,"activeGeneration":null,"generationCount":2}]"#)
        #expect(await bench.ask("POST", "\(user)/score/run", ["x": 1]).status == 404)
        #expect(
            await bench.ask("POST", "\(admin)/services/scoring/actions/switchToNewest").description
                == #"200 {"ok":true,"generation":"v2"}"#)
        #expect(
            await bench.ask("GET", "\(admin)/services").text
                == #"[{"serviceId":"scoring","enabled":true,"activeGeneration":"v2","generationCount":2}]"#)
        #expect(await bench.ask("POST", "\(admin)/services/scoring/actions/switchTo/v1").status == 200)
        #expect(await bench.ask("POST", "\(admin)/services/scoring/actions/switchTo/v9").status == 404)
        #expect(await bench.ask("POST", "\(admin)/services/scoring/generations/v1/preload").status == 200)
        #expect(
            await bench.ask("GET", "\(admin)/services/scoring/generations").text
                == #"{"generations":[{"generation":"v1","generationId":"v1","createdOn":1700000000000,"active":true,"mounted":true,"preloaded":true},{"generation":"v2","generationId":"v2","createdOn":1700000000000,"active":false,"mounted":false,"preloaded":false}]}"#
        )
    }

    @Test func `a bearer token asks for the other dialect`() async throws {
        let bench = try await prepare()
        let bearer = [HTTPHeader("Authorization", "Bearer sandbox-key")]
        let list = Bench.Outcome(await bench.raw("GET", "\(admin)/services/scoring/generations", headers: bearer))
        #expect(list.json.array?.count == 2)
        #expect(await bench.raw("DELETE", "\(admin)/services/scoring", headers: bearer).status == 204)
        #expect(Bench.Outcome(await bench.raw("GET", "\(admin)/health", headers: [])).json["status"] == "HEALTHY")
        #expect(Bench.Outcome(await bench.raw("GET", "/nodes/node-1/isAlive/", headers: [])).text == "true")
    }

    @Test(arguments: [
        ("", 400), ("{}", 400), (#"{"entries":[{"generation":"v1","proba":0.5}]}"#, 400),
        (#"{"entries":[{"generation":"v9","proba":1}]}"#, 404),
        (#"{"entries":[{"generation":"v1","proba":0.8},{"generation":"v2","proba":0.2}]}"#, 200),
    ])
    func `a mapping must add up and name what is there`(body: String, status: Int) async throws {
        let bench = try await prepare()
        let path = "\(admin)/services/scoring/actions/setMapping"
        #expect(await bench.raw("POST", path, Array(body.utf8)).status == status)
    }

    @Test func `a mapped generation is not deleted, an unused one is cleaned`() async throws {
        let bench = try await prepare()
        await bench.ask("POST", "\(admin)/services/scoring/actions/switchTo/v1")
        #expect(await bench.ask("DELETE", "\(admin)/services/scoring/generations/v1").status == 400)
        #expect(
            await bench.ask("DELETE", "\(admin)/services-clean-unused").text
                == #"{"ok":true,"deleted":[{"serviceId":"scoring","generation":"v2"}]}"#)
        await bench.ask("POST", "\(admin)/services/scoring/actions/disable")
        #expect(await bench.ask("POST", "\(user)/score/run", ["x": 1]).status == 404)
        await bench.ask("DELETE", "\(admin)/services-clean-unused")
        #expect(await bench.ask("GET", "\(admin)/services").description == "200 []")
    }

    @Test func `an admin key that was made opens its node only`() async throws {
        let bench = try Bench()
        let made = await bench.ask(
            "POST", "\(admin)/keys", ["label": "ci", "description": .null, "createdBy": .null, "expiry": .null])
        let key = try #require(made.json["key"]?.string)
        #expect(await bench.ask("GET", "\(admin)/keys").text == "[\(made.text)]")
        let bearer = [HTTPHeader("Authorization", "Bearer \(key)")]
        #expect(await bench.raw("GET", "\(admin)/keys", headers: bearer).status == 200)
        #expect(await bench.raw("GET", "/nodes/node-2/admin/api/keys", headers: bearer).status == 401)
        #expect(await bench.raw("GET", "/dip/publicapi/projects/", headers: bearer).status == 401)
        let id = try #require(made.json["id"]?.string)
        #expect(await bench.ask("DELETE", "\(admin)/keys/\(id)").status == 404)
        #expect(await bench.ask("DELETE", "\(admin)/keys/\(id)/key").status == 200)
        #expect(await bench.ask("GET", "\(admin)/keys").description == "200 []")
    }

    @Test func `a dispatch key always lands on the same generation`() async throws {
        let endpoint: JSONValue = ["id": "p", "type": "STD_PREDICTION", "modelRef": "m"]
        let bench = try await prepare(["endpoints": [endpoint]])
        await bench.ask(
            "POST", "\(admin)/services/scoring/actions/setMapping",
            ["entries": [["generation": "v1", "proba": 0.5], ["generation": "v2", "proba": 0.5]]])
        var seen: [String: Set<String>] = [:]
        for round in 0..<60 {
            let key = "user-\(round % 20)"
            let answer = await bench.ask(
                "POST", "\(user)/p/predict",
                [
                    "features": ["age": 42], "explanations": ["enabled": .null],
                    "dispatch": ["dispatchKey": .string(key)],
                ])
            seen[key, default: []].insert(answer.json["apiContext"]?["serviceGeneration"]?.string ?? "")
            #expect(answer.json["result"]?["prediction"]?.string != nil)
        }
        #expect(seen.values.allSatisfy { $0.count == 1 })
        #expect(Set(seen.values.joined()) == ["v1", "v2"])
        let forced = await bench.ask(
            "POST", "\(user)/p/predict", ["features": ["age": 42], "dispatch": ["forcedGeneration": "v2"]])
        #expect(forced.json["apiContext"]?["serviceGeneration"] == "v2")
        #expect(
            await bench.ask(
                "POST", "\(user)/p/predict", ["features": ["age": 1], "dispatch": ["forcedGeneration": "v9"]]
            ).status == 404)
        #expect(await bench.ask("GET", "\(admin)/metrics").json["totalRequests"] == 62)
    }

    @Test(arguments: [
        ("STD_PREDICTION", "predict", #"{"features":{"a":1}}"#, "result", 200),
        ("STD_PREDICTION", "predict-multi", #"{"items":[{"features":{"a":1}},{"features":{}}]}"#, "results", 200),
        ("STD_PREDICTION", "predict-multi", "{}", "", 400), ("STD_PREDICTION", "run", "{}", "", 400),
        ("STD_CLUSTERING", "predict", #"{"features":{"a":1}}"#, "result", 200),
        ("STD_FORECAST", "forecast", #"{"items":[{"a":1}]}"#, "results", 200),
        ("STD_CAUSAL_PREDICTION", "predict-effect", #"{"features":{"a":1}}"#, "result", 200),
        ("STD_CAUSAL_PREDICTION", "predict-effect-multi", #"{"items":[{"features":{}}]}"#, "results", 200),
        ("DATASETS_LOOKUP", "lookup", #"{"data":{"id":7}}"#, "results", 200),
        ("DATASETS_LOOKUP", "lookup-multi", #"{"items":[{"data":{"id":7}}]}"#, "results", 200),
        ("SQL_QUERY", "query", #"{"name":"x"}"#, "columns", 200), ("PY_FUNCTION", "run", "", "response", 200),
        ("R_FUNCTION", "run", #"{"x":1}"#, "response", 200), ("CUSTOM_PREDICTION", "predict", "{}", "result", 200),
        ("PY_FUNCTION", "nothing", "{}", "", 404),
    ])
    func `each type of endpoint answers its own calls`(
        type: String, verb: String, body: String, member: String, status: Int
    ) async throws {
        let bench = try await prepare(["endpoints": [["id": "e", "type": .string(type)]]])
        await bench.ask("POST", "\(admin)/services/scoring/actions/switchTo/v1")
        let first = Bench.Outcome(await bench.raw("POST", "\(user)/e/\(verb)", Array(body.utf8), headers: []))
        #expect(first.status == status)
        if status == 200 {
            #expect(first.json.object?.contains(key: member) == true)
            let again = Bench.Outcome(await bench.raw("POST", "\(user)/e/\(verb)", Array(body.utf8), headers: []))
            #expect(again.text == first.text)
        }
    }

    @Test(
        arguments: [
            ("PUBLIC", nil, 200), ("API_KEYS", nil, 401), ("API_KEYS", "Bearer k-1", 200),
            ("API_KEYS", "Bearer k-2", 401),
            ("API_KEYS", "Basic ay0xOg==", 200), ("OAUTH2", "Bearer anything", 200), ("OAUTH2", nil, 401),
        ] as [(String, String?, Int)])
    func `a service asks for what its mode says`(mode: String, authorization: String?, status: Int) async throws {
        let bench = try await prepare([
            "endpoints": [Bench.function], "authMethod": .string(mode), "authRealm": ["queryKeys": ["k-1"]],
        ])
        await bench.ask("POST", "\(admin)/services/scoring/actions/switchTo/v1")
        let headers = authorization.map { [HTTPHeader("Authorization", $0)] } ?? []
        #expect(await bench.raw("POST", "\(user)/score/run", headers: headers).status == status)
    }
}
