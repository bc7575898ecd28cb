import JSON

/// Names one record of the store: the unit in which changes are written out and read back.
enum RecordKey: Hashable {
    case world
    case project(String)
    case service(project: String, id: String)
    case package(project: String, service: String, id: String)
    case archive(String)
    case published(String)
    case version(service: String, id: String)
    case infra(String)
    case deployment(String)
    case node(String)
    case nodeService(node: String, id: String)

    var json: JSONValue {
        let parts: [String] =
            switch self {
            case .world: ["world"]
            case .project(let key): ["project", key]
            case .service(let project, let id): ["service", project, id]
            case .package(let project, let service, let id): ["package", project, service, id]
            case .archive(let id): ["archive", id]
            case .published(let id): ["published", id]
            case .version(let service, let id): ["version", service, id]
            case .infra(let id): ["infra", id]
            case .deployment(let id): ["deployment", id]
            case .node(let name): ["node", name]
            case .nodeService(let node, let id): ["nodeService", node, id]
            }
        return .array(parts.map { .string($0) })
    }

    init?(json: JSONValue) {
        let parts = json.array?.compactMap(\.string) ?? []
        switch (parts.first, parts.count) {
        case ("world", 1): self = .world
        case ("project", 2): self = .project(parts[1])
        case ("service", 3): self = .service(project: parts[1], id: parts[2])
        case ("package", 4): self = .package(project: parts[1], service: parts[2], id: parts[3])
        case ("archive", 2): self = .archive(parts[1])
        case ("published", 2): self = .published(parts[1])
        case ("version", 3): self = .version(service: parts[1], id: parts[2])
        case ("infra", 2): self = .infra(parts[1])
        case ("deployment", 2): self = .deployment(parts[1])
        case ("node", 2): self = .node(parts[1])
        case ("nodeService", 3): self = .nodeService(node: parts[1], id: parts[2])
        default: return nil
        }
    }
}

extension State {
    /// What is to be written for a key; nil when the thing is gone.
    func record(_ key: RecordKey) -> JSONValue? {
        switch key {
        case .world: world.record
        case .project(let key): projects[key].map { .object($0.summary) }
        case .service(let project, let id): projects[project]?.services[id].map { .object($0.settings) }
        case .package(let project, let service, let id):
            projects[project]?.services[service]?.packages.last { $0.id == id }?.record
        case .archive(let id): archives[id]?.record
        case .published(let id): published[id].map { .object($0.settings) }
        case .version(let service, let id): published[service]?.version(id)?.record
        case .infra(let id): infras[id].map { .object($0.settings) }
        case .deployment(let id): deployments[id]?.record
        case .node(let name): nodes[name]?.record
        case .nodeService(let node, let id): nodes[node]?.services[id]?.record
        }
    }

    /// The keys of all that there is, owners before what they own.
    var allKeys: [RecordKey] {
        var keys: [RecordKey] = [.world]
        keys += archives.keys.sorted().map { .archive($0) }
        for (key, project) in projects.sorted(by: { $0.key < $1.key }) {
            keys.append(.project(key))
            for (id, service) in project.services.sorted(by: { $0.key < $1.key }) {
                keys.append(.service(project: key, id: id))
                keys += service.packages.map { .package(project: key, service: id, id: $0.id) }
            }
        }
        for (id, service) in published.sorted(by: { $0.key < $1.key }) {
            keys.append(.published(id))
            keys += service.versions.map { .version(service: id, id: $0.id) }
        }
        keys += infras.keys.sorted().map { .infra($0) }
        keys += deployments.keys.sorted().map { .deployment($0) }
        for (name, node) in nodes.sorted(by: { $0.key < $1.key }) {
            keys.append(.node(name))
            keys += node.services.keys.sorted().map { .nodeService(node: name, id: $0) }
        }
        return keys
    }

    /// Takes the last record of each key of a store; `finish` must follow.
    mutating func load(_ records: [RecordKey: JSONValue]) throws(SandboxError) {
        if let record = records[.world] {
            world.anyProject = record["anyProject"]?.bool ?? true
            world.stages = record["stages"]?.array ?? []
            for user in record["users"]?.object ?? [:] { world.users[user.key] = user.value.string }
        }
        // Owners first: a dictionary has no order.
        for (key, value) in records {
            guard loadOwner(key, value) else {
                throw SandboxError(.corrupt, "the record \(key.json.text()) cannot be read")
            }
        }
        for (key, value) in records { loadOwned(key, value) }
        for (id, deployment) in deployments {
            published[deployment.serviceID]?.deployments.insert(id)
            infras[deployment.infraID]?.deployments.insert(id)
        }
        for key in projects.keys {
            for id in projects[key]?.services.keys.sorted() ?? [] {
                projects[key]?.services[id]?.packages.sort { $0.sequence < $1.sequence }
            }
        }
        for id in published.keys { published[id]?.versions.sort { $0.sequence < $1.sequence } }
        for id in archives.keys where references[id] == nil {
            archives[id] = nil
            dirty.insert(.archive(id))
        }
    }

    private mutating func loadOwner(_ key: RecordKey, _ value: JSONValue) -> Bool {
        switch key {
        case .project(let key): projects[key] = value.object.map { Project(summary: $0) }
        case .archive(let id):
            archives[id] = PackageArchive(record: value)
            sequence = max(sequence, Int(id.dropFirst()) ?? 0)
        case .published(let id): published[id] = value.object.map { PublishedService(settings: $0) }
        case .infra(let id): infras[id] = value.object.map { Infra(settings: $0) }
        case .deployment(let id): deployments[id] = Deployment(record: value)
        case .node(let name):
            nodes[name] = APINode(name: name, record: value)
            for key in nodes[name]?.keys ?? [] { sequence = max(sequence, Int(key.id.dropFirst()) ?? 0) }
        case .world, .service, .package, .version, .nodeService: return value.object != nil
        }
        return record(key) != nil
    }

    private mutating func loadOwned(_ key: RecordKey, _ value: JSONValue) {
        switch key {
        case .service(let project, let id):
            // A package's record may have come first.
            let packages = projects[project]?.services[id]?.packages ?? []
            projects[project]?.services[id] = Service(settings: value.object ?? [:], packages: packages)
        case .package(let project, let service, let id):
            let version = loadVersion(id, value)
            projects[project]?.services[service, default: Service(settings: [:])].packages.append(version)
        case .version(let service, let id):
            let version = loadVersion(id, value)
            published[service]?.versions.append(version)
        case .nodeService(let node, let id):
            let service = NodeService(record: value)
            for generation in service.generations {
                retain(generation.archive)
                sequence = max(sequence, generation.sequence)
            }
            nodes[node]?.services[id] = service
        default: break
        }
    }

    private mutating func loadVersion(_ id: String, _ value: JSONValue) -> Version {
        let version = Version(
            id: id, createdOn: value["createdOn"]?.integer ?? 0, archive: value["archive"]?.string ?? "",
            sequence: value["n"]?.integer ?? 0)
        retain(version.archive)
        sequence = max(sequence, version.sequence)
        return version
    }
}
