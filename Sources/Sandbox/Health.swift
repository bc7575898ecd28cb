import JSON

/// The heavy status: what the nodes really serve, against what was saved.
extension State {
    enum Health: String {
        case unknown = "UNKNOWN"
        case error = "ERROR"
        case warning = "WARNING"
        case healthy = "HEALTHY"
        case unhealthy = "UNHEALTHY"
        case outOfSync = "OUT_OF_SYNC"
    }

    func heavyStatus(_ id: String) throws(APIError) -> JSONValue {
        let deployment = try deployment(id)
        let (health, messages) = health(of: deployment)
        var object: JSONObject = [
            "deploymentId": .string(id), "health": .string(health.rawValue), "healthMessages": messages.json,
        ]
        if let infra = infras[deployment.infraID] {
            let urls = targets(of: infra).map(\.url)
            if infra.isStatic {
                object["apiNodes"] = .array(urls.map { ["url": .string($0)] })
            } else if deployment.applied != nil {
                // Before the first roll-out a cluster has no address yet.
                object["publicURL"] = urls.first.map { .string($0) }
            }
        }
        return .object(object)
    }

    /// Health in the order of what a user should hear first: never rolled out, failed, saved but not rolled out, the nodes.
    func health(of deployment: Deployment) -> (Health, [Message]) {
        if let failure = deployment.failure {
            return (.error, [Message(.error, "ERR_UPDATE_FAILED", "Last update failed", failure)])
        }
        guard deployment.applied != nil else {
            return (.unknown, [Message(.info, "INFO_NOT_DEPLOYED", "Not deployed", "The deployment was never updated")])
        }
        guard deployment.isInSync else {
            return (
                .outOfSync,
                [Message(.warning, "WARN_OUT_OF_SYNC", "Out of sync", "The saved settings are not on the nodes yet")]
            )
        }
        guard let infra = infras[deployment.infraID] else { return (.unknown, []) }
        let targets = targets(of: infra)
        if targets.isEmpty {
            return (.warning, [Message(.warning, "WARN_NO_NODE", "No API node", "The infrastructure has no API node")])
        }
        var (health, messages) = (Health.healthy, [Message]())
        for target in targets {
            switch reach(target) {
            case .failure(let problem):
                health = problem.code == "ERR_NODE_UNREACHABLE" ? .error : health == .error ? .error : .unhealthy
                messages.append(Message(.error, problem.code, "API node", problem.message))
            case .success(let node):
                guard let problem = defect(of: deployment, on: node) else { continue }
                if health != .error { health = .unhealthy }
                messages.append(Message(.error, "ERR_NODE_STATE", "API node", "\(target.url): \(problem)"))
            }
        }
        if deployment.isSpoiled {
            if health != .error { health = .unhealthy }
            messages.append(Message(.error, "ERR_NODE_STATE", "API node", "The nodes report the service as unhealthy"))
        }
        return (health, messages)
    }

    /// What is wrong with a deployment's service on a node; nil when it serves what was rolled out.
    private func defect(of deployment: Deployment, on node: String) -> String? {
        let id = Deployment.deployedServiceID(deployment.settings)
        let service = nodes[node]?.services[id]
        guard deployment.isEnabled else { return service?.isEnabled == true ? "service '\(id)' still runs" : nil }
        guard let service else { return "service '\(id)' is missing" }
        guard let mapping = try? GenerationMapping(deployment.settings["generationsMapping"]) else {
            return "the mapping cannot be read"
        }
        for name in mapping.generations {
            guard let generation = service.generation(name) else { return "generation '\(name)' is missing" }
            if archives[generation.archive]?.isUnhealthy == true {
                return "generation '\(name)' does not start: its code is marked '# sandbox: unhealthy'"
            }
        }
        guard service.isEnabled else { return "service '\(id)' is disabled" }
        guard service.mapping == mapping else { return "service '\(id)' serves other generations" }
        return nil
    }
}
