import DSS
import Files
import HTTP
import JSON
import TestSupport
import Testing

/// The wire: each call against the bytes that the official client 15.2.0 sends.
@Suite struct CallTests {
    static let settings: JSONValue = ["id": "é", "n": 1.0, "x": .null]
    static let settingsText = #"{"id": "\u00e9", "n": 1, "x": null}"#

    static let table: [(Call, String, String)] = [
        (.listProjectKeys, "DSSClient.list_project_keys", "GET /projects/"),
        (.listProjects, "DSSClient.list_projects", "GET /projects/?includeLocation=False"),
        (.getAuthInfo, "DSSClient.get_auth_info", "GET /auth/info?withSecrets=False"),
        (.getInstanceInfo, "DSSClient.get_instance_info", "GET /instance-info"),
        (
            .listFutures(), "DSSClient.list_futures",
            "GET /futures/?withScenarios=False&withNotScenarios=True&allUsers=False"
        ),
        (
            .listRunningScenarios(allUsers: true), "DSSClient.list_running_scenarios",
            "GET /futures/?withScenarios=True&withNotScenarios=False&allUsers=True"
        ),
        (.listRunningJobs(), "DSSClient.list_running_jobs", "GET /jobs/running/?allUsers=True"),
        (.getFutureState("J1"), "DSSFuture.get_state", "GET /futures/J1?peek=False"),
        (.peekFutureState("J1"), "DSSFuture.peek_state", "GET /futures/J1?peek=True"),
        (.abortFuture("J1"), "DSSFuture.abort", "DELETE /futures/J1"),

        (.listAPIServices(project: "P"), "DSSProject.list_api_services", "GET /projects/P/apiservices/"),
        (.createAPIService("S", project: "P"), "DSSProject.create_api_service", "POST /projects/P/apiservices/S"),
        (
            .getAPIServiceSettings("S", project: "P"), "DSSAPIService.get_settings",
            "GET /projects/P/apiservices/S/settings"
        ),
        (
            .saveAPIServiceSettings("S", project: "P", settings), "DSSAPIServiceSettings.save",
            "PUT /projects/P/apiservices/S/settings \(settingsText)"
        ),
        (
            .listPackages(service: "S", project: "P"), "DSSAPIService.list_packages",
            "GET /projects/P/apiservices/S/packages"
        ),
        (
            .getPackageSummary("v1", service: "S", project: "P"), "DSSAPIService.get_package_summary",
            "GET /projects/P/apiservices/S/packages/v1/summary"
        ),
        (
            .createPackage("v1", service: "S", project: "P"), "DSSAPIService.create_package",
            "POST /projects/P/apiservices/S/packages/v1"
        ),
        (
            .createPackage("v1", service: "S", project: "P", releaseNotes: "a b&c=é~/"),
            "DSSAPIService.create_package",
            "POST /projects/P/apiservices/S/packages/v1?releaseNotes=a+b%26c%3D%C3%A9~%2F"
        ),
        (
            .deletePackage("v1", service: "S", project: "P"), "DSSAPIService.delete_package",
            "DELETE /projects/P/apiservices/S/packages/v1"
        ),
        (
            .downloadPackage("v1", service: "S", project: "P"), "DSSAPIService.download_package_to_file",
            "GET /projects/P/apiservices/S/packages/v1/archive > /archives/new.zip"
        ),
        (
            .publishPackage("v1", service: "S", project: "P"), "DSSAPIService.publish_package",
            "POST /projects/P/apiservices/S/packages/v1/publish"
        ),
        (
            .publishPackage("v1", service: "S", project: "P", publishedServiceId: "other"),
            "DSSAPIService.publish_package",
            "POST /projects/P/apiservices/S/packages/v1/publish?publishedServiceId=other"
        ),

        (.listStages, "DSSAPIDeployer.list_stages", "GET /api-deployer/stages"),
        (.listInfras, "DSSAPIDeployer.list_infras", "GET /api-deployer/infras"),
        (
            .createInfra("I", stage: "Production", type: "STATIC"), "DSSAPIDeployer.create_infra",
            #"POST /api-deployer/infras {"id": "I", "stage": "Production", "type": "STATIC", "governCheckPolicy": "NO_CHECK"}"#
        ),
        (.getInfraStatus("I"), "DSSAPIDeployerInfra.get_status", "GET /api-deployer/infras/I"),
        (.getInfraSettings("I"), "DSSAPIDeployerInfra.get_settings", "GET /api-deployer/infras/I/settings"),
        (
            .saveInfraSettings("I", settings), "DSSAPIDeployerInfraSettings.save",
            "PUT /api-deployer/infras/I/settings \(settingsText)"
        ),
        (.deleteInfra("I"), "DSSAPIDeployerInfra.delete", "DELETE /api-deployer/infras/I"),

        (.listServices, "DSSAPIDeployer.list_services", "GET /api-deployer/services"),
        (
            .createService("S"), "DSSAPIDeployer.create_service",
            #"POST /api-deployer/services {"publishedServiceId": "S"}"#
        ),
        (.getServiceStatus("S"), "DSSAPIDeployerService.get_status", "GET /api-deployer/services/S"),
        (
            .getServiceSettings("S"), "DSSAPIDeployerService.get_settings",
            "GET /api-deployer/services/S/settings"
        ),
        (
            .saveServiceSettings("S", settings), "DSSAPIDeployerServiceSettings.save",
            "PUT /api-deployer/services/S/settings \(settingsText)"
        ),
        (
            .importVersion(service: "S", file: "/a/v1.zip"), "DSSAPIDeployerService.import_version",
            "POST /api-deployer/services/S/versions < file=v1.zip from /a/v1.zip"
        ),
        (
            .downloadVersion("v1", service: "S"), "DSSAPIDeployerService.download_version_to_file",
            "GET /api-deployer/services/S/versions/v1 > /archives/new.zip"
        ),
        (
            .deleteVersion("v1", service: "S"), "DSSAPIDeployerService.delete_version",
            "DELETE /api-deployer/services/S/versions/v1"
        ),
        (.deleteService("S"), "DSSAPIDeployerService.delete", "DELETE /api-deployer/services/S"),

        (.listDeployments, "DSSAPIDeployer.list_deployments", "GET /api-deployer/deployments"),
        (
            .createDeployment("D", publishedServiceId: "S", infraId: "I", version: "v1"),
            "DSSAPIDeployer.create_deployment",
            "POST /api-deployer/deployments?ignoreWarnings=False "
                + #"{"deploymentId": "D", "publishedServiceId": "S", "infraId": "I", "version": "v1", "#
                + #""endpointId": null, "authorizationsToQueryThroughDeployer": null}"#
        ),
        (
            .createDeployment(
                "D", publishedServiceId: "S", infraId: "I", version: "v1", endpointId: "E",
                authorizationsToQueryThroughDeployer: [["group": "g", "queryThroughDeployer": true]],
                ignoreWarnings: true),
            "DSSAPIDeployer.create_deployment",
            "POST /api-deployer/deployments?ignoreWarnings=True "
                + #"{"deploymentId": "D", "publishedServiceId": "S", "infraId": "I", "version": "v1", "#
                + #""endpointId": "E", "authorizationsToQueryThroughDeployer": [{"group": "g", "queryThroughDeployer": true}]}"#
        ),
        (
            .getDeploymentLightStatus("D"), "DSSAPIDeployerDeployment.get_status",
            "GET /api-deployer/deployments/D"
        ),
        (
            .getDeploymentHeavyStatus("D"), "DSSAPIDeployerDeployment.get_status",
            "GET /api-deployer/deployments/D/status"
        ),
        (
            .getGovernanceStatus("D"), "DSSAPIDeployerDeployment.get_governance_status",
            "GET /api-deployer/deployments/D/governance-status?version="
        ),
        (
            .getDeploymentSettings("D"), "DSSAPIDeployerDeployment.get_settings",
            "GET /api-deployer/deployments/D/settings"
        ),
        (
            .saveDeploymentSettings("D", settings), "DSSAPIDeployerDeploymentSettings.save",
            "PUT /api-deployer/deployments/D/settings?ignoreWarnings=False \(settingsText)"
        ),
        (
            .startUpdate("D"), "DSSAPIDeployerDeployment.start_update",
            "POST /api-deployer/deployments/D/actions/update"
        ),
        (
            .deleteDeployment("D"), "DSSAPIDeployerDeployment.delete",
            "DELETE /api-deployer/deployments/D?ignorePreDeleteErrors=False"
        ),
        (
            .getOpenAPI("D"), "DSSAPIDeployerDeployment.get_open_api",
            "GET /api-deployer/deployments/D/get-open-api"
        ),
        (
            .runTestQueries("D"), "DSSAPIDeployerDeployment.run_test_queries",
            "POST /api-deployer/deployments/D/actions/run-test-queries"
        ),
        (
            .runTestQueries("D", endpointId: "E", testQueries: [["q": ["x": 1]]]),
            "DSSAPIDeployerDeployment.run_test_queries",
            "POST /api-deployer/deployments/D/actions/run-test-queries?endpointIdParam=E"
                + "&testQueriesParam=%5B%7B%22q%22%3A+%7B%22x%22%3A+1%7D%7D%5D"
        ),
        (
            .runQueries("D", [["q": [:]]], endpointId: "E"), "DSSAPIDeployerDeployment.run_queries",
            "POST /api-deployer/deployments/D/actions/run-queries?queries=%5B%7B%22q%22%3A+%7B%7D%7D%5D"
                + "&adaptQueryForInfraType=True&endpointId=E"
        ),
        (
            .listUpdates("D"), "DSSAPIDeployerDeployment.list_updates",
            "GET /api-deployer/deployments/D/update"
        ),
        (
            .getUpdate("1700000000000", deployment: "D"), "DSSAPIDeployerDeployment.get_update",
            "GET /api-deployer/deployments/D/update/1700000000000"
        ),
        (
            .getLastUpdate("D"), "DSSAPIDeployerDeployment.get_update",
            "GET /api-deployer/deployments/D/last-update"
        ),
    ]

    @Test(arguments: table)
    func `sends what the official client sends`(call: Call, operation: String, expected: String) async throws {
        let recorder = Recorder([answer(#"{"hasResult": true}"#)])
        _ = try await client(recorder).send(call, destination: call.reply == .file ? "/archives/new.zip" : nil)
        let request = try #require(await recorder.requests.first)
        #expect(call.operation == operation)
        #expect(Self.text(request) == expected)
        #expect(request.label == call.line)
        #expect(request.isReplayable == (request.method != .post))
        #expect(call.isRead == (request.method == .get))
        #expect(request.headers["Authorization"] == "Basic a2V5Og==")
    }

    /// `METHOD target body`, after the base path.
    static func text(_ request: HTTPRequest) -> String {
        let base = "https://dss.example.com/dip/publicapi"
        var text =
            request.method.rawValue + " " + (request.url.hasPrefix(base) ? "" : "?? ")
            + request.url.dropFirst(base.count)
        switch request.body {
        case .none: break
        case .bytes(let bytes): text += " " + String(decoding: bytes, as: UTF8.self)
        case .multipart(let field, let name, let path): text += " < \(field)=\(name) from \(path)"
        }
        return text + (request.destination.map { " > \($0)" } ?? "")
    }

    @Test(arguments: [
        ("a b", "a%20b"), ("é", "%C3%A9"), ("a/b?c#d", "a%2Fb%3Fc%23d"), ("..x", "..x"), ("%41", "%2541"),
        ("A-Z_a.z~0", "A-Z_a.z~0"), ("\u{0}\n", "%00%0A"),
    ])
    func `an id is one segment whatever it holds`(id: String, segment: String) {
        #expect(Call.getInfraStatus(id).path == "/api-deployer/infras/\(segment)")
    }

    @Test func `a route has no id in it`() {
        let call = Call.getPackageSummary("v", service: "s", project: "P")
        #expect(call.route == "/projects/{}/apiservices/{}/packages/{}/summary")
        #expect(Call.listFutures().route == Call.listFutures().path)
    }

    @Test(arguments: [
        (Call.deleteDeployment("x"), true), (.deleteDeployment(""), false), (.deleteDeployment(".."), false),
        (.deleteInfra("."), false), (.getFutureState(""), false), (.listFutures(), true),
        (.getPackageSummary("v", service: "", project: "P"), false),
    ])
    func `an id that would change the request is not sent`(call: Call, isSent: Bool) async {
        let recorder = Recorder([answer("[]")])
        let sent: Bool
        do { sent = try await client(recorder).send(call) != .text("") } catch { sent = false }
        #expect(sent == isSent)
        #expect(await recorder.requests.count == (isSent ? 1 : 0))
    }

    @Test func `archives get their own deadline and bound`() throws {
        let endpoint = DSSEndpoint(
            host: "https://dss.example.com/", credentials: .none, requestTimeout: .seconds(3),
            archiveTimeout: .seconds(90), maximumBodyBytes: 10, maximumArchiveBytes: 1000)
        let client = DSSClient(endpoint: endpoint, transport: Recorder([]))
        let download = try client.request(for: .downloadVersion("v", service: "S"), destination: "/archives/new.zip")
        let upload = try client.request(for: .importVersion(service: "S", file: "v.zip"))
        let read = try client.request(for: .listStages)
        #expect([download.timeout, upload.timeout, read.timeout] == [.seconds(90), .seconds(90), .seconds(3)])
        #expect([download, upload, read].map(\.maximumBodyBytes) == [1000, 10, 10])
    }
}
