import DSS
import Files
import HTTP
import JSON
import Testing

/// Answers as live servers and the reference show them, read into views.
@Suite struct ViewTests {
    static func deployer(_ body: String) -> DSSAPIDeployer { client(Recorder([answer(body)])).apiDeployer }

    static func failure<T>(_ work: () async throws(DSSError) -> T) async -> String {
        do throws(DSSError) { return "no error: \(try await work())" } catch { return error.message }
    }

    @Test func `a service of the deployer`() async throws {
        let status = try await Self.deployer(
            #"""
            {"serviceBasicInfo": {"id": "scoring"}, "packages": [{"id": "v1", "createdOn": 17}, {"id": "v2"}],
             "deployments": [{"id": "scoring-on-prod", "infraId": "prod-static"},
                             {"deploymentBasicInfo": {"id": "d2"}, "x": 1}], "infras": [], "new": {}}
            """#
        ).service("scoring").getStatus()
        #expect(status.id == "scoring")
        #expect(status.packages.map(\.id) == ["v1", "v2"])
        #expect(status.packages.map(\.createdOn) == [17, nil])
        #expect(status.deployments.map(\.id) == ["scoring-on-prod", "d2"])
        #expect(status.deployments.map(\.infraId) == ["prod-static", nil])
    }

    @Test func `an infra, its fields nested or flat`() async throws {
        let infras = try await Self.deployer(
            #"[{"infraBasicInfo": {"id": "a", "stage": "Prod", "type": "STATIC"}, "deployments": [{"id": "d"}]}, {"id": "b"}]"#
        ).listInfras()
        #expect(infras.map(\.id) == ["a", "b"])
        #expect(infras.map(\.stage) == ["Prod", nil])
        #expect(infras.map(\.type) == ["STATIC", nil])
        #expect(infras.map(\.deployments) == [["d"], []])
    }

    @Test func `a deployment's light status`() async throws {
        let list = try await Self.deployer(
            #"""
            [{"deploymentBasicInfo": {"id": "d", "enabled": true, "publishedServiceId": "s", "deployedServiceId": "t",
              "infraId": "i", "generationsMapping": {"mode": "SINGLE_GENERATION"}}},
             {"deploymentBasicInfo": {"id": "e", "publishedServiceId": "s", "enabled": null}}]
            """#
        ).listDeployments()
        #expect(list.map(\.id) == ["d", "e"])
        #expect(list.map(\.enabled) == [true, false])
        #expect(list.map(\.serviceId) == ["t", "s"])
        #expect(list.map(\.infraId) == ["i", nil])
        #expect(list.map(\.generationsMapping) == [["mode": "SINGLE_GENERATION"], nil])
    }

    static let heavy: [(String, String, [String]?)] = [
        (
            #"{"health": "HEALTHY", "healthMessages": {"messages": []}, "apiNodes": [{"url": "http://n1/"}, {"url": "n2"}]}"#,
            "HEALTHY", ["http://n1/public/api/v1/a%20b", "n2/public/api/v1/a%20b"]
        ),
        (#"{"health": "HEALTHY", "apiNodes": []}"#, "HEALTHY", []),
        (
            #"{"health": "OUT_OF_SYNC", "publicURL": "https://p"}"#, "OUT_OF_SYNC",
            ["https://p/public/api/v1/a%20b"]
        ),
        (#"{"health": "LOADING_MODEL", "publicURL": null}"#, "LOADING_MODEL", nil),
        ("{}", "UNKNOWN", nil),
    ]

    @Test(arguments: heavy)
    func `a deployment's heavy status`(body: String, health: String, urls: [String]?) async throws {
        let status = try await Self.deployer(body).deployment("d").getHeavyStatus()
        #expect(status.health.text == health)
        #expect(DeploymentHealth(health) == status.health)
        #expect(status.serviceURLs(serviceId: "a b") == urls)
        #expect(status.healthMessages == .empty)
    }

    static let messages: [(String, String?, hasError: Bool, hasFatal: Bool, lines: [String])] = [
        (#"{}"#, nil, false, false, []),
        (#"{"messages": null, "error": true}"#, nil, true, false, []),
        (
            #"{"messages": [{"severity": "WARNING", "title": "T", "message": "M"}], "maxSeverity": "WARNING"}"#,
            "WARNING",
            false, false, ["T: M"]
        ),
        (
            #"{"messages": [{"severity": "ERROR", "message": "M"}, {"severity": "INFO", "code": "C"}]}"#, "ERROR", true,
            false, ["M", "C"]
        ),
        (#"{"messages": [{"severity": "DOOM", "details": "D", "isFatal": true}]}"#, "DOOM", true, true, ["D"]),
        (#"{"messages": [{"severity": "DOOM"}, {"severity": "WARNING"}]}"#, "DOOM", false, false, ["", ""]),
        (#"{"messages": [{"title": "T", "message": "T"}], "success": false}"#, "INFO", false, false, ["T"]),
    ]

    @Test(arguments: messages)
    func `messages with their worst severity`(
        list: String, severity: String?, hasError: Bool, hasFatal: Bool, lines: [String]
    ) async throws {
        let status = try await Self.deployer(#"{"healthMessages": \#(list)}"#).deployment("d").getHeavyStatus()
        #expect(status.healthMessages.maxSeverity?.text == severity)
        #expect(status.healthMessages.hasError == hasError)
        #expect(status.healthMessages.hasFatal == hasFatal)
        #expect(status.healthMessages.messages.map(\.line) == lines)
    }

    static let futures: [(String, isFinished: Bool, jobId: String?)] = [
        (#"{"jobId": "J1", "hasResult": false, "alive": true}"#, false, "J1"),
        (#"{"jobId": "J1"}"#, false, "J1"),
        (#"{"hasResult": true, "result": {"a": 1}}"#, true, nil),
        (#"{"jobId": null, "hasResult": true, "result": null}"#, true, nil),
        (#"{"jobId": "J1", "alive": false, "unknown": false, "hasResult": true, "aborted": true}"#, true, "J1"),
        (#"{"jobId": "J1", "alive": false, "hasResult": false}"#, true, "J1"),
        (#"{"jobId": "J1", "alive": true, "unknown": true}"#, true, "J1"),
        (#"{"jobId": "J1", "alive": true, "aborted": true}"#, true, "J1"),
    ]

    @Test(arguments: futures)
    func `a task is finished when asking again brings nothing`(
        body: String, isFinished: Bool, jobId: String?
    ) async throws {
        let state = try await Self.deployer(body).deployment("d").startUpdate()
        #expect(state.isFinished == isFinished)
        #expect(state.jobId == jobId)
    }

    @Test func `waits between looks at a task grow as those of the official client`() {
        let delays = [0, 1, 2, 3, 10, 46, 47, 1000].map { FutureState.delay(beforeAttempt: $0) }
        #expect(
            delays
                == [0, 200, 220, 242, 471, 14578, 15000, 15000].map { .milliseconds($0) })
    }

    @Test func `an update keeps the text of its time, which is its key`() async throws {
        let recorder = Recorder([
            answer(#"[{"startTimestamp": 1700000000000.0, "type": "UPDATE", "status": "SUCCESS"}]"#),
            answer(
                #"{"startTimestamp": 17, "endTimestamp": 18, "requester": "ann", "logs": {"lines": ["a", "b"]}}"#),
        ])
        let deployment = client(recorder).apiDeployer.deployment("d")
        let item = try #require(try await deployment.listUpdates().first)
        #expect([item.startTimestamp, item.type, item.status] == ["1700000000000.0", "UPDATE", "SUCCESS"])
        #expect(item.logLines == nil)
        let full = try await deployment.getUpdate(item.startTimestamp)
        #expect([full.startTimestamp, full.endTimestamp, full.requester] == ["17", "18", "ann"])
        #expect(full.logLines == ["a", "b"])
        #expect(
            await recorder.requests.last?.url
                == "https://dss.example.com/dip/publicapi/api-deployer/deployments/d/update/1700000000000.0")
    }

    @Test func `documents come back to the byte`() async throws {
        let text = #"{"z":1.0,"a":{"k":[12345678901234567890,1e2]},"z":null}"#
        #expect(try await Self.deployer(text).infra("i").getSettings().text() == text)
        let project = client(Recorder([answer(text)])).project("P")
        #expect(try await project.apiService("S").getSettings().text() == text)
    }

    @Test func `the designer's lists and what a node says of itself`() async throws {
        let services = try await client(
            Recorder([answer(#"[{"projectKey": "P", "id": "s", "authMethod": "X", "endpoints": [{"id": "e"}]}]"#)])
        ).project("P").listAPIServices()
        #expect(services.map(\.id) == ["s"])
        #expect(services.first?.endpoints == [["id": "e"]])
        let auth = try await client(Recorder([answer(#"{"authIdentifier": "ann", "groups": ["g"]}"#)])).getAuthInfo()
        #expect(auth.authIdentifier == "ann")
        #expect(auth.groups == ["g"])
        let keys = try await client(Recorder([answer(#"[{"projectKey": "P"}]"#)])).listProjectKeys()
        #expect(keys == ["P"])
        let info = try await client(Recorder([answer(#"{"nodeType": "DESIGN"}"#)])).getInstanceInfo()
        #expect(info.nodeType == "DESIGN")
    }

    @Test func `a wrong shape is an error that names its place`() async {
        #expect(
            await Self.failure { () throws(DSSError) in try await Self.deployer("{}").listInfras() }
                == "an object where a list is due")
        #expect(
            await Self.failure { () throws(DSSError) in try await Self.deployer("[null]").listServices() }
                == "null where an object is due at '[0]'")
        #expect(
            await Self.failure { () throws(DSSError) in
                try await Self.deployer(#"[{"id":"a"},{"deploymentBasicInfo":{"id":7}}]"#).listDeployments()
            } == "a number where a string is due at '[1].id'")
        #expect(
            await Self.failure { () throws(DSSError) in
                try await Self.deployer(#"{"id":"s","packages":[{"id":"v"},{}]}"#).service("s").getStatus()
            } == "nothing where a value is due at 'packages[1].id'")
        #expect(
            await Self.failure { () throws(DSSError) in
                try await Self.deployer(#"{"health":"HEALTHY","healthMessages":{"messages":[3]}}"#).deployment("d")
                    .getHeavyStatus()
            } == "a number where an object is due at 'healthMessages.messages[0]'")
        #expect(
            await Self.failure { () throws(DSSError) in try await Self.deployer("[]").infra("i").getSettings() }
                == "a list where an object is due")
    }
}
