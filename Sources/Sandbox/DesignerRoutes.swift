import JSON

/// The design node's calls: projects, API services, packages.
enum DesignerRoutes {
    static let all: [Route] = [
        Route("GET", "dss/projects", listProjects),
        Route("POST", "dss/projects", createProject),
        Route("GET", "dss/projects/{P}") { state, call throws(APIError) in
            .json(.object(try state.project(call["P"]).summary))
        },
        Route("GET", "dss/projects/{P}/metadata", metadata),
        Route("GET", "dss/projects/{P}/apiservices", listServices),
        Route("POST", "dss/projects/{P}/apiservices/{S}") { state, call throws(APIError) in
            try state.createService(call["P"], call["S"])
            return .done("API service \(call["S"]) created")
        },
        Route("GET", "dss/projects/{P}/apiservices/{S}/settings") { state, call throws(APIError) in
            .json(.object(try state.service(call["P"], call["S"]).settings))
        },
        Route("PUT", "dss/projects/{P}/apiservices/{S}/settings") { state, call throws(APIError) in
            _ = try state.service(call["P"], call["S"])
            try state.saveSettings(call["P"], call["S"], try call.object())
            return .done("API service \(call["S"]) saved")
        },
        Route("GET", "dss/projects/{P}/apiservices/{S}/packages", listPackages),
        Route("POST", "dss/projects/{P}/apiservices/{S}/packages/{V}") { state, call throws(APIError) in
            try state.createPackage(call["P"], call["S"], call["V"], releaseNotes: call.query["releaseNotes"])
            // Plain text, as a live server answers it.
            return .text("Package \(call["V"]) created")
        },
        Route("DELETE", "dss/projects/{P}/apiservices/{S}/packages/{V}") { state, call throws(APIError) in
            try state.deletePackage(call["P"], call["S"], call["V"])
            return .done("Package \(call["V"]) deleted")
        },
        Route("GET", "dss/projects/{P}/apiservices/{S}/packages/{V}/summary", summary),
        Route("GET", "dss/projects/{P}/apiservices/{S}/packages/{V}/archive") { state, call throws(APIError) in
            .archive(try state.package(call["P"], call["S"], call["V"]).archive)
        },
        Route("POST", "dss/projects/{P}/apiservices/{S}/packages/{V}/publish") { state, call throws(APIError) in
            let published = call.query["publishedServiceId"].flatMap { $0.isEmpty ? nil : $0 } ?? call["S"]
            try state.publish(call["P"], call["S"], call["V"], as: published)
            return .json(["publishedServiceId": .string(published), "packageId": .string(call["V"])])
        },
    ]

    @Sendable private static func listProjects(state: inout State, call: Call) throws(APIError) -> Reply {
        .json(.array(state.projects.sorted { $0.key < $1.key }.map { .object($0.value.summary) }))
    }

    @Sendable private static func createProject(state: inout State, call: Call) throws(APIError) -> Reply {
        let body = try call.object()
        let key = try body.text("projectKey")
        guard state.projects[key] == nil else { throw .bad("Project '\(key)' already exists") }
        var summary = State.projectSummary(
            key, name: body["name"]?.string, owner: body["owner"]?.string ?? state.caller)
        if let text = body["description"]?.string { summary["shortDesc"] = .string(text) }
        if let tags = body["tags"]?.array { summary["tags"] = .array(tags) }
        state.projects[key] = Project(summary: summary)
        state.dirty.insert(.project(key))
        return .json(["msg": .string("Created project \(key)")])
    }

    @Sendable private static func metadata(state: inout State, call: Call) throws(APIError) -> Reply {
        let summary = try state.project(call["P"]).summary
        return .json([
            "label": summary["name"] ?? "", "tags": summary["tags"] ?? [], "customFields": [:], "checklists": [:],
        ])
    }

    @Sendable private static func listServices(state: inout State, call: Call) throws(APIError) -> Reply {
        let services = try state.project(call["P"]).services.sorted { $0.key < $1.key }
        return .json(
            .array(
                services.map { id, service in
                    let settings = service.settings
                    let endpoints = (settings["endpoints"]?.array ?? []).map { endpoint -> JSONValue in
                        ["id": endpoint["id"] ?? "", "type": endpoint["type"] ?? ""]
                    }
                    return [
                        "projectKey": .string(call["P"]), "id": .string(id), "name": settings["name"] ?? .string(id),
                        "authMethod": settings["authMethod"] ?? "PUBLIC", "endpoints": .array(endpoints),
                    ]
                }))
    }

    /// A live server answers an empty array for a service that does not exist.
    @Sendable private static func listPackages(state: inout State, call: Call) throws(APIError) -> Reply {
        let packages = try state.project(call["P"]).services[call["S"]]?.packages ?? []
        return .json(
            .array(packages.map { ["id": .string($0.id), "createdOn": .number(JSONNumber($0.createdOn))] }))
    }

    /// A live server answers 500 for a package that does not exist; the fields are inferred.
    @Sendable private static func summary(state: inout State, call: Call) throws(APIError) -> Reply {
        let packages = try state.project(call["P"]).services[call["S"]]?.packages ?? []
        guard let package = packages.last(where: { $0.id == call["V"] }),
            let archive = state.archives[package.archive]
        else { throw .failure("Package directory does not exist") }
        return .json([
            "id": .string(package.id), "createdOn": .number(JSONNumber(package.createdOn)),
            "releaseNotes": archive.releaseNotes.map { .string($0) } ?? .null,
            "endpoints": .array(archive.endpoints.map { ["id": $0["id"] ?? "", "type": $0["type"] ?? ""] }),
        ])
    }
}
