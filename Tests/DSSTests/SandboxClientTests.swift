import DSS
import Diagnostics
import Files
import Foundation
import HTTP
import JSON
import Sandbox
import Synchronization
import Testing

/// Our client against our emulator, in this process: the whole way of a service, and back.
@Suite struct SandboxClientTests {
    static let key = "sandbox-admin-key"

    /// A sandbox whose clock moves 100 ms with each look at it, so that updates end without anyone waiting.
    static func sandbox(updateDuration: Duration = .milliseconds(300)) throws -> SandboxTransport {
        let clock = Mutex(1_700_000_000_000)
        return SandboxTransport(
            try Sandbox(
                SandboxOptions(
                    key: key, updateDuration: updateDuration,
                    now: {
                        clock.withLock {
                            $0 += 100
                            return $0
                        }
                    }, sleep: { _ in })))
    }

    static func client(_ transport: some Transport, key: String = key) -> DSSClient {
        DSSClient(
            endpoint: DSSEndpoint(host: "sandbox://dss", credentials: .apiKey(Secret(key))), transport: transport)
    }

    /// A temporary path that nobody else has, removed in the end.
    static func withTemporaryPath<T>(_ work: (String) async throws -> T) async throws -> T {
        let path = NSTemporaryDirectory() + "dss-tests-\(UUID().uuidString).zip"
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await work(path)
    }

    /// Follows a task until it ends; the bound is far above what the clock of these tests needs.
    static func finish(_ state: FutureState, _ client: DSSClient) async throws -> FutureState {
        var state = state
        for _ in 0..<100 where !state.isFinished {
            state = try await client.future(try #require(state.jobId)).getState()
        }
        return state
    }

    static let endpoint: JSONValue = [
        "id": "predict", "type": "STD_PREDICTION", "modelRef": "aBcD", "unknownToUs": ["x": 1.50],
    ]

    /// A service with a package, published.
    static func publish(_ client: DSSClient, version: String = "v1") async throws {
        let service = try await client.project("SANDBOX").createAPIService("scoring")
        var settings = try #require(try await service.getSettings().object)
        settings["endpoints"] = [endpoint]
        try await service.saveSettings(.object(settings))
        try await service.createPackage(version, releaseNotes: "first & best")
        try await service.publishPackage(version)
    }

    static func deploy(_ client: DSSClient) async throws -> DSSAPIDeployerDeployment {
        let infra = try await client.apiDeployer.createInfra("prod", stage: "Production", type: "STATIC")
        var settings = try #require(try await infra.getSettings().object)
        settings["apiNodes"] = [
            ["url": "sandbox://node-1", "adminAPIKey": .string(key), "graphitePrefix": .null],
            ["url": "sandbox://node-2", "adminAPIKey": .string(key), "graphitePrefix": .null],
        ]
        try await infra.saveSettings(.object(settings))
        return try await client.apiDeployer.createDeployment(
            "scoring-on-prod", publishedServiceId: "scoring", infraId: "prod", version: "v1")
    }

    @Test func `a service goes live`() async throws {
        let client = Self.client(try Self.sandbox())
        try await Self.publish(client)
        let project = client.project("SANDBOX")
        #expect(try await project.listAPIServices().map(\.id) == ["scoring"])
        #expect(try await project.apiService("scoring").getSettings()["endpoints"] == [Self.endpoint])
        let package = try #require(try await project.apiService("scoring").listPackages().first)
        #expect(package.id == "v1")
        #expect(package.createdOn ?? 0 > 1_700_000_000_000)
        let summary = try await project.apiService("scoring").getPackageSummary("v1")
        #expect(summary["releaseNotes"] == "first & best")
        #expect(try await client.apiDeployer.service("scoring").getStatus().packages.map(\.id) == ["v1"])

        let deployment = try await Self.deploy(client)
        #expect(try await deployment.getHeavyStatus().health == .unknown)
        let started = try await deployment.startUpdate()
        #expect(!started.isFinished)
        let ended = try await Self.finish(started, client)
        #expect(ended.hasResult && !ended.isAborted)

        let light = try await deployment.getLightStatus()
        #expect(light.enabled)
        #expect(light.infraId == "prod")
        let heavy = try await deployment.getHeavyStatus()
        #expect(heavy.health == .healthy)
        #expect(!heavy.healthMessages.hasError)
        #expect(
            heavy.serviceURLs(serviceId: light.serviceId ?? "") == [
                "sandbox://node-1/public/api/v1/scoring", "sandbox://node-2/public/api/v1/scoring",
            ])
        let settings = try await deployment.getSettings()
        #expect(
            settings["generationsMapping"] == [
                "mode": .string(Dialect.standard.singleGenerationMode), "generation": "v1",
            ])
        let update = try #require(try await deployment.listUpdates().first)
        let full = try await deployment.getUpdate(update.startTimestamp)
        #expect(full.logLines?.isEmpty == false)
        #expect(Dialect.standard.hasSucceeded(updateStatus: full.status ?? "") == true)
        #expect(try await deployment.getUpdate().startTimestamp == update.startTimestamp)
        _ = try await deployment.getGovernanceStatus()
    }

    @Test func `a service is taken down again`() async throws {
        let client = Self.client(try Self.sandbox(updateDuration: .zero))
        try await Self.publish(client)
        let deployment = try await Self.deploy(client)
        #expect(try await deployment.startUpdate().isFinished)
        var settings = try #require(try await deployment.getSettings().object)
        settings["enabled"] = false
        try await deployment.saveSettings(.object(settings))
        #expect(try await deployment.startUpdate().isFinished)
        try await deployment.delete()
        #expect(try await client.apiDeployer.listDeployments() == [])
        try await client.apiDeployer.infra("prod").delete()
        #expect(try await client.apiDeployer.listInfras() == [])
        try await client.apiDeployer.service("scoring").deleteVersion("v1")
        try await client.apiDeployer.service("scoring").delete()
        #expect(try await client.apiDeployer.listServices() == [])
        try await client.project("SANDBOX").apiService("scoring").deletePackage("v1")
        #expect(try await client.project("SANDBOX").apiService("scoring").listPackages() == [])
    }

    @Test func `a version is carried from one deployer to another, byte for byte`() async throws {
        let source = Self.client(try Self.sandbox())
        let target = Self.client(try Self.sandbox())
        try await Self.publish(source)
        try await Self.withTemporaryPath { first in
            let bytes = try await source.apiDeployer.service("scoring").downloadVersion("v1", to: first)
            let service = try await target.apiDeployer.createService("scoring")
            try await service.importVersion(file: first, name: "v1.zip")
            try await Self.withTemporaryPath { second in
                #expect(try await service.downloadVersion("v1", to: second) == bytes)
                let contents = try [first, second].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
                #expect(contents[0] == contents[1])
                #expect(contents[0].count == bytes)
            }
        }
    }

    @Test func `the node says who we are and what it is`() async throws {
        let client = Self.client(try Self.sandbox())
        #expect(try await client.listProjectKeys() == ["SANDBOX"])
        #expect(try await client.apiDeployer.listStages().map(\.id) == ["Development", "Test", "Production"])
        #expect(try await client.getInstanceInfo().nodeType != nil)
        #expect(try await client.getAuthInfo().authIdentifier != nil)
        #expect(try await client.listFutures() == [])
        #expect(try await client.listRunningScenarios() == [])
        #expect(try await client.listRunningJobs() == [])
    }

    static let refusals: [(Call, Int, mayMeanAbsent: Bool)] = [
        (.getDeploymentSettings("nope"), 404, true),
        (.getInfraStatus("nope"), 404, true),
        (.getServiceStatus("nope"), 404, true),
        (.getAPIServiceSettings("nope", project: "SANDBOX"), 404, true),
        (.getFutureState("nope"), 400, true),
        (.getOpenAPI("nope"), 404, true),
        (.createInfra("i", stage: "Nowhere", type: "STATIC"), 400, true),
    ]

    @Test(arguments: refusals)
    func `a refusal keeps its status`(call: Call, status: Int, mayMeanAbsent: Bool) async throws {
        let client = Self.client(try Self.sandbox())
        do throws(DSSError) {
            _ = try await client.send(call)
            Issue.record("this should fail")
        } catch {
            #expect(error.status == status, "\(error.message)")
            #expect(error.mayMeanAbsent == mayMeanAbsent, "\(error.message)")
        }
    }

    @Test func `making what exists is refused as such`() async throws {
        let client = Self.client(try Self.sandbox())
        try await Self.publish(client)
        let service = client.project("SANDBOX").apiService("scoring")
        for call in [
            Call.createAPIService("scoring", project: "SANDBOX"), .createService("scoring"),
            .createPackage("v1", service: "scoring", project: "SANDBOX"),
            .publishPackage("v1", service: "scoring", project: "SANDBOX"),
        ] {
            await #expect("\(call)") { try await client.send(call) } throws: {
                ($0 as? DSSError)?.mayMeanPresent == true
            }
        }
        #expect(try await service.listPackages().count == 1)
    }

    @Test func `a wrong key is told as such`() async throws {
        let client = Self.client(try Self.sandbox(), key: "wrong")
        await #expect { try await client.listProjectKeys() } throws: {
            ($0 as? DSSError)?.diagnostic.code == "dss-unauthorized"
        }
    }
}
