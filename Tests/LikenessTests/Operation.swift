import DSS
import Files
import HTTP
import JSON

/// An operation of the official client, and the calls with which our client does the same.
struct Operation {
    let name: String
    let calls: [Call]
    var host = RecordingTransport.host
    var credentials = DSSCredentials.apiKey(Secret("key-1"))
    var headers: [HTTPHeader] = []
    var proxyUser: String?

    init(_ name: String, _ calls: Call...) {
        self.name = name
        self.calls = calls
    }

    /// What our client sends, each request as text.
    func requests() async -> [String] {
        let transport = RecordingTransport()
        let endpoint = DSSEndpoint(host: host, credentials: credentials, headers: headers, proxyUser: proxyUser)
        let client = DSSClient(endpoint: endpoint, transport: transport)
        for call in calls {
            // The answer is the same for all calls and fits few of them; only what is sent counts.
            _ = try? await client.send(call, destination: call.reply == .file ? "/archives/new.zip" : nil)
        }
        return await transport.requests
    }
}

extension Operation {
    static func all(_ recordings: Recordings) throws -> [Operation] {
        try designer(recordings) + infrasAndServices(recordings) + deployments(recordings) + node + connections
    }

    private static func designer(_ recordings: Recordings) throws -> [Operation] {
        let (project, service) = ("CHURN", "scoring")
        let settings = Call.getAPIServiceSettings(service, project: project)
        func summary(_ package: String) -> Call { .getPackageSummary(package, service: service, project: project) }
        return [
            Operation("DSSProject.list_api_services", .listAPIServices(project: project)),
            Operation("DSSProject.create_api_service", .createAPIService(service, project: project)),
            Operation("DSSAPIService.get_settings", settings),
            Operation(
                "DSSAPIServiceSettings.save", settings,
                .saveAPIServiceSettings(
                    service, project: project,
                    try recordings.document("apiservice", [("authMethod", "API_KEYS")]))),
            Operation("DSSAPIService.list_packages", .listPackages(service: service, project: project)),
            Operation("DSSAPIService.get_package_summary", summary("v1")),
            Operation("DSSAPIService.create_package", .createPackage("v1", service: service, project: project)),
            Operation(
                "DSSAPIService.create_package, with release notes",
                .createPackage(
                    "v1", service: service, project: project, releaseNotes: "First & best: 100 %, é + ~'*()")),
            Operation("DSSAPIService.delete_package", .deletePackage("v1", service: service, project: project)),
            Operation(
                "DSSAPIService.download_package_to_file", .downloadPackage("v1", service: service, project: project)),
            Operation("DSSAPIService.publish_package", .publishPackage("v1", service: service, project: project)),
            Operation(
                "DSSAPIService.publish_package, under another name",
                .publishPackage("v1", service: service, project: project, publishedServiceId: "other one")),
            Operation("DSSAPIService.get_package_summary, odd letters", summary("é 1")),
            Operation("DSSAPIService.get_package_summary, marks", summary("a+b&c=d;e:f@g")),
            Operation("DSSAPIService.get_package_summary, a slash", summary("a/b")),
            Operation("DSSAPIService.get_package_summary, a question", summary("a?b#c")),
            Operation("DSSAPIService.get_package_summary, a percent sign", summary("100%")),
            Operation("DSSAPIService.get_package_summary, an escape", summary("a%41b")),
        ]
    }

    private static func infrasAndServices(_ recordings: Recordings) throws -> [Operation] {
        [
            Operation("DSSAPIDeployer.list_stages", .listStages),
            Operation("DSSAPIDeployer.list_infras", .listInfras),
            Operation("DSSAPIDeployer.create_infra", .createInfra("prod", stage: "Production", type: "STATIC")),
            Operation(
                "DSSAPIDeployer.create_infra, with a policy",
                .createInfra("prod", stage: "Production", type: "K8S", governCheckPolicy: "PREVENT")),
            Operation("DSSAPIDeployerInfra.get_status", .getInfraStatus("prod")),
            Operation("DSSAPIDeployerInfra.get_settings", .getInfraSettings("prod")),
            Operation(
                "DSSAPIDeployerInfraSettings.save", .getInfraSettings("prod"),
                .saveInfraSettings("prod", try recordings.document("infra", [("stage", "Test")]))),
            Operation(
                "DSSAPIDeployerInfraSettings.save, unusual numbers", .getInfraSettings("odd"),
                .saveInfraSettings("odd", try recordings.document("odd-infra"))),
            Operation("DSSAPIDeployerInfra.delete", .deleteInfra("prod")),
            Operation("DSSAPIDeployer.list_services", .listServices),
            Operation("DSSAPIDeployer.create_service", .createService("scoring")),
            Operation("DSSAPIDeployerService.get_status", .getServiceStatus("scoring")),
            Operation("DSSAPIDeployerService.get_settings", .getServiceSettings("scoring")),
            Operation(
                "DSSAPIDeployerServiceSettings.save", .getServiceSettings("scoring"),
                .saveServiceSettings("scoring", try recordings.document("service", [("owner", "ops")]))),
            Operation("DSSAPIDeployerService.import_version", .importVersion(service: "scoring", file: "a/v1.zip")),
            Operation(
                "DSSAPIDeployerService.download_version_to_file", .downloadVersion("v1", service: "scoring")),
            Operation("DSSAPIDeployerService.delete_version", .deleteVersion("v1", service: "scoring")),
            Operation("DSSAPIDeployerService.delete", .deleteService("scoring")),
        ]
    }

    private static func deployments(_ recordings: Recordings) throws -> [Operation] {
        let queries: JSONValue = [
            [
                "q": ["features": ["name": "é & 1+1=2", "age": 42]],
                "headers": [["key": "X-A", "value": "b"]],
            ]
        ]
        let second: JSONValue = ["mode": "SINGLE_GENERATION", "generation": "v2"]
        let switched = try recordings.document("deployment", [("generationsMapping", second)])
        let disabled = try recordings.document("deployment", [("enabled", false)])
        let (light, heavy) = (Call.getDeploymentLightStatus("d1"), Call.getDeploymentHeavyStatus("d1"))
        let settings = Call.getDeploymentSettings("d1")
        return [
            Operation("DSSAPIDeployer.list_deployments", .listDeployments),
            Operation(
                "DSSAPIDeployer.create_deployment",
                .createDeployment("d1", publishedServiceId: "scoring", infraId: "prod", version: "v1")),
            Operation(
                "DSSAPIDeployer.create_deployment, with all arguments",
                .createDeployment(
                    "d1", publishedServiceId: "scoring", infraId: "prod", version: "v1", endpointId: "score",
                    authorizationsToQueryThroughDeployer: [["group": "ops", "queryThroughDeployer": true]],
                    ignoreWarnings: true)),
            Operation("DSSAPIDeployerDeployment.get_status", light, heavy),
            Operation("DSSAPIDeployerDeployment.get_governance_status", .getGovernanceStatus("d1")),
            Operation(
                "DSSAPIDeployerDeployment.get_governance_status, of a version",
                .getGovernanceStatus("d1", version: "v1")),
            Operation("DSSAPIDeployerDeployment.get_settings", settings),
            Operation("DSSAPIDeployerDeploymentSettings.save", settings, .saveDeploymentSettings("d1", switched)),
            Operation(
                "DSSAPIDeployerDeploymentSettings.save, ignoring warnings", settings,
                .saveDeploymentSettings("d1", switched, ignoreWarnings: true)),
            Operation("DSSAPIDeployerDeployment.start_update", .startUpdate("d1"), .getFutureState("J1")),
            Operation(
                "DSSAPIDeployerDeployment.delete", light, heavy, settings, .saveDeploymentSettings("d1", disabled),
                .deleteDeployment("d1")),
            Operation(
                "DSSAPIDeployerDeployment.delete, ignoring errors", light, heavy, settings,
                .saveDeploymentSettings("d1", disabled), .deleteDeployment("d1", ignorePreDeleteErrors: true)),
            Operation("DSSAPIDeployerDeployment.get_open_api", .getOpenAPI("d1")),
            Operation("DSSAPIDeployerDeployment.run_test_queries", .runTestQueries("d1")),
            Operation(
                "DSSAPIDeployerDeployment.run_test_queries, given ones",
                .runTestQueries("d1", endpointId: "score", testQueries: queries)),
            Operation("DSSAPIDeployerDeployment.run_queries", .runQueries("d1", queries)),
            Operation(
                "DSSAPIDeployerDeployment.run_queries, with all arguments",
                .runQueries("d1", queries, endpointId: "score", adaptQueryForInfraType: false)),
            Operation(
                "DSSAPIDeployerDeployment.list_updates", .listUpdates("d1"),
                .getUpdate("1700000000000", deployment: "d1")),
            Operation("DSSAPIDeployerDeployment.get_update", .getLastUpdate("d1")),
            Operation(
                "DSSAPIDeployerDeployment.get_update, by its time", .getUpdate("1700000000000", deployment: "d1")),
        ]
    }

    private static let node = [
        Operation("DSSClient.list_projects", .listProjects),
        Operation("DSSClient.list_project_keys", .listProjectKeys),
        Operation("DSSClient.get_auth_info", .getAuthInfo),
        Operation("DSSClient.get_instance_info", .getInstanceInfo),
        Operation("DSSClient.list_futures", .listFutures()),
        Operation("DSSClient.list_futures, of all users", .listFutures(allUsers: true)),
        Operation("DSSClient.list_running_scenarios", .listRunningScenarios()),
        Operation("DSSClient.list_running_scenarios, of all users", .listRunningScenarios(allUsers: true)),
        Operation("DSSClient.list_running_jobs", .listRunningJobs()),
        Operation("DSSClient.list_running_jobs, one's own", .listRunningJobs(allUsers: false)),
        Operation("DSSFuture.get_state", .getFutureState("J1")),
        Operation("DSSFuture.peek_state", .peekFutureState("J1")),
        Operation("DSSFuture.abort", .abortFuture("J1")),
    ]

    private static var connections: [Operation] {
        func connection(_ name: String, _ change: (inout Operation) -> Void) -> Operation {
            var operation = Operation(name, .listStages)
            change(&operation)
            return operation
        }
        return [
            connection("credentials: an internal ticket") { $0.credentials = .internalTicket(Secret("ticket-1")) },
            connection("credentials: a token") { $0.credentials = .bearerToken(Secret("token-1")) },
            connection("credentials: a key that is not ASCII") { $0.credentials = .apiKey(Secret("clé")) },
            connection("headers: acting as another user") { $0.proxyUser = "ada" },
            connection("headers: an extra one loses to the key") { $0.headers = [HTTPHeader("Authorization", "mine")] },
            connection("a host with a slash at its end") { $0.host += "/" },
        ]
    }
}
