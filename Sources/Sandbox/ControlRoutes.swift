import JSON

/// The sandbox's own calls under `/sandbox/`, with the admin key.
///
/// | call | does |
/// |---|---|
/// | `GET`, `PUT`, `DELETE /sandbox/faults` | the fault plan (see `FaultPlan`); `PUT` replaces it whole, `DELETE` ends all faults |
/// | `GET`, `DELETE /sandbox/requests` | the last requests, oldest first: `[{"n", "method", "path", "status", "time"}]`; status 0: no answer |
/// | `GET /sandbox/state` | `{"records": [{"key", "value"}], "futures": […]}`: everything it holds |
/// | `GET`, `POST /sandbox/users` | `POST {"login", "key"}` adds a user, whose changes DSS then lists under that login |
/// | `GET /sandbox/nodes` | `{NAME: URL}` of the API nodes |
enum ControlRoutes {
    static let all: [Route] = [
        Route("GET", "sandbox/faults") { state, _ throws(APIError) in .json(state.faults.plan.json) },
        Route("PUT", "sandbox/faults") { state, call throws(APIError) in
            state.faults.use(try FaultPlan(.object(try call.object())))
            return .json(state.faults.plan.json)
        },
        Route("DELETE", "sandbox/faults") { state, _ throws(APIError) in
            state.faults.use(FaultPlan())
            return .json([:])
        },
        Route("GET", "sandbox/requests") { state, _ throws(APIError) in .json(state.log.json) },
        Route("DELETE", "sandbox/requests") { state, _ throws(APIError) in
            state.log.clear()
            return .json([:])
        },
        Route("GET", "sandbox/state") { state, _ throws(APIError) in .json(state.dump) },
        Route("GET", "sandbox/users") { state, _ throws(APIError) in
            .json(.array(([State.login] + state.world.users.keys.sorted()).map { .string($0) }))
        },
        Route("POST", "sandbox/users") { state, call throws(APIError) in
            try state.addUser(try call.object())
            return .json([:])
        },
        Route("GET", "sandbox/nodes") { state, _ throws(APIError) in
            .json(.object(JSONObject(state.nodeURLs.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })))
        },
    ]
}
