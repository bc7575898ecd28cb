import HTTP
import JSON
import Sandbox
import Testing

/// Sections 1 and 2 of the wire reference: who may ask, and how a path may be written.
@Suite struct AccessTests {
    private static let refusal =
        #"{"errorType":"com.dataiku.dip.exceptions.NotAuthenticatedException","message":"Unknown API Key","detailedMessage":"Unknown API Key"}"#

    // Basic values: "sandbox-key:", ":sandbox-key", "sandbox-key", "x:sandbox-key", "wrong:", ":".
    @Test(arguments: [
        ("Authorization", "Basic c2FuZGJveC1rZXk6", 200), ("authorization", "basic OnNhbmRib3gta2V5", 200),
        ("Authorization", "Basic c2FuZGJveC1rZXk=", 200), ("Authorization", "Basic eDpzYW5kYm94LWtleQ==", 200),
        ("Authorization", "Bearer sandbox-key", 200), ("Authorization", "Basic d3Jvbmc6", 401),
        ("Authorization", "Bearer wrong", 401), ("Authorization", "Basic Og==", 401), ("Authorization", "Basic", 401),
        ("Authorization", "Basic !!", 401), ("Authorization", "", 401), ("X-DKU-APITicket", "sandbox-key", 401),
    ])
    func `the key is taken in each of its forms`(name: String, value: String, status: Int) async throws {
        let answer = await (try Bench()).raw("GET", "/dip/publicapi/projects/", headers: [HTTPHeader(name, value)])
        #expect(answer.status == status)
        if status == 401 { #expect(String(decoding: answer.body, as: UTF8.self) == Self.refusal) }
    }

    @Test func `without any key the answer is the same refusal`() async throws {
        let answer = await (try Bench()).raw("GET", "/dip/publicapi/projects/", headers: [])
        #expect(answer.status == 401)
        #expect(String(decoding: answer.body, as: UTF8.self) == Self.refusal)
    }

    @Test(arguments: [
        "/dip/publicapi/projects/SANDBOX/apiservices/", "/public/api/projects/SANDBOX/apiservices",
        "//dip/publicapi//projects/SANDBOX///apiservices//", "/dip/publicapi/projects/S%41NDBOX/apiservices?a=b",
        "http://host:1/dip/publicapi/projects/SANDBOX/apiservices/",
    ])
    func `a path may be written in many ways`(target: String) async throws {
        let answer = Bench.Outcome(await (try Bench()).raw("GET", target))
        #expect(answer.description == "200 []")
    }

    @Test func `an escaped slash stays within its segment`() async throws {
        let bench = try Bench()
        #expect(await bench.dss("POST", "/projects/SANDBOX/apiservices/a%2Fb%20%C3%A9").status == 200)
        let list = await bench.dss("GET", "/projects/SANDBOX/apiservices/").json
        #expect(list.array?.first?["id"] == "a/b é")
    }

    @Test(arguments: [
        ("GET", "/dip/publicapi/nothing", 404), ("GET", "/nothing", 404), ("GET", "/", 404), ("GET", "", 404),
        ("GET", "/dip/publicapi", 404), ("DELETE", "/dip/publicapi/projects/SANDBOX/apiservices/s", 405),
        ("PATCH", "/dip/publicapi/api-deployer/infras", 405), ("GET", "/nodes/node-9/isAlive/", 404),
        ("GET", "/nodes/node-1/elsewhere", 404), ("POST", "/sandbox/faults", 405),
    ])
    func `a wrong path or method is an error in the usual shape`(method: String, target: String, status: Int)
        async throws
    {
        let answer = Bench.Outcome(await (try Bench()).raw(method, target))
        #expect(answer.status == status)
        #expect(answer.json.object?.keys == ["errorType", "message", "detailedMessage"])
    }

    @Test func `answers carry the headers of DSS`() async throws {
        let bench = try Bench()
        let answer = await bench.raw("GET", "/dip/publicapi/auth/info")
        #expect(answer.headers["dss-version"] != nil)
        #expect(answer.headers["dss-api-version"] != nil)
        #expect(answer.headers["content-type"] == "application/json;charset=utf-8")
        #expect(
            String(decoding: answer.body, as: UTF8.self)
                == #"{"authIdentifier":"admin","groups":["administrators"]}"#)
        #expect(
            await bench.dss("GET", "/instance-info").text
                == #"{"nodeId":"sandbox","nodeName":"sandbox","nodeType":"DESIGN"}"#)
    }

    @Test func `a project is made with the body of the official client`() async throws {
        let bench = try Bench()
        let body: JSONValue = [
            "projectKey": "CHURN", "name": "Churn", "owner": "ann", "settings": .null, "description": .null,
            "permissions": [], "tags": [],
        ]
        #expect(await bench.dss("POST", "/projects/", body).status == 200)
        #expect(
            await bench.dss("GET", "/projects/CHURN").text
                == #"{"projectKey":"CHURN","name":"Churn","shortDesc":"","ownerLogin":"ann","tags":[]}"#)
        #expect(await bench.dss("POST", "/projects/", body).status == 400)
    }
}
