import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import Sandbox
import TestSupport
import Testing

/// Writes whose answer is lost are settled by reading, and never done twice.
@Suite struct LostAnswerTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let method: String
        let path: String
        let kind: String
        let status: Int
        /// How often the call is sent, and whether all is live then.
        let sent: Int
        let isApplied: Bool
        var testDescription: String { "\(method) \(path) \(kind) \(status)" }
    }

    static let posts = [
        "/projects/CHURN/apiservices/scoring", "*/packages/v1", "*/packages/v1/publish", "/api-deployer/infras",
        "/api-deployer/deployments",
    ]

    static let faults =
        posts.flatMap { path in
            [
                Fault(method: "POST", path: path, kind: "lostAnswers", status: 0, sent: 1, isApplied: true),
                Fault(method: "POST", path: path, kind: "truncate", status: 0, sent: 1, isApplied: true),
                // The server was never reached behind its proxy.
                Fault(method: "POST", path: path, kind: "errorRate", status: 503, sent: 2, isApplied: true),
                // What DSS answers to what it can't do: once more would be no better.
                Fault(method: "POST", path: path, kind: "errorRate", status: 500, sent: 1, isApplied: false),
                // It may be at work for minutes.
                Fault(method: "POST", path: path, kind: "errorRate", status: 504, sent: 1, isApplied: false),
            ]
        } + [
            Fault(method: "POST", path: "*/actions/update", kind: "lostAnswers", status: 0, sent: 1, isApplied: true),
            Fault(method: "POST", path: "*/actions/update", kind: "truncate", status: 0, sent: 1, isApplied: true),
            Fault(method: "POST", path: "*/actions/update", kind: "errorRate", status: 500, sent: 1, isApplied: false),
            Fault(method: "POST", path: "*/actions/update", kind: "errorRate", status: 503, sent: 1, isApplied: false),
            Fault(method: "PUT", path: "*/settings", kind: "lostAnswers", status: 0, sent: 1, isApplied: true),
        ]

    @Test(arguments: faults) func `settles by reading`(fault: Fault) async throws {
        let world = try World()
        var rule: JSONObject = [
            "match": ["method": .string(fault.method), "path": .string("*" + fault.path)], "times": 1,
        ]
        rule[fault.kind] = 1
        if fault.status > 0 { rule["status"] = .number(JSONNumber(fault.status)) }
        try await world.send(.put, "/sandbox/faults", ["rules": [.object(rule)]])
        _ = try await world.writes()
        let run = try await world.apply()
        #expect((run.failures == "") == fault.isApplied, "\(run.failures)")
        let writes = try await world.writes().filter { write in
            write.hasPrefix(fault.method) && write.hasSuffix(fault.path.drop { $0 == "*" })
        }
        #expect(Set(writes).allSatisfy { path in writes.count { $0 == path } <= fault.sent }, "\(writes)")
        #expect(writes.count >= fault.sent)
        #expect(try await world.apply().failures == "")
        #expect(try await world.plan().lines == [])
    }

    @Test func `a deletion whose answer is lost is done, though the connection sends it again`() async throws {
        var world = try World()
        world.workspace.replace("local: {sandbox", with: "local: {limits: {maxDeletes: 1}, sandbox")
        try await world.apply()
        world.files["deployment.yaml"]?.replace("infraId: prod", with: "infraId: other")
        world.files["deployment.yaml"]?.replace(
            "metadata: {name: scoring-on-prod}",
            with: "metadata: {name: scoring-on-prod, lifecycle: {replace: true}}")
        world.files["other.yaml"] = world.files["infra.yaml"]?.replacing("name: prod", with: "name: other")
        try await world.send(
            .put, "/sandbox/faults", ["rules": [["match": ["method": "DELETE"], "lostAnswers": 1, "times": 1]]])
        let retrying = RetryingTransport(
            SandboxTransport(world.sandbox), policy: RetryPolicy(maximumAttempts: 6, base: .zero, ceiling: .zero),
            limiter: nil, statistics: nil)
        #expect(try await world.apply(transport: retrying).failures == "")
        #expect(try await world.plan().lines == [])
    }
}
