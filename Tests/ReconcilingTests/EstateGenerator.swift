import DSS
import JSON
import Resources
import TestSupport

/// Fills a sandbox with objects that nobody declared, the same for the same seed: all types of endpoints and several of
/// infrastructures, secrets, mappings to several versions, and on every level fields that Mooring does not know.
struct EstateGenerator {
    private var generator: SeededGenerator
    private let world: World
    private let client: DSSClient
    /// How many objects there are: services, endpoints, packages, published services, infrastructures, deployments.
    private(set) var count = 0

    init(seed: UInt64, world: World) {
        generator = SeededGenerator(seed: seed)
        self.world = world
        client = world.client()
    }

    /// In every secret, and in what Mooring does not know: in no file may it be.
    static let canary = "canary-imported"

    private mutating func next(_ bound: Int) -> Int { generator.below(bound) }
    private mutating func chance(_ percent: Int) -> Bool { next(100) < percent }
    private mutating func pick<T>(_ values: [T]) -> T { values[next(values.count)] }

    private static let names = [
        "scoring", "Scoring", "mooring", ".hidden", "con", "a b", "größe", "x:y", "a\\b", "*", "100", "no", "é",
        "${var.x}", "..x", "long-" + String(repeating: "n", count: 200), "#1",
    ]

    mutating func fill(services: Int) async throws {
        let infras = try await self.infras()
        for index in 0..<services {
            let project = pick(["CHURN", "P"])
            // Odd names at first, in both projects; then plain ones.
            let odd = EstateGenerator.names[(index / 2) % EstateGenerator.names.count]
            let id = index < EstateGenerator.names.count * 2 ? odd : "service-\(index)"
            let owner = index < EstateGenerator.names.count * 2 ? ["CHURN", "P"][index % 2] : project
            try await service(id, in: owner, on: infras)
        }
        for index in 0..<12 { try await publishedOnly("archive-\(index)") }
    }

    private mutating func unknown() -> JSONValue {
        pick([
            .string(EstateGenerator.canary), ["deep": [.string(EstateGenerator.canary), 1.50, .null]], true, 1e30,
            ["ü": "\u{1F600}", "secret": .string(EstateGenerator.canary)],
        ])
    }

    private mutating func infras() async throws -> [String] {
        var ids: [String] = []
        let types = ["STATIC", "STATIC", "STATIC", "K8S", "SAGEMAKER", "DATABRICKS", "STATIC", "VERTEX_AI"]
        for (index, type) in types.enumerated() {
            let id = ["infra-\(index)", "Infra-\(index)", "infra \(index)"][index % 3]
            let infra = try await client.apiDeployer.createInfra(
                id, stage: pick(["Development", "Test", "Production"]), type: type)
            var nodes: [JSONValue] = []
            for node in [index + 1, (index + 4) % 8 + 1] where type == "STATIC" && (node == index + 1 || index == 6) {
                let key = chance(50) ? "" : "/"
                var object: JSONObject = [
                    "url": .string("sandbox://node-\(node)\(key)"), "adminAPIKey": .string(World.key),
                    "futureField": unknown(),
                ]
                if chance(50) { object["graphitePrefix"] = .string("p.\(node)") }
                nodes.append(.object(object))
            }
            let policy = pick(["NO_CHECK", "WARN"])
            let rights = permissions(["read", "deploy", "admin"])
            let more = unknown()
            try await edit(infra) { settings in
                if type == "STATIC" { settings["apiNodes"] = .array(nodes) }
                settings["governCheckPolicy"] = .string(policy)
                settings["permissions"] = rights
                settings["carbonAPISettings"] = ["carbonAPIURL": "http://carbon", "other": more]
                settings["newSetting"] = more
            }
            count += 1
            ids.append(id)
        }
        return ids
    }

    private func edit(_ infra: DSSAPIDeployerInfra, _ change: (inout JSONObject) -> Void) async throws {
        guard case .object(var settings) = try await infra.getSettings() else { return }
        change(&settings)
        try await infra.saveSettings(.object(settings))
    }

    private mutating func permissions(_ rights: [String]) -> JSONValue {
        .array(
            (0..<next(3)).map { index in
                .object(
                    JSONObject(
                        [("group", .string("group-\(index)")), ("more", unknown())]
                            + rights.map { ($0, .bool(chance(50))) }))
            })
    }

    private mutating func service(_ id: String, in project: String, on infras: [String]) async throws {
        let service = try await client.project(project).createAPIService(id)
        let method = pick(["PUBLIC", "API_KEYS", "OAUTH2"])
        let endpoints = (0..<(1 + next(4))).map { endpoint("endpoint-\($0)") }
        let fields: [(String, JSONValue)] = [
            ("authMethod", .string(method)),
            (
                "authRealm",
                ["queryKeys": .array((0..<next(3)).map { _ in .string(EstateGenerator.canary) }), "x": unknown()]
            ),
            (
                "oauth2Config",
                [
                    "issuer": "https://id", "clientSecret": .string(EstateGenerator.canary), "scopes": ["a", .null],
                    "keys": [["password": .string(EstateGenerator.canary), "n": 3]], "none": .null,
                ]
            ),
            ("tags", chance(50) ? ["b", "a", "no"] : []),
            (
                "customFields",
                chance(30) ? ["owner": .string(id), "cost ": 1.10, "${var.y}": "$${var.z} ${var.z"] : [:]
            ),
            ("endpoints", .array(endpoints)),
        ]
        guard case .object(var settings) = try await service.getSettings() else { return }
        for (name, value) in fields { settings[name] = value }
        try await service.saveSettings(.object(settings))
        count += 1 + endpoints.count
        try await versions(of: service, id, on: infras)
    }

    private mutating func versions(of service: DSSAPIService, _ id: String, on infras: [String]) async throws {
        let versions = ["v1", "1.10", "2026-01-01"].prefix(next(4))
        for version in versions {
            await world.clock.sleep(.seconds(1))
            try await service.createPackage(version, releaseNotes: "made")
        }
        if !versions.isEmpty { count += 1 }
        let existing = Set(try await client.apiDeployer.listServices().map(\.id))
        guard !versions.isEmpty, chance(80), !existing.contains(id) else { return }
        let target = chance(15) ? "published-" + id : id
        for version in versions.dropLast(next(2)) where !existing.contains(target) {
            await world.clock.sleep(.seconds(1))
            try await service.publishPackage(version, publishedServiceId: target)
        }
        guard let status = try await client.apiDeployer.listServices().first(where: { $0.id == target }) else { return }
        count += 1
        let rights = permissions(["read", "write", "deploy", "admin"])
        try await world.edit("/api-deployer/services/\(encoded(target))/settings") { $0["permissions"] = rights }
        for (index, infra) in infras.enumerated() where chance(25) {
            try await deployment("\(target) on \(index)", target, infra, status.packages.map(\.id))
        }
    }

    private func encoded(_ id: String) -> String {
        id.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            return scalar.properties.isAlphabetic && byte < 128 || "0123456789-_.".utf8.contains(byte)
                ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    private mutating func endpoint(_ id: String) -> JSONValue {
        let types = modelEndpointTypes + codeEndpointTypes + ["DATASETS_LOOKUP", "SQL_QUERY", "NEW_TYPE"]
        let type = pick(types)
        var object: JSONObject = ["id": .string(id), "type": .string(type), "unknown": unknown()]
        object["testQueries"] =
            chance(40) ? [["name": "one", "q": ["x": 1.0, "y": [.null, "${var.a}"]], "z": unknown()]] : []
        object["useJava"] = .bool(chance(50))
        if modelEndpointTypes.contains(type) { object["modelRef"] = .string("model-\(next(100))") }
        if type == "STD_CAUSAL_PREDICTION" { object["computePropensity"] = true }
        if type == "SQL_QUERY" { object["query"] = .string("SELECT '\(EstateGenerator.canary)'") }
        if codeEndpointTypes.contains(type) {
            object["code"] = .string(pick(EstateGenerator.codes))
            object["userFunctionName"] = "f"
            object["envSelection"] = ["envMode": "EXPLICIT_ENV", "envName": "py39", "more": unknown()]
            object["inputFolderRefs"] = [["ref": "f1", "alias": unknown()], [:]]
        }
        return .object(object)
    }

    /// Texts that are hard to write in YAML.
    static let codes = [
        "def f(x):\n    return x\n", "def f(x):\n\treturn x  \n\n\n", "no end", "\n\nstarts late\n",
        "  indented\nleft\n",
        "crlf\r\nline\r\n", "nul \0 bell \u{7}\n", "ünïcode 😀 \u{202E}\n# é\u{301}\n", "tab\there\t\n \n", "\t\n x",
        "---\n...\n# ${var.x} $${var.y}\n", "\u{85}\u{2028}\n", "\n", "   \n", "key: [value\n",
        String(repeating: "x = 1\n", count: 2000),
    ]

    private mutating func publishedOnly(_ id: String) async throws {
        try await client.apiDeployer.createService(id)
        count += 1
        if chance(50) {
            let rights = permissions(["read"])
            try await world.edit("/api-deployer/services/\(id)/settings") { settings in
                settings["permissions"] = rights
                settings["more"] = .string(EstateGenerator.canary)
            }
        }
    }

    private mutating func deployment(
        _ id: String, _ service: String, _ infra: String, _ versions: [String]
    ) async throws {
        guard let first = versions.first else { return }
        let deployment = try await client.apiDeployer.createDeployment(
            id, publishedServiceId: service, infraId: infra, version: first,
            endpointId: infra == "infra-3" ? "endpoint-0" : nil)
        count += 1
        guard case .object(var settings) = try await deployment.getSettings() else { return }
        settings["containerLimits"] = unknown()
        settings["auth"] = ["password": .string(EstateGenerator.canary)]
        if versions.count > 1, chance(50) {
            settings["generationsMapping"] = [
                "mode": "MULTI_GENERATION",
                "entries": [
                    ["generation": .string(versions[0]), "proba": 0.1, "x": unknown()],
                    ["generation": .string(versions[1]), "proba": 0.90],
                ],
            ]
        }
        settings["authorizationsToQueryThroughDeployer"] =
            chance(30) ? [["group": "ops", "queryThroughDeployer": true, "y": unknown()]] : []
        let isEnabled = chance(85)
        settings["enabled"] = .bool(isEnabled)
        try await deployment.saveSettings(.object(settings))
        let job = try await deployment.startUpdate().jobId ?? ""
        while try await !client.future(job).getState().isFinished { await world.clock.sleep(.milliseconds(100)) }
    }
}
