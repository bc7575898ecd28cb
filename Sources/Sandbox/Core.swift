import HTTP
import JSON

/// The sandbox behind its lock: state, store, log, and the way of a request through them.
struct Core {
    var state: State
    private var store: any Store
    private var log = RequestLog()
    private let options: SandboxOptions

    private static let router = Router(
        DesignerRoutes.all + FutureRoutes.all + DeployerRoutes.all + DeploymentRoutes.all)

    init(_ options: SandboxOptions) throws(SandboxError) {
        self.options = options
        state = State(key: options.key)
        state.baseURL = options.baseURL
        state.updateDuration = options.updateDuration.milliseconds
        state.now = options.now()
        store = MemoryStore()
        for name in ["node-1", "node-2"] { state.addNode(name) }
        try projectsAtBirth()
    }

    private mutating func projectsAtBirth() throws(SandboxError) {
        do { try state.useProject("SANDBOX") } catch { throw SandboxError(.seed, error.message) }
    }

    mutating func exchange(_ request: SandboxRequest) -> (answer: SandboxAnswer, delay: Duration) {
        state.now = max(state.now, options.now())
        state.settle()
        let target = Target(request.target)
        let (effect, latency) = state.faults.decide(request.method, target.path)
        let delay = options.latency + .milliseconds(latency)
        var response = SandboxResponse(status: 200)
        switch effect {
        case .error(let status, let retryAfter):
            let error = APIError(status: status, type: "java.io.IOException", message: "Injected by the fault plan")
            response = render(.custom(status, error.body))
            if let retryAfter { response.headers.append(HTTPHeader("Retry-After", String(retryAfter))) }
        case .html:
            response.headers = [HTTPHeader("Content-Type", "text/html;charset=utf-8")]
            response.body = Array("<!DOCTYPE html><html><title>Sign in</title></html>\n".utf8)
        case .hang:
            log.add(request.method, request.target, 0)
            return (.hang, delay)
        case .none, .lostAnswer, .truncate: response = respond(to: request, target)
        }
        log.add(request.method, request.target, effect == .lostAnswer ? 0 : response.status)
        switch effect {
        case .lostAnswer: return (.disconnect, delay)
        case .truncate: return (.truncated(response, bytes: response.body.count / 2), delay)
        default: return (.response(response), delay)
        }
    }

    private mutating func respond(to request: SandboxRequest, _ target: Target) -> SandboxResponse {
        do throws(APIError) {
            let reply = try route(request, target)
            try commit()
            return render(reply)
        } catch {
            return render(.custom(error.status, error.body))
        }
    }

    private mutating func route(_ request: SandboxRequest, _ target: Target) throws(APIError) -> Reply {
        let segments = target.segments
        guard segments.starts(with: ["dip", "publicapi"]) || segments.starts(with: ["public", "api"]) else {
            throw .missing("route \(target.path)")
        }
        guard Credentials(request.headers).show(options.key) else { throw .notAuthenticated }
        switch Core.router.match(request.method, ["dss"] + segments.dropFirst(2)) {
        case .none: throw .missing("route \(target.path)")
        case .otherMethod: throw .method(request.method, target.path)
        case .found(let handler, let parameters):
            let call = Call(
                method: request.method, parameters: parameters, query: target.query, headers: request.headers,
                body: request.body)
            return try handler(&state, call)
        }
    }

    private mutating func commit() throws(APIError) {
        do throws(SandboxError) { try store.commit(&state) } catch { throw .failure(error.message) }
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
