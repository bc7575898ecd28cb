import HTTP
import JSON
import Sandbox
import TestSupport
import Testing

/// Hostile and random requests: each gets an answer in the usual shape, none a crash.
@Suite struct FuzzTests {
    private static let words = [
        "projects", "SANDBOX", "apiservices", "scoring", "settings", "packages", "v1", "archive", "summary", "publish",
        "api-deployer", "infras", "prod", "services", "versions", "deployments", "d1", "status", "actions", "update",
        "last-update", "futures", "None", "nodes", "node-1", "admin", "api", "generations", "setMapping", "switchTo",
        "public", "v1", "score", "run", "predict", "keys", "sandbox", "faults", "requests", "state", "..", "%2F", "%zz",
        "%", "%FF", "é", "", "run-queries?queries=[{]", "run-test-queries?testQueriesParam=[1,{}]", "x?y=%", "#",
    ]
    private static let routes = [
        "projects/SANDBOX/apiservices/scoring/settings", "projects/SANDBOX/apiservices/scoring/packages/v1",
        "api-deployer/infras/prod/settings", "api-deployer/deployments/d1/settings", "api-deployer/deployments",
        "api-deployer/infras", "api-deployer/services", "api-deployer/services/scoring/settings",
        "api-deployer/services/scoring/versions", "api-deployer/deployments/d1/actions/update",
        "api-deployer/deployments/d1/status", "api-deployer/services/scoring/versions/v1",
    ]
    private static let nodeRoutes = [
        "admin/api/services/scoring/actions/setMapping", "admin/api/services", "admin/api/keys",
        "admin/api/services/scoring/generations/actions/importFromArchive?filePath=/dev/null",
        "public/api/v1/scoring/score/run", "public/api/v1/scoring/score/predict", "admin/api/metrics",
    ]
    private static let keys = [
        "id", "endpoints", "type", "apiNodes", "url", "adminAPIKey", "generationsMapping", "entries", "generation",
        "proba", "enabled", "publishedServiceId", "infraId", "version", "deploymentId", "stage", "features", "dispatch",
        "serviceId", "code", "errorRate", "updates", "outcome", "deadNodes", "items",
    ]

    private func value(_ dice: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        switch dice.next() >> 33 % (depth > 3 ? 6 : 8) {
        case 0: return .null
        case 1: return .bool(dice.next().isMultiple(of: 2))
        case 2: return .number(JSONNumber(Int(truncatingIfNeeded: dice.next())))
        case 3: return 0.5
        case 4, 5: return .string(dice.pick(Self.words))
        case 6: return .array((0..<Int(dice.next() >> 33 % 4)).map { _ in value(&dice, depth: depth + 1) })
        default:
            return .object(
                JSONObject(
                    (0..<Int(dice.next() >> 33 % 5)).map { _ in (dice.pick(Self.keys), value(&dice, depth: depth + 1)) }
                ))
        }
    }

    private func request(_ dice: inout SeededGenerator) -> SandboxRequest {
        let method = dice.pick(["GET", "PUT", "POST", "DELETE", "POST", "PUT", "PATCH", ""])
        let target: String
        switch dice.next() >> 33 % 4 {
        case 0: target = "/dip/publicapi/\(dice.pick(Self.routes))"
        case 1: target = "/nodes/node-1/\(dice.pick(Self.nodeRoutes))"
        default:
            let base = dice.pick(["/dip/publicapi/", "/public/api//", "/nodes/node-1/", "", "/sandbox/", "http:///"])
            target = base + (0..<Int(dice.next() >> 33 % 7)).map { _ in dice.pick(Self.words) }.joined(separator: "/")
        }
        var body = dice.next() >> 33 % 3 == 0 ? [] : value(&dice).bytes()
        var headers = [Bench.basic]
        if dice.next() >> 33 % 8 == 0 {
            body =
                Array(
                    "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"v.zip\"\r\n\r\nPK\u{3}\u{4}".utf8)
                + body + Array("\r\n--B--".utf8)
            headers.append(HTTPHeader("Content-Type", "multipart/form-data; boundary=B"))
        }
        if dice.next() >> 33 % 4 == 0, !body.isEmpty {
            body[Int(dice.next() >> 33) % body.count] = UInt8(truncatingIfNeeded: dice.next())
        }
        return SandboxRequest(method: method, target: target, headers: headers, body: body)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `4,000 random requests each get a proper answer`(seed: UInt64) async throws {
        var dice = SeededGenerator(seed: seed)
        let bench = try Bench(updateMilliseconds: 5)
        var done = 0
        for number in 0..<4000 {
            // The world is made again now and then: much of what is asked breaks it.
            if number.isMultiple(of: 200) {
                await bench.ask("DELETE", "/sandbox/faults")
                await bench.setUp()
                _ = await bench.update()
            }
            bench.clock.advance(1)
            let request = request(&dice)
            guard case .response(let response) = await bench.sandbox.answer(request) else { continue }
            if response.status < 300 { done += 1 }
            let proper = response.status < 400 || ((try? JSONValue(parsing: response.body))?["errorType"] != nil)
            #expect(proper, "seed \(seed), request \(number): \(request.method) \(request.target)")
        }
        #expect(done > 200, "only \(done) requests got through: the fuzz asks for nothing that exists")
        await bench.ask("DELETE", "/sandbox/faults")
        #expect(await bench.ask("GET", "/sandbox/state").status == 200)
    }
}

extension SeededGenerator {
    fileprivate mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}
