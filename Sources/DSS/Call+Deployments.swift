import HTTP
package import JSON

/// API Deployer: deployments, their settings and states.
extension Call {
    package static let listDeployments = Call(
        "DSSAPIDeployer.list_deployments", .get, "/api-deployer/deployments", reply: .json)

    /// Creates a deployment that is not started: an update must follow.
    ///
    /// `endpointId` matters only for infras that deploy one endpoint. `authorizationsToQueryThroughDeployer` is null or a list.
    package static func createDeployment(
        _ deployment: String, publishedServiceId: String, infraId: String, version: String, endpointId: String? = nil,
        authorizationsToQueryThroughDeployer: JSONValue = .null, ignoreWarnings: Bool = false
    ) -> Call {
        let body: JSONValue = [
            "deploymentId": .string(deployment), "publishedServiceId": .string(publishedServiceId),
            "infraId": .string(infraId), "version": .string(version),
            "endpointId": endpointId.map { .string($0) } ?? .null,
            "authorizationsToQueryThroughDeployer": authorizationsToQueryThroughDeployer,
        ]
        return Call(
            "DSSAPIDeployer.create_deployment", .post, "/api-deployer/deployments",
            query: [QueryItem("ignoreWarnings", ignoreWarnings)], body: .json(body), reply: .json)
    }

    package static func getDeploymentLightStatus(_ deployment: String) -> Call {
        Call(
            "DSSAPIDeployerDeployment.get_status", .get, "/api-deployer/deployments/\(deployment)", reply: .json)
    }

    package static func getDeploymentHeavyStatus(_ deployment: String) -> Call {
        Call(
            "DSSAPIDeployerDeployment.get_status", .get, "/api-deployer/deployments/\(deployment)/status",
            reply: .json)
    }

    /// An empty `version` stands for all versions that the deployment maps to.
    package static func getGovernanceStatus(_ deployment: String, version: String = "") -> Call {
        Call(
            "DSSAPIDeployerDeployment.get_governance_status", .get,
            "/api-deployer/deployments/\(deployment)/governance-status", query: [QueryItem("version", version)],
            reply: .json)
    }

    package static func getDeploymentSettings(_ deployment: String) -> Call {
        Call(
            "DSSAPIDeployerDeployment.get_settings", .get, "/api-deployer/deployments/\(deployment)/settings",
            reply: .json)
    }

    /// `settings` is the whole object.
    package static func saveDeploymentSettings(
        _ deployment: String, _ settings: JSONValue, ignoreWarnings: Bool = false
    ) -> Call {
        Call(
            "DSSAPIDeployerDeploymentSettings.save", .put, "/api-deployer/deployments/\(deployment)/settings",
            query: [QueryItem("ignoreWarnings", ignoreWarnings)], body: .json(settings), reply: .ignored)
    }

    /// Pushes the saved settings to the nodes.
    package static func startUpdate(_ deployment: String) -> Call {
        Call(
            "DSSAPIDeployerDeployment.start_update", .post,
            "/api-deployer/deployments/\(deployment)/actions/update", reply: .future)
    }

    /// A live server refuses to delete an enabled deployment.
    package static func deleteDeployment(_ deployment: String, ignorePreDeleteErrors: Bool = false) -> Call {
        Call(
            "DSSAPIDeployerDeployment.delete", .delete, "/api-deployer/deployments/\(deployment)",
            query: [QueryItem("ignorePreDeleteErrors", ignorePreDeleteErrors)], reply: .ignored)
    }

    /// The document as text; 404 when there is none.
    package static func getOpenAPI(_ deployment: String) -> Call {
        Call(
            "DSSAPIDeployerDeployment.get_open_api", .get, "/api-deployer/deployments/\(deployment)/get-open-api",
            reply: .text)
    }

    /// `endpointId` may be left out when there is one endpoint; without `testQueries` those of the service run.
    package static func runTestQueries(
        _ deployment: String, endpointId: String? = nil, testQueries: JSONValue? = nil
    ) -> Call {
        var query: [QueryItem] = []
        if let endpointId { query.append(QueryItem("endpointIdParam", endpointId)) }
        if let testQueries { query.append(QueryItem("testQueriesParam", testQueries.text(.python))) }
        return Call(
            "DSSAPIDeployerDeployment.run_test_queries", .post,
            "/api-deployer/deployments/\(deployment)/actions/run-test-queries", query: query, reply: .json)
    }

    /// The queries travel in the URL, as the contract has it.
    package static func runQueries(
        _ deployment: String, _ queries: JSONValue, endpointId: String? = nil, adaptQueryForInfraType: Bool = true
    ) -> Call {
        var query = [
            QueryItem("queries", queries.text(.python)), QueryItem("adaptQueryForInfraType", adaptQueryForInfraType),
        ]
        if let endpointId { query.append(QueryItem("endpointId", endpointId)) }
        return Call(
            "DSSAPIDeployerDeployment.run_queries", .post,
            "/api-deployer/deployments/\(deployment)/actions/run-queries", query: query, reply: .json)
    }

    package static func listUpdates(_ deployment: String) -> Call {
        Call(
            "DSSAPIDeployerDeployment.list_updates", .get, "/api-deployer/deployments/\(deployment)/update",
            reply: .json)
    }

    /// `startTimestamp` is the text of that field in the list of updates.
    package static func getUpdate(_ startTimestamp: String, deployment: String) -> Call {
        Call(
            "DSSAPIDeployerDeployment.get_update", .get,
            "/api-deployer/deployments/\(deployment)/update/\(startTimestamp)", reply: .json)
    }

    package static func getLastUpdate(_ deployment: String) -> Call {
        Call(
            "DSSAPIDeployerDeployment.get_update", .get, "/api-deployer/deployments/\(deployment)/last-update",
            reply: .json)
    }
}
