import JSON

/// An API node, or the imaginary cluster of an infra that is not STATIC.
struct APINode {
    struct AdminKey: Equatable {
        let id: String
        let key: String
        /// As it was answered, `id` and `key` included.
        let json: JSONObject
    }

    let name: String
    /// Whether it stands for a cluster: it comes and goes with its infra.
    var isCluster = false
    var keys: [AdminKey] = []
    var services: [String: NodeService] = [:]
    /// Counts since the start, for `metrics`.
    var requests: [String: Int] = [:]
    var errors: [String: Int] = [:]

    init(name: String, isCluster: Bool = false) {
        self.name = name
        self.isCluster = isCluster
    }

    var record: JSONValue {
        ["cluster": .bool(isCluster), "keys": .array(keys.map { .object($0.json) })]
    }

    init?(name: String, record: JSONValue) {
        guard record.object != nil else { return nil }
        self.name = name
        isCluster = record["cluster"]?.bool ?? false
        keys = (record["keys"]?.array ?? []).compactMap { value in
            guard let object = value.object, let id = object["id"]?.string, let key = object["key"]?.string else {
                return nil
            }
            return AdminKey(id: id, key: key, json: object)
        }
    }
}

/// A service as one node holds it.
struct NodeService {
    struct Generation: Equatable {
        let id: String
        let createdOn: Int
        let archive: String
        let sequence: Int
        var isPreloaded = false
    }

    var isEnabled = false
    /// In the order of their import.
    var generations: [Generation] = []
    var mapping: GenerationMapping?

    init() {}

    func generation(_ id: String) -> Generation? { generations.last { $0.id == id } }

    /// The generation that answers most; nil when none is mapped.
    var active: String? { mapping?.entries.max { $0.proba < $1.proba }?.generation }

    var record: JSONValue {
        var object: JSONObject = [
            "enabled": .bool(isEnabled),
            "generations": .array(
                generations.map {
                    [
                        "id": .string($0.id), "createdOn": .number(JSONNumber($0.createdOn)),
                        "archive": .string($0.archive), "n": .number(JSONNumber($0.sequence)),
                        "preloaded": .bool($0.isPreloaded),
                    ]
                }),
        ]
        object["mapping"] = mapping?.json
        return .object(object)
    }

    init(record: JSONValue) {
        isEnabled = record["enabled"]?.bool ?? false
        generations = (record["generations"]?.array ?? []).compactMap { value in
            guard let id = value["id"]?.string, let archive = value["archive"]?.string else { return nil }
            return Generation(
                id: id, createdOn: value["createdOn"]?.integer ?? 0, archive: archive,
                sequence: value["n"]?.integer ?? 0, isPreloaded: value["preloaded"]?.bool ?? false)
        }
        mapping = record["mapping"].flatMap { try? GenerationMapping($0) }
    }
}
