import JSON

/// One place that a deployment's service runs: an API node by URL, or its infra's cluster.
struct RollOutTarget {
    let url: String
    /// The admin key in clear; nil for a cluster, which needs none.
    let adminKey: String?
    /// The name of the node here; nil when the URL leads somewhere else.
    let node: String?
}

/// The roll-out of a deployment: saved settings to nodes.
extension State {
    /// How many updates the server's hooks stand at once; one more fails.
    static let maximumUpdates = 3

    static func clusterName(_ infra: String) -> String { "cluster-\(infra)" }

    /// Where an infra runs its services. The URL has no slash at the end.
    func targets(of infra: Infra) -> [RollOutTarget] {
        guard infra.isStatic else {
            let name = State.clusterName(infra.settings["id"]?.string ?? "")
            return [RollOutTarget(url: nodeURL(name), adminKey: nil, node: name)]
        }
        return (infra.settings["apiNodes"]?.array ?? []).map { entry in
            var url = entry["url"]?.string ?? ""
            while url.hasSuffix("/") { url.removeLast() }
            let secret = entry["adminAPIKey"]?.string ?? ""
            return RollOutTarget(url: url, adminKey: secrets.open(secret) ?? secret, node: nodeName(url))
        }
    }

    func nodeURL(_ name: String) -> String {
        baseURL.map { "\($0)/nodes/\(name)" } ?? "sandbox://\(name)"
    }

    /// The API nodes' names and their base URLs, clusters left out.
    var nodeURLs: [String: String] {
        nodes.values.reduce(into: [:]) { if !$1.isCluster { $0[$1.name] = nodeURL($1.name) } }
    }

    /// The node that a URL without a slash at the end names, by `sandbox://NAME` or by this sandbox's own port.
    private func nodeName(_ url: String) -> String? {
        for prefix in ["sandbox://"] + (baseURL.map { ["\($0)/nodes/"] } ?? []) where url.hasPrefix(prefix) {
            return String(url.dropFirst(prefix.count))
        }
        return nil
    }

    /// The node's name when it can be administered, else what stands against it.
    func reach(_ target: RollOutTarget) -> Result<String, Problem> {
        let unreachable = Problem(
            code: "ERR_NODE_UNREACHABLE", message: "Failed to connect to \(target.url): host unreachable")
        guard let name = target.node else { return .failure(unreachable) }
        guard let key = target.adminKey else { return .success(name) }
        guard let node = nodes[name], !faults.plan.deadNodes.contains(name) else { return .failure(unreachable) }
        guard key == secrets.key || node.keys.contains(where: { $0.key == key }) else {
            return .failure(
                Problem(code: "ERR_NODE_AUTH", message: "API node \(target.url) refused the admin key: Unknown API Key")
            )
        }
        return .success(name)
    }

    struct Problem: Error {
        let code: String
        let message: String
    }

    /// Brings `settings` to each target, or to the first one only; each target that fails leaves an error among the messages.
    mutating func rollOut(_ settings: JSONObject, firstOnly: Bool = false) -> [Message] {
        guard let infra = infras[settings["infraId"]?.string ?? ""] else { return [] }
        if !infra.isStatic { addNode(State.clusterName(infra.settings["id"]?.string ?? ""), isCluster: true) }
        var messages: [Message] = []
        for (index, target) in targets(of: infra).enumerated() {
            do throws(Problem) {
                if firstOnly, index > 0 {
                    throw Problem(code: "ERR_NODE_FAILED", message: "API node \(target.url) failed during the update")
                }
                try install(settings, on: try reach(target).get())
                messages.append(Message(.success, "INFO_NODE_UPDATED", "Node updated", "\(target.url) is up to date"))
            } catch {
                messages.append(Message(.error, error.code, "Node not updated", error.message))
            }
        }
        if messages.isEmpty {
            messages.append(
                Message(.warning, "WARN_NO_NODE", "No API node", "The infrastructure has no API node to deploy to"))
        }
        return messages
    }

    /// Makes one node serve what the settings say: the service, its missing generations, the mapping; or disables it.
    private mutating func install(_ settings: JSONObject, on node: String) throws(Problem) {
        let id = Deployment.deployedServiceID(settings)
        do throws(APIError) {
            if settings["enabled"]?.bool != true {
                if nodes[node]?.services[id] != nil { try setEnabled(false, node, id) }
                return
            }
            let service = try published(settings["publishedServiceId"]?.string ?? "")
            let mapping = try GenerationMapping(settings["generationsMapping"])
            if nodes[node]?.services[id] == nil { try createNodeService(node, id) }
            for generation in mapping.generations {
                guard let version = service.version(generation) else {
                    throw APIError.missing("version \(generation) of service \(id)")
                }
                let held = try nodeService(node, id).generation(generation)
                if held?.archive == version.archive { continue }
                // The same id with other bytes: a version that was deleted and published again.
                if held != nil { dropGeneration(generation, node, id) }
                try importGeneration(generation, archive: version.archive, into: id, of: node)
            }
            try setMapping(mapping, node, id)
        } catch {
            throw Problem(code: "ERR_NODE_FAILED", message: error.message)
        }
    }

    private mutating func dropGeneration(_ generation: String, _ node: String, _ id: String) {
        guard let found = nodes[node]?.services[id]?.generation(generation) else { return }
        nodes[node]?.services[id]?.generations.removeAll { $0.id == generation }
        release(found.archive)
        dirty.insert(.nodeService(node: node, id: id))
    }
}
