import JSON

/// The calls of those who use an API node.
enum QueryRoutes {
    static let all: [Route] =
        [
            "predict", "predict-multi", "forecast", "predict-effect", "predict-effect-multi", "query", "lookup",
            "lookup-multi", "run",
        ].map { verb in
            Route("POST", "query/{N}/{S}/{E}/\(verb)") { state, call throws(APIError) in
                .json(try state.answerQuery(call, verb: verb))
            }
        } + [
            Route("GET", "query/{N}/{S}/{E}/predict-simple") { state, call throws(APIError) in
                .json(try state.answerQuery(call, verb: "predict-simple"))
            },
            Route("GET", "query/{N}/{S}/swagger") { state, call throws(APIError) in
                let generation = try state.chooseGeneration(try state.nodeService(call["N"], call["S"]), nil)
                return .json(try State.openAPI(call["S"], generation.id, state.archives[generation.archive]))
            },
            Route("GET", "alive/{N}") { _, _ throws(APIError) in .json(true) },
            Route("GET", "health/{N}") { _, _ throws(APIError) in .json(["status": "HEALTHY", "details": [:]]) },
        ]
}
