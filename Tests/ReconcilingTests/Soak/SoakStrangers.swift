import HTTP
import JSON
import TestSupport

/// What others do behind Mooring's back.
extension SoakRunner {
    func strangers(_ move: SoakStory.Move) async {
        let number = move.number
        await world.undisturbed {
            switch move.kind {
            case .strangerEditsInfra:
                guard let id = await pick("/api-deployer/infras", number, "infraBasicInfo") else { return }
                await world.edit("/api-deployer/infras/\(id)/settings") {
                    $0["governCheckPolicy"] = .string(["WARN", "PREVENT", "NO_CHECK"][number % 3])
                    $0["permissions"] = [["group": "strangers", "read": true]]
                }
            case .strangerEditsDeployment, .strangerDisables:
                guard let id = await deployment(number) else { return }
                await world.edit("/api-deployer/deployments/\(id)/settings") { settings in
                    settings["tags"] = [.string("t\(number % 9)")]
                    if move.kind == .strangerDisables { settings["enabled"] = .bool(number.isMultiple(of: 3)) }
                }
            case .strangerEditsService:
                guard let id = await service(number) else { return }
                await world.edit("/projects/P/apiservices/\(id)/settings") { settings in
                    settings["tags"] = ["strange"]
                    if number.isMultiple(of: 2) {
                        settings["endpoints"] = .array(settings["endpoints"]?.array?.dropLast() ?? [])
                    }
                }
            case .strangerDeletesDeployment: await deleteDeployment(number)
            case .strangerRollsOut:
                guard let id = await deployment(number) else { return }
                await world.stranger(.post, "/api-deployer/deployments/\(id)/actions/update")
            case .strangerAddsField: await addField(number)
            case .strangerAddsObject: await addObject(number)
            default: break
            }
        }
    }

    private func pick(_ list: String, _ number: Int, _ info: String) async -> String? {
        let items = await world.stranger(.get, list)?.array ?? []
        let ids = items.compactMap { ($0[info]?["id"] ?? $0["id"])?.string }.filter { !$0.hasPrefix("bystander") }
        return ids.isEmpty ? nil : ids.sorted()[number % ids.count]
    }

    private func deployment(_ number: Int) async -> String? {
        await pick("/api-deployer/deployments", number, "deploymentBasicInfo")
    }

    private func service(_ number: Int) async -> String? {
        let items = await world.stranger(.get, "/projects/P/apiservices")?.array ?? []
        let ids = items.compactMap { $0["id"]?.string }.filter { !$0.hasPrefix("bystander") }.sorted()
        return ids.isEmpty ? nil : ids[number % ids.count]
    }

    private func deleteDeployment(_ number: Int) async {
        guard let id = await deployment(number) else { return }
        await world.edit("/api-deployer/deployments/\(id)/settings") { $0["enabled"] = false }
        await world.stranger(.delete, "/api-deployer/deployments/\(id)?ignorePreDeleteErrors=False")
        world.forgetFields(below: "/api-deployer/deployments/\(id)/")
    }

    /// A field that Mooring does not know, in an object that it manages.
    private func addField(_ number: Int) async {
        let mystery: JSONValue = [
            "n": .number(JSONNumber(text: "1.50") ?? JSONNumber(1)), "z": [.null, "ü"],
            "a": .number(JSONNumber(number)),
        ]
        let path: String?
        switch number % 2 {
        case 0: path = await deployment(number).map { "/api-deployer/deployments/\($0)/settings" }
        default:
            path = await pick("/api-deployer/infras", number, "infraBasicInfo").map {
                "/api-deployer/infras/\($0)/settings"
            }
        }
        guard let path else { return }
        await world.edit(path) { $0["mystery"] = mystery }
        await world.guardBystander(path, "mystery")
    }

    /// An object beside those that Mooring manages.
    private func addObject(_ number: Int) async {
        let id = "bystander-\(number)"
        switch number % 3 {
        case 0:
            await world.stranger(.post, "/projects/P/apiservices/\(id)")
            await world.edit("/projects/P/apiservices/\(id)/settings") {
                $0["endpoints"] = [["id": "e", "type": "PY_FUNCTION", "code": "x", "odd": [1.0, .null]]]
            }
            await world.guardBystander("/projects/P/apiservices/\(id)/settings")
        case 1:
            await world.stranger(
                .post, "/api-deployer/infras",
                ["id": .string(id), "stage": "Test", "type": "STATIC", "governCheckPolicy": "NO_CHECK"])
            await world.guardBystander("/api-deployer/infras/\(id)/settings")
        default:
            guard let service = await service(number),
                let versions = await world.stranger(.get, "/api-deployer/services/\(service)")?["packages"]?.array,
                let version = versions.last?["id"]?.string,
                let infra = await pick("/api-deployer/infras", number, "infraBasicInfo")
            else { return }
            await world.stranger(
                .post, "/api-deployer/deployments",
                [
                    "deploymentId": .string(id), "publishedServiceId": .string(service), "infraId": .string(infra),
                    "version": .string(version), "endpointId": .null, "authorizationsToQueryThroughDeployer": .null,
                ])
            await world.guardBystander("/api-deployer/deployments/\(id)/settings")
        }
    }
}
