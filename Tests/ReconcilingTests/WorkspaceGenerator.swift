import JSON
import TestSupport

/// Random workspaces, the same for the same seed.
struct WorkspaceGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func next(_ bound: Int) -> Int { generator.below(bound) }

    private mutating func chance(_ percent: Int) -> Bool { next(100) < percent }
    private mutating func pick<T>(_ values: [T]) -> T { values[next(values.count)] }

    /// Files of a workspace: services with their packages, infrastructures, deployments.
    mutating func files(services: Int? = nil) -> [String: String] {
        var documents: [JSONValue] = []
        let infras = (0...next(3)).map { "infra-\($0)" }
        for (index, infra) in infras.enumerated() { documents.append(self.infra(infra, firstNode: index * 2 + 1)) }
        for index in 0..<(services ?? next(4) + 1) {
            let service = "service-\(index)"
            let version = chance(40) ? "auto" : pick(["v1", "1.10", "2026-01"])
            documents.append(contentsOf: self.service(service, version: version))
            if chance(30) {
                documents.append(
                    document(
                        "PublishedService", ["name": .string(service)],
                        ["permissions": permissions(["read", "deploy"])]))
            }
            for infra in infras where chance(50) {
                documents.append(deployment("\(service)-on-\(infra)", service, infra, version))
            }
        }
        return ["all.yaml": documents.map { $0.text() }.joined(separator: "\n---\n")]
    }

    private func document(_ kind: String, _ metadata: JSONValue, _ spec: JSONValue) -> JSONValue {
        ["apiVersion": "mooring/v1", "kind": .string(kind), "metadata": metadata, "spec": spec]
    }

    private mutating func permissions(_ rights: [String]) -> JSONValue {
        .array(
            (0..<next(3)).map { index in
                .object(
                    JSONObject(
                        [("group", .string("group-\(index)"))] + rights.map { ($0, .bool(chance(50))) }))
            })
    }

    private mutating func infra(_ name: String, firstNode: Int) -> JSONValue {
        var spec: JSONObject = ["type": "STATIC", "stage": .string(pick(["Development", "Test", "Production"]))]
        if chance(50) { spec["permissions"] = permissions(["read", "deploy", "admin"]) }
        if chance(30) { spec["governCheckPolicy"] = .string(pick(["NO_CHECK", "WARN", "PREVENT"])) }
        if chance(30) { spec["raw"] = ["extra": .object(["n": 1.5, "list": [1, "a", .null]])] }
        spec["apiNodes"] = .array(
            (firstNode...(firstNode + next(2))).map { node in
                var value: JSONObject = [
                    "url": .string("sandbox://node-\(node)"), "adminAPIKey": ["env": "NODE_KEY"],
                ]
                if chance(30) { value["graphitePrefix"] = .string("p\(node)") }
                return .object(value)
            })
        return document("Infra", ["name": .string(name)], .object(spec))
    }

    private mutating func service(_ name: String, version: String) -> [JSONValue] {
        var spec: JSONObject = [:]
        let metadata: JSONValue = ["project": "P", "name": .string(name)]
        if chance(40) { spec["tags"] = .array((0..<next(4)).map { .string("tag-\($0)") }) }
        if chance(30) { spec["authMethod"] = "API_KEYS" }
        if spec["authMethod"] != nil { spec["authRealm"] = ["queryKeys": [["env": "QUERY_KEY"]]] }
        if chance(20) { spec["customFields"] = ["owner": "ü", "level": 3] }
        let endpoints = (0...next(3)).map { endpoint("endpoint-\($0)") }
        let package: JSONObject = ["version": .string(version), "releaseNotes": "made by a test"]
        let inline = chance(50)
        if inline {
            spec["endpoints"] = .array(endpoints)
            spec["package"] = .object(package)
            return [document("APIService", metadata, .object(spec))]
        }
        let owner: JSONValue = ["project": "P", "service": .string(name)]
        return [document("APIService", metadata, .object(spec)), document("Package", owner, .object(package))]
            + endpoints.map { endpoint in
                var fields = endpoint.object ?? [:]
                let id = fields["id"] ?? ""
                fields["id"] = nil
                return document(
                    "Endpoint", ["project": "P", "service": .string(name), "name": id], .object(fields))
            }
    }

    private mutating func endpoint(_ id: String) -> JSONValue {
        switch next(3) {
        case 0: return ["id": .string(id), "type": "STD_PREDICTION", "modelRef": .string("model\(next(100))")]
        case 1:
            return [
                "id": .string(id), "type": "PY_FUNCTION", "code": .string("def f(x):\n    return \(next(9))\n"),
                "userFunctionName": "f", "inputFolderRefs": [["ref": "folder"]],
                "testQueries": [["name": "one", "q": ["x": .string("$\(next(9))")]]],
            ]
        default:
            return [
                "id": .string(id), "type": "DATASETS_LOOKUP",
                "raw": ["lookups": [["dataset": "customers", "keys": ["id"], "columns": ["a", "b"]]]],
            ]
        }
    }

    private mutating func deployment(_ id: String, _ service: String, _ infra: String, _ version: String) -> JSONValue {
        var spec: JSONObject = [
            "publishedServiceId": .string(service), "infraId": .string(infra),
            "rollout": ["timeout": "10m", "failAfter": "2s"],
        ]
        if version != "auto", chance(20) {
            spec["generations"] = [["generation": .string(version), "proba": 1.0]]
        } else {
            spec["version"] = .string(version)
        }
        if chance(20) { spec["enabled"] = .bool(chance(50)) }
        if chance(20) {
            spec["authorizationsToQueryThroughDeployer"] = [["group": "ops", "queryThroughDeployer": true]]
        }
        return document("Deployment", ["name": .string(id)], .object(spec))
    }
}
