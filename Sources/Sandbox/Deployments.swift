import JSON

/// The deployer's deployments: their settings. Roll-outs are in `RollOut.swift`, health in `Health.swift`.
extension State {
    static let creationKeys: Set<String> = [
        "deploymentId", "publishedServiceId", "infraId", "version", "endpointId",
        "authorizationsToQueryThroughDeployer",
    ]

    func deployment(_ id: String) throws(APIError) -> Deployment {
        guard let deployment = deployments[id] else { throw .missing("deployment \(id)") }
        return deployment
    }

    mutating func createDeployment(_ body: JSONObject) throws(APIError) {
        let id = try body.text("deploymentId")
        let (service, infra) = (try body.text("publishedServiceId"), try body.text("infraId"))
        let version = try body.text("version")
        guard deployments[id] == nil else { throw .bad("Deployment '\(id)' already exists") }
        guard try published(service).version(version) != nil else {
            throw .missing("version \(version) of service \(service)")
        }
        _ = try self.infra(infra)
        var settings: JSONObject = [
            "id": .string(id), "publishedServiceId": .string(service), "infraId": .string(infra), "enabled": true,
            "generationsMapping": ["mode": "SINGLE_GENERATION", "generation": .string(version)],
        ]
        settings["endpointId"] = body["endpointId"]?.unlessNull
        let rights = body["authorizationsToQueryThroughDeployer"]
        settings["authorizationsToQueryThroughDeployer"] = rights?.array == nil ? [] : rights
        settings["tags"] = []
        insert(Deployment(settings: settings))
    }

    mutating func insert(_ deployment: Deployment) {
        deployments[deployment.id] = deployment
        published[deployment.serviceID]?.deployments.insert(deployment.id)
        infras[deployment.infraID]?.deployments.insert(deployment.id)
        dirty.insert(.deployment(deployment.id))
    }

    mutating func saveDeployment(_ id: String, _ settings: JSONObject) throws(APIError) {
        let deployment = try deployment(id)
        var settings = settings
        for (key, value) in [
            ("id", id), ("publishedServiceId", deployment.serviceID), ("infraId", deployment.infraID),
        ] {
            if let given = settings[key], given.string != value { throw .bad("'\(key)' of a deployment cannot change") }
            settings[key] = .string(value)
        }
        if let enabled = settings["enabled"], enabled.bool == nil { throw .bad("'enabled' must be a boolean") }
        _ = try GenerationMapping(settings["generationsMapping"])
        deployments[id]?.save(settings)
        dirty.insert(.deployment(id))
    }

    /// Removes the deployment and takes its service off the nodes.
    ///
    /// A live server refuses to delete an enabled one. A node that cannot be reached stops it, unless told to ignore that (inferred).
    mutating func deleteDeployment(_ id: String, ignoreErrors: Bool) throws(APIError) {
        let deployment = try deployment(id)
        if deployment.isEnabled { throw .bad("Deployment '\(id)' is enabled: disable it before deleting it") }
        if futures.isRunning(id) { throw .bad("An update of deployment '\(id)' is running") }
        if let applied = deployment.applied, let infra = infras[deployment.infraID] {
            for target in targets(of: infra) {
                switch reach(target) {
                case .success(let node): removeService(Deployment.deployedServiceID(applied), from: node)
                case .failure(let problem):
                    if !ignoreErrors { throw .failure("Cannot undeploy '\(id)': \(problem.message)") }
                }
            }
        }
        deployments[id] = nil
        published[deployment.serviceID]?.deployments.remove(id)
        infras[deployment.infraID]?.deployments.remove(id)
        dirty.insert(.deployment(id))
    }
}
