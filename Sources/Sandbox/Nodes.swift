import JSON

/// The API nodes: what their administration does.
extension State {
    func node(_ name: String) throws(APIError) -> APINode {
        guard let node = nodes[name] else { throw .missing("API node \(name)") }
        return node
    }

    func nodeService(_ node: String, _ id: String) throws(APIError) -> NodeService {
        guard let service = try self.node(node).services[id] else { throw .missing("service \(id)") }
        return service
    }

    /// Changes a service of a node in place and notes that it changed.
    private mutating func change(_ node: String, _ id: String, _ body: (inout NodeService) -> Void) {
        guard var service = nodes[node]?.services[id] else { return }
        body(&service)
        nodes[node]?.services[id] = service
        dirty.insert(.nodeService(node: node, id: id))
    }

    mutating func addNode(_ name: String, isCluster: Bool = false) {
        guard nodes[name] == nil else { return }
        nodes[name] = APINode(name: name, isCluster: isCluster)
        dirty.insert(.node(name))
    }

    mutating func removeNode(_ name: String) {
        guard let node = nodes[name] else { return }
        for id in node.services.keys.sorted() { removeService(id, from: name) }
        nodes[name] = nil
        dirty.insert(.node(name))
    }

    mutating func createNodeService(_ node: String, _ id: String) throws(APIError) {
        guard try self.node(node).services[id] == nil else { throw .bad("Service '\(id)' already exists") }
        nodes[node]?.services[id] = NodeService()
        dirty.insert(.nodeService(node: node, id: id))
    }

    mutating func removeService(_ id: String, from node: String) {
        guard let service = nodes[node]?.services.removeValue(forKey: id) else { return }
        for generation in service.generations { release(generation.archive) }
        dirty.insert(.nodeService(node: node, id: id))
    }

    mutating func setEnabled(_ enabled: Bool, _ node: String, _ id: String) throws(APIError) {
        _ = try nodeService(node, id)
        change(node, id) { $0.isEnabled = enabled }
    }

    mutating func importGeneration(
        _ generation: String, archive: String, into id: String, of node: String
    ) throws(APIError) {
        guard try nodeService(node, id).generation(generation) == nil else {
            throw .bad("Generation '\(generation)' of service '\(id)' already exists")
        }
        let item = NodeService.Generation(
            id: generation, createdOn: now, archive: archive, sequence: nextSequence())
        retain(archive)
        change(node, id) { $0.generations.append(item) }
    }

    mutating func preload(_ generation: String, _ node: String, _ id: String) throws(APIError) {
        guard let index = try nodeService(node, id).generations.lastIndex(where: { $0.id == generation }) else {
            throw .missing("generation \(generation) of service \(id)")
        }
        change(node, id) { $0.generations[index].isPreloaded = true }
    }

    /// Replaces the mapping and enables the service, whether it was enabled before or not.
    mutating func setMapping(_ mapping: GenerationMapping, _ node: String, _ id: String) throws(APIError) {
        let service = try nodeService(node, id)
        for generation in mapping.generations where service.generation(generation) == nil {
            throw .missing("generation \(generation) of service \(id)")
        }
        change(node, id) {
            $0.mapping = mapping
            $0.isEnabled = true
        }
    }

    mutating func deleteGeneration(_ generation: String, _ node: String, _ id: String) throws(APIError) {
        let service = try nodeService(node, id)
        guard let found = service.generation(generation) else {
            throw .missing("generation \(generation) of service \(id)")
        }
        if service.mapping?.generations.contains(generation) == true {
            throw .bad("Generation '\(generation)' is in the active mapping of service '\(id)'")
        }
        change(node, id) { $0.generations.removeAll { $0.id == generation } }
        release(found.archive)
    }

    /// Deletes disabled services and generations outside the mapping, and says what it deleted.
    mutating func cleanUnused(_ node: String) throws(APIError) -> JSONValue {
        var removed: [JSONValue] = []
        for (id, service) in try self.node(node).services.sorted(by: { $0.key < $1.key }) {
            if !service.isEnabled {
                removeService(id, from: node)
                removed.append(["serviceId": .string(id)])
                continue
            }
            let mapped = Set(service.mapping?.generations ?? [])
            for generation in service.generations where !mapped.contains(generation.id) {
                try deleteGeneration(generation.id, node, id)
                removed.append(["serviceId": .string(id), "generation": .string(generation.id)])
            }
        }
        return ["ok": true, "deleted": .array(removed)]
    }
}
