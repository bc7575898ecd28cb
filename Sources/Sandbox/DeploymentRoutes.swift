import JSON

/// The deployer's calls on deployments.
enum DeploymentRoutes {
    static let all: [Route] = [
        Route("GET", "dss/api-deployer/deployments") { state, _ throws(APIError) in
            .json(.array(state.deployments.sorted { $0.key < $1.key }.map { light($0.value, state) }))
        },
        Route("POST", "dss/api-deployer/deployments") { state, call throws(APIError) in
            let body = try call.object(only: State.creationKeys)
            try state.createDeployment(body)
            let deployment = try state.deployment(try body.text("deploymentId"))
            // Some clients look for the id here, some in `deploymentBasicInfo`.
            var answer: JSONObject = ["id": .string(deployment.id)]
            for member in light(deployment, state).object ?? [:] { answer[member.key] = member.value }
            return .json(.object(answer))
        },
        Route("GET", "dss/api-deployer/deployments/{D}") { state, call throws(APIError) in
            .json(light(try state.deployment(call["D"]), state))
        },
        Route("GET", "dss/api-deployer/deployments/{D}/status") { state, call throws(APIError) in
            .json(try state.heavyStatus(call["D"]))
        },
        Route("GET", "dss/api-deployer/deployments/{D}/governance-status") { state, call throws(APIError) in
            _ = try state.deployment(call["D"])
            // There is no Govern: it has nothing to say.
            return .json([Message]().json)
        },
        Route("GET", "dss/api-deployer/deployments/{D}/settings") { state, call throws(APIError) in
            .json(.object(try state.deployment(call["D"]).settings))
        },
        Route("PUT", "dss/api-deployer/deployments/{D}/settings") { state, call throws(APIError) in
            try state.saveDeployment(call["D"], try call.object())
            return .done("Deployment \(call["D"]) saved")
        },
        Route("DELETE", "dss/api-deployer/deployments/{D}") { state, call throws(APIError) in
            try state.deleteDeployment(
                call["D"], ignoreErrors: call.query.flag("ignorePreDeleteErrors", default: false))
            return .done("Deployment \(call["D"]) deleted")
        },
        Route("POST", "dss/api-deployer/deployments/{D}/actions/update", update),
        Route("GET", "dss/api-deployer/deployments/{D}/get-open-api") { state, call throws(APIError) in
            let deployment = try state.deployment(call["D"])
            let mapping = try GenerationMapping(deployment.settings["generationsMapping"])
            let version = mapping.generations[0]
            let archive = try state.published(deployment.serviceID).version(version).flatMap {
                state.archives[$0.archive]
            }
            return .json(try State.openAPI(deployment.serviceID, version, archive))
        },
        Route("POST", "dss/api-deployer/deployments/{D}/actions/run-test-queries") { state, call throws(APIError) in
            .json(
                try state.runQueries(
                    call["D"], endpoint: call.query["endpointIdParam"],
                    queries: try queries(call.query["testQueriesParam"])))
        },
        Route("POST", "dss/api-deployer/deployments/{D}/actions/run-queries") { state, call throws(APIError) in
            .json(
                try state.runQueries(
                    call["D"], endpoint: call.query["endpointId"], queries: try queries(call.query["queries"]) ?? []))
        },
        Route("GET", "dss/api-deployer/deployments/{D}/update") { state, call throws(APIError) in
            .json(.array(try state.deployment(call["D"]).updates.reversed().map { short($0) }))
        },
        Route("GET", "dss/api-deployer/deployments/{D}/update/{T}") { state, call throws(APIError) in
            let updates = try state.deployment(call["D"]).updates
            guard let found = updates.last(where: { String($0.startTimestamp) == call["T"] }) else {
                throw .missing("update \(call["T"]) of deployment \(call["D"])")
            }
            return .json(found.json)
        },
        Route("GET", "dss/api-deployer/deployments/{D}/last-update") { state, call throws(APIError) in
            guard let last = try state.deployment(call["D"]).updates.last else {
                throw .missing("update of deployment \(call["D"])")
            }
            return .json(last.json)
        },
    ]

    /// Queries come as JSON in the request line.
    private static func queries(_ text: String?) throws(APIError) -> [JSONValue]? {
        guard let text, !text.isEmpty else { return nil }
        guard let list = (try? JSONValue(parsing: text))?.array else { throw .bad("The queries must be a JSON array") }
        return list
    }

    private static func light(_ deployment: Deployment, _ state: State) -> JSONValue {
        let settings = deployment.settings
        var info: JSONObject = [:]
        for key in [
            "id", "publishedServiceId", "deployedServiceId", "infraId", "enabled", "generationsMapping", "endpointId",
            "tags",
        ] {
            info[key] = settings[key]
        }
        let versions = state.published[deployment.serviceID]?.versions ?? []
        let infra = state.infras[deployment.infraID]?.settings
        return [
            "deploymentBasicInfo": .object(info),
            "serviceBasicInfo": ["id": .string(deployment.serviceID)],
            "infraBasicInfo": [
                "id": .string(deployment.infraID), "stage": infra?["stage"] ?? .null, "type": infra?["type"] ?? .null,
            ],
            "packages": .array(versions.map { ["id": .string($0.id)] }),
        ]
    }

    /// An item of the list: an update without its log.
    private static func short(_ update: Deployment.Update) -> JSONValue {
        var object = update.json.object ?? [:]
        object["logs"] = nil
        return .object(object)
    }

    /// An update that ended at once and well answers with its result and no job; any other is to be followed.
    @Sendable private static func update(state: inout State, call: Call) throws(APIError) -> Reply {
        let future = try state.startUpdate(call["D"])
        if case .succeeded = future.end, state.updateDuration == 0, future.outcome != .lostFuture {
            var object = future.json(now: state.now, peek: false).object ?? [:]
            object["jobId"] = nil
            return .json(.object(object))
        }
        var object = future.json(now: state.now, peek: true).object ?? [:]
        if !future.isRunning {
            // Its end is told to whoever asks for it.
            object["hasResult"] = false
            object["alive"] = true
        }
        return .json(.object(object))
    }
}
