import JSON

/// The node's own calls: long tasks, who I am, which node this is.
enum FutureRoutes {
    static let all: [Route] = [
        Route("GET", "dss/futures", list),
        Route("GET", "dss/futures/{J}", get),
        Route("DELETE", "dss/futures/{J}") { state, call throws(APIError) in
            try state.abort(call["J"])
            return .done("Aborted")
        },
        Route("GET", "dss/jobs/running") { _, _ throws(APIError) in .json([]) },
        Route("GET", "dss/auth/info") { state, call throws(APIError) in
            var info: JSONObject = ["authIdentifier": .string(state.caller), "groups": ["administrators"]]
            if call.query.flag("withSecrets", default: false) { info["secrets"] = [] }
            return .json(.object(info))
        },
        Route("GET", "dss/instance-info") { _, _ throws(APIError) in
            .json(["nodeId": "sandbox", "nodeName": "sandbox", "nodeType": "DESIGN"])
        },
    ]

    @Sendable private static func list(state: inout State, call: Call) throws(APIError) -> Reply {
        // Nothing here is a scenario.
        guard call.query.flag("withNotScenarios", default: true) else { return .json([]) }
        let now = state.now
        return .json(.array(state.futures.list.filter(\.isRunning).map { $0.json(now: now, peek: true) }))
    }

    /// A failed task answers with an error; a result stays readable.
    @Sendable private static func get(state: inout State, call: Call) throws(APIError) -> Reply {
        guard let future = state.futures.known(call["J"]) else { throw State.unknownFuture }
        if case .failed(let message) = future.end { throw .failure(message) }
        return .json(future.json(now: state.now, peek: call.query.flag("peek", default: false)))
    }
}
