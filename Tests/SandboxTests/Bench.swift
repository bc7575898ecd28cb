import HTTP
import JSON
import Sandbox
import Synchronization

/// A clock that moves when told to; sleeping moves it too.
final class TestClock: Sendable {
    private let time = Mutex(1_700_000_000_000)

    var now: Int { time.withLock { $0 } }
    func advance(_ milliseconds: Int) { time.withLock { $0 += milliseconds } }
}

/// A sandbox with a still clock, and short ways to ask it.
struct Bench: Sendable {
    static let key = "sandbox-key"
    let clock: TestClock
    let sandbox: Sandbox

    init(
        data: String? = nil, seed: JSONValue? = nil, baseURL: String? = nil, updateMilliseconds: Int = 0,
        clock: TestClock = TestClock()
    ) throws {
        self.clock = clock
        sandbox = try Sandbox(
            SandboxOptions(
                data: data, seed: seed, key: Bench.key, baseURL: baseURL,
                updateDuration: .milliseconds(updateMilliseconds), now: { clock.now },
                sleep: { clock.advance(Int($0.components.seconds) * 1000) }))
    }

    static let basic = HTTPHeader("Authorization", "Basic c2FuZGJveC1rZXk6")  // sandbox-key:

    func answer(
        _ method: String, _ target: String, _ body: [UInt8] = [], headers: [HTTPHeader] = [Bench.basic]
    ) async -> SandboxAnswer {
        await sandbox.answer(SandboxRequest(method: method, target: target, headers: headers, body: body))
    }

    /// Asks and returns the response; anything else becomes a status of its own: 0.
    func raw(
        _ method: String, _ target: String, _ body: [UInt8] = [], headers: [HTTPHeader] = [Bench.basic]
    ) async -> SandboxResponse {
        if case .response(let response) = await answer(method, target, body, headers: headers) { return response }
        return SandboxResponse(status: 0)
    }

    /// Asks the DSS node: a path below the base path, a JSON body; the status and the text of the answer.
    @discardableResult
    func dss(_ method: String, _ path: String, _ body: JSONValue? = nil) async -> Outcome {
        Outcome(await raw(method, "/dip/publicapi\(path)", body?.bytes(.python) ?? []))
    }

    /// Asks an absolute path.
    @discardableResult
    func ask(_ method: String, _ path: String, _ body: JSONValue? = nil) async -> Outcome {
        Outcome(await raw(method, path, body?.bytes(.python) ?? []))
    }

    struct Outcome: CustomStringConvertible {
        let status: Int
        let bytes: [UInt8]

        init(_ response: SandboxResponse) {
            status = response.status
            bytes = response.body
        }

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
        var description: String { "\(status) \(text)" }
    }

    /// A service with a package that is published, an infra with both nodes, and a deployment that was never updated.
    func setUp(version: String = "v1", endpoint: JSONValue = Bench.function) async {
        await dss("POST", "/projects/SANDBOX/apiservices/scoring")
        await dss("PUT", "/projects/SANDBOX/apiservices/scoring/settings", ["endpoints": [endpoint]])
        await dss("POST", "/projects/SANDBOX/apiservices/scoring/packages/\(version)")
        await dss("POST", "/projects/SANDBOX/apiservices/scoring/packages/\(version)/publish")
        await dss("POST", "/api-deployer/infras", ["id": "prod", "stage": "Production", "type": "STATIC"])
        await dss("PUT", "/api-deployer/infras/prod/settings", Bench.infra)
        await dss(
            "POST", "/api-deployer/deployments",
            [
                "deploymentId": "d1", "publishedServiceId": "scoring", "infraId": "prod", "version": .string(version),
                "endpointId": .null, "authorizationsToQueryThroughDeployer": .null,
            ])
    }

    static let function: JSONValue = ["id": "score", "type": "PY_FUNCTION", "code": "def f(x):\n    return x\n"]
    static let infra: JSONValue = [
        "id": "prod", "type": "STATIC", "stage": "Production", "governCheckPolicy": "NO_CHECK",
        "apiNodes": [
            ["url": "sandbox://node-1", "adminAPIKey": "sandbox-key", "graphitePrefix": .null],
            ["url": "sandbox://node-2", "adminAPIKey": "sandbox-key", "graphitePrefix": .null],
        ], "permissions": [],
    ]

    func update(_ id: String = "d1") async -> Outcome {
        await dss("POST", "/api-deployer/deployments/\(id)/actions/update")
    }

    func health(_ id: String = "d1") async -> String {
        await dss("GET", "/api-deployer/deployments/\(id)/status").json["health"]?.string ?? "none"
    }
}
