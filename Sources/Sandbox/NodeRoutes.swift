import HTTP
import JSON

/// The administration of an API node, as the official client sends it (dialect A of the wire reference), and what the
/// third-party description (dialect B) has besides; where both differ on one route, a bearer token asks for B.
enum NodeRoutes {
    static let all: [Route] = [
        Route("GET", "node/{N}/services") { state, call throws(APIError) in
            .json(.array(try state.node(call["N"]).services.sorted { $0.key < $1.key }.map { item($0, $1) }))
        },
        Route("POST", "node/{N}/services") { state, call throws(APIError) in
            try state.createNodeService(call["N"], try call.object().text("serviceId"))
            return ok
        },
        Route("GET", "node/{N}/services/{S}") { state, call throws(APIError) in
            .json(item(call["S"], try state.nodeService(call["N"], call["S"])))
        },
        Route("DELETE", "node/{N}/services/{S}") { state, call throws(APIError) in
            _ = try state.nodeService(call["N"], call["S"])
            state.removeService(call["S"], from: call["N"])
            return done(call)
        },
        Route("POST", "node/{N}/services/{S}/actions/enable", enable),
        Route("POST", "node/{N}/services/{S}/enable", enable),
        Route("POST", "node/{N}/services/{S}/actions/disable", disable),
        Route("POST", "node/{N}/services/{S}/disable", disable),
        Route("POST", "node/{N}/services/{S}/actions/setMapping") { state, call throws(APIError) in
            try state.setMapping(try GenerationMapping(try call.json()), call["N"], call["S"])
            return ok
        },
        Route("POST", "node/{N}/services/{S}/actions/switchToNewest") { state, call throws(APIError) in
            guard let newest = try state.nodeService(call["N"], call["S"]).generations.last else {
                throw .bad("Service '\(call["S"])' has no generation")
            }
            try state.setMapping(GenerationMapping(single: newest.id), call["N"], call["S"])
            return .json(["ok": true, "generation": .string(newest.id)])
        },
        Route("POST", "node/{N}/services/{S}/actions/switchTo/{G}", switchTo),
        Route("POST", "node/{N}/services/{S}/generations/{G}/switch", switchTo),
        Route("GET", "node/{N}/services/{S}/generations", listGenerations),
        Route("POST", "node/{N}/services/{S}/generations", uploadGeneration),
        Route("POST", "node/{N}/services/{S}/generations/actions/importFromArchive", importFromArchive),
        Route("GET", "node/{N}/services/{S}/generations/{G}") { state, call throws(APIError) in
            let service = try state.nodeService(call["N"], call["S"])
            guard let generation = service.generation(call["G"]) else { throw .missing("generation \(call["G"])") }
            return .json(item(generation, service))
        },
        Route("DELETE", "node/{N}/services/{S}/generations/{G}") { state, call throws(APIError) in
            try state.deleteGeneration(call["G"], call["N"], call["S"])
            return done(call)
        },
        Route("POST", "node/{N}/services/{S}/generations/{G}/preload") { state, call throws(APIError) in
            try state.preload(call["G"], call["N"], call["S"])
            return ok
        },
        Route("DELETE", "node/{N}/services-clean-unused") { state, call throws(APIError) in
            .json(try state.cleanUnused(call["N"]))
        },
        Route("GET", "node/{N}/metrics", metrics),
        Route("GET", "node/{N}/keys") { state, call throws(APIError) in
            .json(.array(try state.node(call["N"]).keys.map { .object($0.json) }))
        },
        Route("POST", "node/{N}/keys", createKey),
        Route("DELETE", "node/{N}/keys/{K}") { state, call throws(APIError) in
            try deleteKey(&state, call["N"]) { $0.key == call["K"] }
        },
        Route("DELETE", "node/{N}/keys/{K}/key") { state, call throws(APIError) in
            try deleteKey(&state, call["N"]) { $0.id == call["K"] }
        },
        Route("POST", "node/{N}/cached-code-envs") { _, _ throws(APIError) in ok },
        Route("DELETE", "node/{N}/cached-code-envs") { _, _ throws(APIError) in ok },
        Route("POST", "node/{N}/register-global-code-env") { _, _ throws(APIError) in ok },
        Route("POST", "node/{N}/model-cache") { _, _ throws(APIError) in ok },
        Route("DELETE", "node/{N}/model-cache") { _, _ throws(APIError) in ok },
    ]

    private static let ok = Reply.json(["ok": true])

    private static func isDialectB(_ call: Call) -> Bool {
        call.headers["Authorization"]?.lowercased().hasPrefix("bearer ") ?? false
    }

    private static func done(_ call: Call) -> Reply { isDialectB(call) ? .noContent : ok }

    private static func item(_ id: String, _ service: NodeService) -> JSONValue {
        [
            "serviceId": .string(id), "enabled": .bool(service.isEnabled),
            "activeGeneration": service.active.map { .string($0) } ?? .null,
            "generationCount": .number(JSONNumber(service.generations.count)),
        ]
    }

    private static func item(_ generation: NodeService.Generation, _ service: NodeService) -> JSONValue {
        let isActive = service.mapping?.generations.contains(generation.id) ?? false
        return [
            "generation": .string(generation.id), "generationId": .string(generation.id),
            "createdOn": .number(JSONNumber(generation.createdOn)), "active": .bool(isActive),
            "mounted": .bool(isActive || generation.isPreloaded), "preloaded": .bool(generation.isPreloaded),
        ]
    }

    @Sendable private static func enable(state: inout State, call: Call) throws(APIError) -> Reply {
        try state.setEnabled(true, call["N"], call["S"])
        return ok
    }

    @Sendable private static func disable(state: inout State, call: Call) throws(APIError) -> Reply {
        try state.setEnabled(false, call["N"], call["S"])
        return ok
    }

    @Sendable private static func switchTo(state: inout State, call: Call) throws(APIError) -> Reply {
        try state.setMapping(GenerationMapping(single: call["G"]), call["N"], call["S"])
        return ok
    }

    @Sendable private static func listGenerations(state: inout State, call: Call) throws(APIError) -> Reply {
        let service = try state.nodeService(call["N"], call["S"])
        let list = JSONValue.array(service.generations.map { item($0, service) })
        return .json(isDialectB(call) ? list : ["generations": list])
    }

    @Sendable private static func uploadGeneration(state: inout State, call: Call) throws(APIError) -> Reply {
        let parts = try Multipart.parts(of: call.body, headers: call.headers)
        guard let part = parts.first(where: { $0.name == "file" }) else {
            throw .bad("The multipart body has no part 'file'")
        }
        let id = try add(&state, call, Array(part.content), part.fileName)
        return .json(["generationId": .string(id), "active": false, "createdOn": .number(JSONNumber(state.now))])
    }

    @Sendable private static func importFromArchive(state: inout State, call: Call) throws(APIError) -> Reply {
        guard let path = call.query["filePath"], !path.isEmpty else { throw .bad("'filePath' is needed") }
        let zip: [UInt8]?
        do throws(SandboxError) { zip = try state.readFile(path) } catch { throw .bad(error.message) }
        guard let zip else { throw .bad("There is no file '\(path)'") }
        _ = try add(&state, call, zip, path)
        return ok
    }

    private static func add(
        _ state: inout State, _ call: Call, _ zip: [UInt8], _ name: String
    ) throws(APIError) -> String {
        let service = try state.nodeService(call["N"], call["S"])
        guard let archive = PackageArchive(uploaded: zip, fileName: name, createdOn: state.now) else {
            throw .bad("'\(name)' is not a package archive")
        }
        guard service.generation(archive.version) == nil else {
            throw .bad("Generation '\(archive.version)' of service '\(call["S"])' already exists")
        }
        try state.importGeneration(
            archive.version, archive: state.add(archive, zip: zip), into: call["S"], of: call["N"])
        return archive.version
    }

    @Sendable private static func metrics(state: inout State, call: Call) throws(APIError) -> Reply {
        let node = try state.node(call["N"])
        let services = node.services.keys.sorted().map { id -> (String, JSONValue) in
            (
                id,
                [
                    "requestCount": .number(JSONNumber(node.requests[id] ?? 0)), "averageLatencyMs": 0.3,
                    "errorCount": .number(JSONNumber(node.errors[id] ?? 0)),
                ]
            )
        }
        return .json([
            "totalRequests": .number(JSONNumber(node.requests.values.reduce(0, +))), "activeRequests": 0,
            "averageLatencyMs": 0.3, "errorCount": .number(JSONNumber(node.errors.values.reduce(0, +))),
            "serviceMetrics": .object(JSONObject(services)),
        ])
    }

    @Sendable private static func createKey(state: inout State, call: Call) throws(APIError) -> Reply {
        let body = try call.object()
        let number = state.nextSequence()
        let secret = String(stableHash("\(state.secrets.key)/\(call["N"])/\(number)/\(state.now)".utf8), radix: 36)
        let (id, key) = ("k\(number)", "dkuadm-\(secret)")
        var json: JSONObject = ["id": .string(id), "key": .string(key)]
        for name in ["label", "description", "createdBy"] { json[name] = body[name] ?? .null }
        json["createdOn"] = .number(JSONNumber(state.now))
        json["expiry"] = body["expiry"] ?? .null
        state.nodes[call["N"]]?.keys.append(APINode.AdminKey(id: id, key: key, json: json))
        state.dirty.insert(.node(call["N"]))
        return .json(.object(json))
    }

    private static func deleteKey(
        _ state: inout State, _ node: String, where matches: (APINode.AdminKey) -> Bool
    ) throws(APIError) -> Reply {
        guard let index = try state.node(node).keys.firstIndex(where: matches) else { throw .missing("admin key") }
        state.nodes[node]?.keys.remove(at: index)
        state.dirty.insert(.node(node))
        return ok
    }
}
