import JSON

/// The deployer: published services and their versions, infrastructures.
extension State {
    func published(_ id: String) throws(APIError) -> PublishedService {
        guard let service = published[id] else { throw .missing("published service \(id)") }
        return service
    }

    mutating func createPublished(_ id: String) throws(APIError) {
        guard published[id] == nil else { throw .bad("Published service '\(id)' already exists") }
        published[id] = PublishedService(settings: [
            "id": .string(id), "name": .string(id), "owner": .string(caller), "permissions": [],
        ])
        dirty.insert(.published(id))
    }

    mutating func savePublished(_ id: String, _ settings: JSONObject) throws(APIError) {
        _ = try published(id)
        var settings = settings
        settings["id"] = .string(id)
        published[id]?.settings = settings
        dirty.insert(.published(id))
    }

    mutating func deletePublished(_ id: String) throws(APIError) {
        let service = try published(id)
        if let deployment = service.deployments.min() {
            throw .bad("Service '\(id)' still has deployment '\(deployment)'")
        }
        published[id] = nil
        dirty.insert(.published(id))
        for version in service.versions {
            release(version.archive)
            dirty.insert(.version(service: id, id: version.id))
        }
    }

    /// Adds a version that refers to `archive`.
    mutating func addVersion(_ id: String, archive: String, to service: String) throws(APIError) {
        guard try published(service).version(id) == nil else {
            throw .bad("Version '\(id)' of service '\(service)' already exists")
        }
        let version = Version(id: id, createdOn: now, archive: archive, sequence: nextSequence())
        published[service]?.versions.append(version)
        retain(archive)
        dirty.insert(.version(service: service, id: id))
    }

    mutating func deleteVersion(_ service: String, _ id: String) throws(APIError) {
        let found = try published(service)
        guard let version = found.version(id) else { throw .missing("version \(id) of service \(service)") }
        for deployment in found.deployments.sorted() where deployments[deployment]?.maps(to: id) == true {
            throw .bad("Version '\(id)' is used by deployment '\(deployment)'")
        }
        published[service]?.versions.removeAll { $0.id == id }
        release(version.archive)
        dirty.insert(.version(service: service, id: id))
    }

    func infra(_ id: String) throws(APIError) -> Infra {
        guard let infra = infras[id] else { throw .missing("infra \(id)") }
        return infra
    }

    mutating func createInfra(_ body: JSONObject) throws(APIError) {
        let (id, stage, type) = (try body.text("id"), try body.text("stage"), try body.text("type"))
        guard infras[id] == nil else { throw .bad("Infra '\(id)' already exists") }
        guard world.stages.contains(where: { $0["id"]?.string == stage }) else {
            throw .bad("Stage '\(stage)' does not exist")
        }
        var settings: JSONObject = [
            "id": .string(id), "type": .string(type), "stage": .string(stage),
            "governCheckPolicy": body["governCheckPolicy"] ?? "NO_CHECK",
        ]
        if type == "STATIC" { settings["apiNodes"] = [] }
        settings["permissions"] = []
        infras[id] = Infra(settings: settings)
        dirty.insert(.infra(id))
    }

    /// Stores the settings whole; admin keys in clear are sealed, sealed ones stay as they came.
    mutating func saveInfra(_ id: String, _ settings: JSONObject) throws(APIError) {
        let infra = try infra(id)
        var settings = settings
        settings["id"] = .string(id)
        if let type = settings["type"], type.string != infra.type {
            throw .bad("The type of infra '\(id)' cannot change")
        }
        settings["type"] = .string(infra.type)
        if infra.isStatic {
            guard let nodes = (settings["apiNodes"] ?? []).array, nodes.allSatisfy({ $0["url"]?.string != nil }) else {
                throw .bad("'apiNodes' must be an array of objects with a 'url'")
            }
            settings["apiNodes"] = .array(
                nodes.map { node in
                    guard var object = node.object, let secret = object["adminAPIKey"]?.string, !secret.isEmpty,
                        secrets.open(secret) == nil
                    else { return node }
                    object["adminAPIKey"] = .string(secrets.seal(secret))
                    return .object(object)
                })
        }
        infras[id]?.settings = settings
        dirty.insert(.infra(id))
    }

    mutating func deleteInfra(_ id: String) throws(APIError) {
        if let deployment = try infra(id).deployments.min() {
            throw .bad("Infra '\(id)' still has deployment '\(deployment)'")
        }
        infras[id] = nil
        dirty.insert(.infra(id))
        // The cluster goes with its infra.
        removeNode(State.clusterName(id))
    }
}
