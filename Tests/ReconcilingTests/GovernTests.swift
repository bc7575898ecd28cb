import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import Sandbox
import Synchronization
import TestSupport
import Testing

/// What Govern says of a version, before it goes live.
@Suite struct GovernTests {
    /// A deployment of `v1` on an infrastructure with a policy, and `v2` that is published beside it.
    private func world(_ policy: String) async throws -> World {
        var world = try World()
        world.files["infra.yaml"]?.replace("type: STATIC", with: "type: STATIC\n  governCheckPolicy: \(policy)")
        try await world.apply()
        world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        try await world.apply()
        world.files["deployment.yaml"]?.replace("version: v1", with: "version: v2")
        return world
    }

    private func told(_ world: World, _ answer: JSONValue, status: Int = 200) async throws -> (asked: Int, [String]) {
        let asked = Mutex(0)
        let transport = TamperingTransport(base: SandboxTransport(world.sandbox)) { request in
            guard request.url.contains("governance-status") else { return nil }
            #expect(request.url.hasSuffix("/scoring-on-prod/governance-status?version=v2"))
            asked.withLock { $0 += 1 }
            return HTTPResponse(status: status, headers: [], body: answer.bytes())
        }
        let plan = try await world.plan(transport: transport)
        let codes: Set<String> = ["govern-status", "govern-unknown"]
        let lines = plan.diagnostics.filter { codes.contains($0.code) }.map { told in
            "\(told.severity) \(told.message)\(told.hint.map { " (\($0))" } ?? "")"
        }
        return (asked.withLock { $0 }, lines)
    }

    private static let unapproved: JSONValue = [
        "messages": [
            ["severity": "ERROR", "title": "Not approved", "message": "model churn v7 waits for its sign-off"],
            ["severity": "SUCCESS", "title": "Approved", "message": "model lift v2"],
        ]
    ]

    @Test(arguments: [
        ("PREVENT", "The policy of its infrastructure is PREVENT: DSS refuses what is not approved in Govern."),
        (
            "WARN",
            "The policy of its infrastructure is WARN: DSS refuses to save it, unless 'rollout.ignoreWarnings' gives a reason."
        ),
    ])
    func `a plan tells what Govern says of a version that goes live, by one request`(
        policy: String, hint: String
    ) async throws {
        let (asked, lines) = try await told(try await world(policy), GovernTests.unapproved)
        #expect(
            lines == [
                "warning Govern says of version 'v2': Not approved: model churn v7 waits for its sign-off (\(hint))",
                "note Govern says of version 'v2': Approved: model lift v2",
            ])
        #expect(asked == 1)
    }

    @Test func `where nothing is checked, or nothing changes, nothing is asked`() async throws {
        var world = try await world("NO_CHECK")
        var (asked, lines) = try await told(world, GovernTests.unapproved)
        #expect(asked == 0 && lines == [])
        world.files["infra.yaml"]?.replace("NO_CHECK", with: "PREVENT")
        (asked, lines) = try await told(world, GovernTests.unapproved)
        #expect(asked == 1 && lines.count == 2, "the policy is that of the plan")
        try await world.apply()
        (asked, lines) = try await told(world, GovernTests.unapproved)
        #expect(asked == 0 && lines == [])
    }

    @Test func `an answer that can't be read is a note, and an older release says nothing`() async throws {
        let world = try await world("PREVENT")
        let (_, unread) = try await told(
            world, ["errorType": "UnauthorizedException", "message": "not for you"], status: 403)
        #expect(unread.count == 1)
        #expect(unread.first?.hasPrefix("note what Govern says of version 'v2' could not be read: ") ?? false)
        #expect(try await told(world, [[1]]).1.count == 1)
        #expect(try await told(world, ["message": "no such call"], status: 404).1 == [])
        #expect(try await told(world, [:]).1 == [])
    }
}
