import JSON

/// The deployer's calls: stages, infrastructures, published services and versions.
enum DeployerRoutes {
    static let all: [Route] = [
        Route("GET", "dss/api-deployer/stages") { state, _ throws(APIError) in .json(.array(state.world.stages)) },
        Route("GET", "dss/api-deployer/infras") { state, _ throws(APIError) in
            .json(.array(state.infras.sorted { $0.key < $1.key }.map { lightInfra($0.value) }))
        },
        Route("POST", "dss/api-deployer/infras") { state, call throws(APIError) in
            let body = try call.object(only: ["id", "stage", "type", "governCheckPolicy"])
            try state.createInfra(body)
            return .json(lightInfra(try state.infra(try body.text("id"))))
        },
        Route("GET", "dss/api-deployer/infras/{I}") { state, call throws(APIError) in
            .json(lightInfra(try state.infra(call["I"])))
        },
        Route("GET", "dss/api-deployer/infras/{I}/settings") { state, call throws(APIError) in
            .json(.object(try state.infra(call["I"]).settings))
        },
        Route("PUT", "dss/api-deployer/infras/{I}/settings") { state, call throws(APIError) in
            try state.saveInfra(call["I"], try call.object())
            return .done("Infra \(call["I"]) saved")
        },
        Route("DELETE", "dss/api-deployer/infras/{I}") { state, call throws(APIError) in
            try state.deleteInfra(call["I"])
            return .done("Infra \(call["I"]) deleted")
        },
        Route("GET", "dss/api-deployer/services") { state, _ throws(APIError) in
            .json(.array(state.published.keys.sorted().map { lightService($0, state) }))
        },
        Route("POST", "dss/api-deployer/services") { state, call throws(APIError) in
            let id = try call.object(only: ["publishedServiceId"]).text("publishedServiceId")
            try state.createPublished(id)
            return .json(lightService(id, state))
        },
        Route("GET", "dss/api-deployer/services/{S}") { state, call throws(APIError) in
            _ = try state.published(call["S"])
            return .json(lightService(call["S"], state))
        },
        Route("DELETE", "dss/api-deployer/services/{S}") { state, call throws(APIError) in
            try state.deletePublished(call["S"])
            return .done("Service \(call["S"]) deleted")
        },
        Route("GET", "dss/api-deployer/services/{S}/settings") { state, call throws(APIError) in
            .json(.object(try state.published(call["S"]).settings))
        },
        Route("PUT", "dss/api-deployer/services/{S}/settings") { state, call throws(APIError) in
            try state.savePublished(call["S"], try call.object())
            return .done("Service \(call["S"]) saved")
        },
        Route("POST", "dss/api-deployer/services/{S}/versions", importVersion),
        Route("GET", "dss/api-deployer/services/{S}/versions/{V}") { state, call throws(APIError) in
            guard let version = try state.published(call["S"]).version(call["V"]) else {
                throw .missing("version \(call["V"]) of service \(call["S"])")
            }
            return .archive(version.archive)
        },
        Route("DELETE", "dss/api-deployer/services/{S}/versions/{V}") { state, call throws(APIError) in
            try state.deleteVersion(call["S"], call["V"])
            return .done("Version \(call["V"]) deleted")
        },
    ]

    private static func lightInfra(_ infra: Infra) -> JSONValue {
        let settings = infra.settings
        return [
            "infraBasicInfo": [
                "id": settings["id"] ?? "", "stage": settings["stage"] ?? "", "type": settings["type"] ?? "",
                "governCheckPolicy": settings["governCheckPolicy"] ?? "NO_CHECK",
            ],
            "deployments": .array(infra.deployments.sorted().map { ["id": .string($0)] }),
        ]
    }

    private static func lightService(_ id: String, _ state: State) -> JSONValue {
        let service = state.published[id] ?? PublishedService(settings: [:])
        let deployments = service.deployments.sorted().compactMap { state.deployments[$0] }
        return [
            "serviceBasicInfo": ["id": .string(id), "name": service.settings["name"] ?? .string(id)],
            "packages": .array(
                service.versions.map { ["id": .string($0.id), "createdOn": .number(JSONNumber($0.createdOn))] }),
            "deployments": .array(deployments.map { ["id": .string($0.id), "infraId": .string($0.infraID)] }),
            "infras": .array(Set(deployments.map(\.infraID)).sorted().map { ["id": .string($0)] }),
        ]
    }

    @Sendable private static func importVersion(state: inout State, call: Call) throws(APIError) -> Reply {
        let service = try state.published(call["S"])
        let parts = try Multipart.parts(of: call.body, headers: call.headers)
        guard let part = parts.first(where: { $0.name == "file" }) else {
            throw .bad("The multipart body has no part 'file'")
        }
        let zip = Array(part.content)
        guard let archive = PackageArchive(uploaded: zip, fileName: part.fileName, createdOn: state.now) else {
            throw .bad("The file '\(part.fileName)' is not a package archive")
        }
        // Checked first: a refused version must not leave its bytes behind.
        guard service.version(archive.version) == nil else {
            throw .bad("Version '\(archive.version)' of service '\(call["S"])' already exists")
        }
        try state.addVersion(archive.version, archive: state.add(archive, zip: zip), to: call["S"])
        return .json(["id": .string(archive.version)])
    }
}
