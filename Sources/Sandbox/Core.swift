import HTTP
import JSON

/// The sandbox behind its lock: state, store, log, and the way of a request through them.
struct Core {
    var state: State
    private var store: any Store
    private let options: SandboxOptions

    private static let router = Router(
        DesignerRoutes.all + FutureRoutes.all + DeployerRoutes.all + DeploymentRoutes.all + NodeRoutes.all
            + QueryRoutes.all + ControlRoutes.all)

    init(_ options: SandboxOptions) throws(SandboxError) {
        self.options = options
        state = State(key: options.key)
        state.baseURL = options.baseURL
        state.usualUpdateDuration = options.updateDuration.milliseconds
        state.now = options.now()
        guard let folder = options.data else {
            store = VolatileStore()
            try bear()
            return
        }
        var records: [RecordKey: JSONValue] = [:]
        let disk = try DiskStore(folder, &records)
        store = disk
        if records.isEmpty {
            try bear()
        } else {
            try state.load(records)
            try disk.sweep(state)
        }
        if let bytes = try DataFolder.read("\(folder)/faults.json") {
            do { state.faults.use(try FaultPlan(try JSONValue(parsing: bytes))) } catch {
                let reason = (error as? APIError)?.message ?? "\(error)"
                throw SandboxError(.faults, "'\(folder)/faults.json' is no fault plan: \(reason)")
            }
        }
    }

    /// Fills a fresh store.
    private mutating func bear() throws(SandboxError) {
        do throws(APIError) { try state.plant(options.seed) } catch {
            throw SandboxError(.seed, "the seed cannot be used: \(error.message)")
        }
        try store.commit(&state)
    }

    mutating func exchange(_ request: SandboxRequest) -> (answer: SandboxAnswer, delay: Duration) {
        // A clock that is set back must not make things younger than what they follow.
        state.now = max(state.now, options.now())
        state.settle()
        let target = Target(request.target)
        let realm = Realm(target.segments)
        if case .control = realm { return (.response(respond(to: request, target, realm)), .zero) }
        let (effect, latency) = state.faults.decide(request.method, target.path)
        let delay = options.latency + .milliseconds(latency)
        if let node = realm.node, state.faults.plan.deadNodes.contains(node) {
            state.log.add(request.method, request.target, 0, at: state.now)
            return (.disconnect, delay)
        }
        let answer = answer(request, target, realm, effect)
        return (answer, delay)
    }

    private mutating func answer(
        _ request: SandboxRequest, _ target: Target, _ realm: Realm, _ effect: FaultState.Effect
    ) -> SandboxAnswer {
        var response: SandboxResponse
        switch effect {
        case .none, .lostAnswer, .truncate: response = respond(to: request, target, realm)
        case .error(let status, let retryAfter):
            let error = APIError(status: status, type: "java.io.IOException", message: "Injected by the fault plan")
            response = render(.custom(status, error.body))
            if let retryAfter { response.headers.append(HTTPHeader("Retry-After", String(retryAfter))) }
        case .html:
            response = SandboxResponse(
                status: 200, headers: [HTTPHeader("Content-Type", "text/html;charset=utf-8")],
                body: Array("<!DOCTYPE html><html><title>Sign in</title></html>\n".utf8))
        case .hang:
            state.log.add(request.method, request.target, 0, at: state.now)
            return .hang
        }
        state.log.add(
            request.method, request.target, effect == .lostAnswer ? 0 : response.status, at: state.now)
        return switch effect {
        case .lostAnswer: .disconnect
        case .truncate: .truncated(response, bytes: response.body.count / 2)
        default: .response(response)
        }
    }

    private mutating func respond(
        to request: SandboxRequest, _ target: Target, _ realm: Realm
    ) -> SandboxResponse {
        var reply: Reply
        do throws(APIError) { reply = try route(request, target, realm) } catch {
            reply = .custom(error.status, error.body)
        }
        // After a refusal too: an update may have ended meanwhile.
        do throws(SandboxError) { try store.commit(&state) } catch {
            reply = .custom(500, APIError.failure(error.message).body)
        }
        return render(reply)
    }

    private mutating func route(
        _ request: SandboxRequest, _ target: Target, _ realm: Realm
    ) throws(APIError) -> Reply {
        guard let segments = realm.segments else { throw .missing("route \(target.path)") }
        if let node = realm.node { _ = try state.node(node) }
        try authenticate(request, realm)
        switch Core.router.match(request.method, segments) {
        case .none: throw .missing("route \(target.path)")
        case .otherMethod: throw .method(request.method, target.path)
        case .found(let handler, let parameters):
            let call = Call(
                method: request.method, parameters: parameters, query: target.query, headers: request.headers,
                body: request.body)
            return try handler(&state, call)
        }
    }

    /// Queries have the service's own rules, liveness none; all else needs an admin key.
    private mutating func authenticate(_ request: SandboxRequest, _ realm: Realm) throws(APIError) {
        let credentials = Credentials(request.headers)
        state.caller = State.login
        switch realm {
        case .query, .open, .unknown: return
        case .control: if credentials.show(options.key) { return }
        case .dss:
            if credentials.show(options.key) { return }
            let user = state.world.users.first { state.secrets.open($0.value).map(credentials.show) ?? false }
            if let user {
                state.caller = user.key
                return
            }
        case .admin(let name, _):
            if credentials.show(options.key) { return }
            if state.nodes[name]?.keys.contains(where: { credentials.show($0.key) }) == true { return }
        }
        throw .notAuthenticated
    }

    private func render(_ reply: Reply) -> SandboxResponse {
        var response = SandboxResponse(
            status: 200, headers: [HTTPHeader("DSS-API-Version", "1"), HTTPHeader("DSS-Version", "15.0.0")])
        var type = "application/json;charset=utf-8"
        switch reply {
        case .json(let value): response.body = value.bytes()
        case .done(let message): response.body = JSONValue.object(["msg": .string(message)]).bytes()
        case .custom(let status, let value):
            response.status = status
            response.body = value.bytes()
        case .text(let text):
            type = "text/plain;charset=utf-8"
            response.body = Array(text.utf8)
        case .noContent:
            response.status = 204
            return response
        case .archive(let id):
            type = "application/zip"
            do throws(SandboxError) { response.body = try store.zip(id, state) } catch {
                return render(.custom(500, APIError.failure(error.message).body))
            }
        }
        response.headers.append(HTTPHeader("Content-Type", type))
        return response
    }
}
