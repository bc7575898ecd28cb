import DSS
import Diagnostics
import Files
import HTTP
import JSON
import TestSupport
import Testing

/// Answers that were damaged on the way, or made by someone else: each gives a value or an error, never a crash.
@Suite struct MutationTests {
    static let seed: UInt64 = 20_260_901
    static let rounds = 20_000

    static let bodies = [
        #"[{"projectKey": "P", "id": "s", "name": "s", "authMethod": "PUBLIC", "endpoints": [{"id": "e", "type": "STD"}]}]"#,
        #"[{"id": "v1", "createdOn": 1700000000000}, {"id": "v2", "createdOn": 1e3}]"#,
        #"{"infraBasicInfo": {"id": "i", "stage": "Prod", "type": "STATIC"}, "deployments": [{"id": "d"}]}"#,
        #"{"serviceBasicInfo": {"id": "s"}, "packages": [{"id": "v1"}], "deployments": [{"id": "d", "infraId": "i"}]}"#,
        #"{"deploymentBasicInfo": {"id": "d", "enabled": true, "publishedServiceId": "s", "infraId": "i"}}"#,
        #"{"health": "WARNING", "healthMessages": {"messages": [{"severity": "ERROR", "isFatal": true, "code": "C"}], "#
            + #""maxSeverity": "ERROR", "error": true}, "apiNodes": [{"url": "http://n"}], "publicURL": "u"}"#,
        #"{"jobId": "J", "hasResult": true, "result": {"é": "\ud83d\ude00"}, "alive": false, "startTime": 1.5e300}"#,
        #"[{"startTimestamp": 17, "type": "T", "status": "S", "endTimestamp": 1, "logs": {"lines": ["l"]}}]"#,
        #"{"errorType": "a.b.C", "message": "m", "detailedMessage": "d"}"#,
        "<!DOCTYPE html><html><body>Sign in</body></html>",
    ]
    /// The first eight answers are those that the first eight readers of `read` expect, in this order.
    static let ownAnswers = 8
    static let pieces = [
        "null", "[", "]", "{", "}", "\"", "\\", "\\u", "\\ud800", "1e999999999", "-", ":", ",", "true", "\u{0}", "<",
        "\u{202E}", "[[[[[[[[[[[[[[[[[[[[", "{\"id\":", "0", "\u{FEFF}",
    ]

    static func mutated(_ body: String, _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(body.utf8)
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let start = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, start + Int.random(in: 0...12, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(start..<end)
            case 1: bytes.insert(contentsOf: Array(pieces.randomElement(using: &generator, or: "").utf8), at: start)
            case 2: bytes.replaceSubrange(start..<end, with: pieces.randomElement(using: &generator, or: "").utf8)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: start)
            default: bytes.removeSubrange(start..<bytes.count)
            }
        }
        return bytes
    }

    /// The name and length of what came of one read, by which all readers are tried in turn.
    static func read(_ client: DSSClient, _ choice: Int) async throws(DSSError) -> Int {
        let deployer = client.apiDeployer
        switch choice {
        case 0: return try await client.project("P").listAPIServices().count
        case 1: return try await client.project("P").apiService("s").listPackages().count
        case 2: return try await deployer.infra("i").getStatus().deployments.count
        case 3: return try await deployer.service("s").getStatus().packages.count
        case 4: return try await deployer.deployment("d").getLightStatus().id.count
        case 5: return try await deployer.deployment("d").getHeavyStatus().serviceURLs(serviceId: "s")?.count ?? 0
        case 6: return try await deployer.deployment("d").startUpdate().isFinished ? 1 : 0
        case 7: return try await deployer.deployment("d").listUpdates().count
        case 8: return try await deployer.deployment("d").getOpenAPI().count
        case 9: return try await client.listFutures().count
        case 10: return try await deployer.infra("i").getSettings().count
        default: return try await client.getAuthInfo().groups.count
        }
    }

    @Test func `a damaged answer is a value or an error with a bounded, printable text`() async {
        var generator = SeededGenerator(seed: Self.seed)
        let types: [String?] = ["application/json", "text/html", "text/plain\u{7}", nil]
        let statuses = [200, 200, 200, 200, 201, 204, 302, 400, 404, 500, 503, 0, 700]
        var values = 0
        var errors = 0
        for round in 0..<Self.rounds {
            let type = types.randomElement(using: &generator, or: nil)
            let choice = Int.random(in: 0..<12, using: &generator)
            // Most reads get a damaged form of their own answer, the others one of another.
            let isOwn = choice < Self.ownAnswers && Int.random(in: 0..<4, using: &generator) > 0
            let body = isOwn ? Self.bodies[choice] : Self.bodies.randomElement(using: &generator, or: "")
            let response = HTTPResponse(
                status: statuses.randomElement(using: &generator, or: 200),
                headers: type.map { [HTTPHeader("Content-Type", $0)] } ?? [], body: Self.mutated(body, &generator))
            do throws(DSSError) {
                _ = try await Self.read(client(Recorder([.success(response)])), choice)
                values += 1
            } catch {
                errors += 1
                let text = error.diagnostic.message
                let isFine =
                    text.count < 2500 && error.request.hasPrefix(choice == 6 ? "POST /" : "GET /")
                    && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E }
                #expect(isFine, "seed \(Self.seed), round \(round): \(text)")
            }
        }
        // Both kinds must have been met, or the mutations are of no use.
        #expect(values > 1000 && errors > 1000, "seed \(Self.seed): \(values) values, \(errors) errors")
    }
}

extension Array {
    fileprivate func randomElement(using generator: inout some RandomNumberGenerator, or fallback: Element) -> Element {
        randomElement(using: &generator) ?? fallback
    }
}
