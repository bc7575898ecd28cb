import Diagnostics
import HTTP
import JSON
import Reports
import Resources

/// What the daemon answers to whom: the pages, the calls, the webhooks.
final class WatchSite: Sendable {
    let desk: WatchDesk
    let pages = Pages()
    let callers: Callers
    let sessions: Sessions
    let origin: Origin
    let hooks: HookDoor
    let figures = ServerFigures()
    let connections: ConnectionBook
    let throttle: LogThrottle
    let log: @Sendable (LogEntry) -> Void
    /// Tokens that are nobody's. The right one is never refused for what others of the same address tried: behind a proxy
    /// that is everybody.
    let attempts: RateLimiter

    /// One address is told so often at once, and again every ten seconds, that its token is nobody's.
    static let mostAttempts = 10
    static let attemptsPerSecond = 0.1
    /// Forms have a few fields; calls a reason.
    static let longestForm = 64 << 10

    init(
        desk: WatchDesk, hooks: [WatchHook], callers: [WatchCaller], origin: Origin, connections: ConnectionBook,
        memory: ServerMemory, log: @escaping @Sendable (LogEntry) -> Void
    ) {
        self.desk = desk
        self.callers = Callers(callers, key: memory.key)
        sessions = memory.sessions
        sessions.keep(self.callers)
        self.origin = origin
        self.connections = connections
        self.log = log
        throttle = LogThrottle(now: memory.clock.now, log: log)
        let figures = figures
        self.hooks = HookDoor(
            hooks, memory: memory, throttle: throttle, count: { figures.add($0) }, poke: desk.poke)
        attempts = memory.attempts
    }

    func admit(_ request: WatchRequest) -> Admission {
        guard let segments = request.segments else {
            return .now(.text(400, "this is no path\n"))
        }
        guard origin.accepts(host: request.host) else {
            return .now(
                .text(421, "this host is not served here: it must be that of 'url' in the watch file, or localhost\n"))
        }
        guard let route = WatchRoute(segments) else {
            let isForPrograms = ["api", "hooks", "badge"].contains(segments.first ?? "")
            return .answer { self.missing(request, isForPrograms: isForPrograms) }
        }
        guard route.methods.contains(request.method) else {
            let allow = [HTTPHeader("Allow", route.methods.joined(separator: ", "))]
            let words = Diagnostic(.error, "method-not-allowed", "'\(request.method)' is not answered here")
            return .now(
                route.isForPrograms
                    ? .refusal(405, words, headers: allow) : .text(405, "method not allowed\n", headers: allow))
        }
        return request.method == "POST" ? admitPost(route, request) : .answer { await self.show(route, request) }
    }

    private func admitPost(_ route: WatchRoute, _ request: WatchRequest) -> Admission {
        switch route {
        case .hook(let name): return hooks.admit(name, request)
        case .apiAction(let place, let verb):
            return .form(limit: WatchSite.longestForm) { await self.call(verb, place, $0, request) }
        case .action(let place, let verb):
            return .form(limit: WatchSite.longestForm) { await self.submit(verb, place, self.form($0), request) }
        case .login: return .form(limit: WatchSite.longestForm) { self.logIn(self.form($0), request) }
        case .logout: return .form(limit: WatchSite.longestForm) { self.logOut(self.form($0), request) }
        default: preconditionFailure("only these routes take a POST")
        }
    }

    private func form(_ body: [UInt8]) -> PageQuery { PageQuery(of: "?" + String(decoding: body, as: UTF8.self)) }

    /// What GET and HEAD answer.
    private func show(_ route: WatchRoute, _ request: WatchRequest) async -> WatchAnswer {
        switch route {
        case .overview: return .page(200, pages.overview(desk.snapshot(), viewer(request)))
        case .login: return loginPage(request)
        case .health:
            return desk.isAlive() ? .text(200, "ok\n") : .text(503, "the watcher does not work any more\n")
        case .ready: return readiness()
        case .metrics: return metrics()
        case .status: return .json(200, statusDocument(desk.snapshot()))
        case .asset(let path): return asset(path, request)
        case .badge(let place): return badge(place)
        case .page(let place, let view): return await page(place, view, request)
        case .action(let place, _):
            return withPlace(place, request) { .page(200, pages.suspending($0, viewer(request))) }
        case .api(let place, let view): return await document(place, view)
        case .logout, .apiAction, .hook: preconditionFailure("these routes take a POST alone")
        }
    }

    /// Counts what was answered. What was asked for in vain counts as one route, whatever it was.
    func count(_ request: WatchRequest, _ answer: WatchAnswer) {
        let route = request.segments.flatMap(WatchRoute.init)
        let method = ["GET", "HEAD", "POST"].contains(request.method) ? request.method : "other"
        figures.add(.init(route: route?.pattern ?? "none", method: method, status: answer.status))
    }

    private func readiness() -> WatchAnswer {
        let waiting = desk.snapshot().repositories.filter { $0.lookedUp == nil && $0.problem == nil }
        guard desk.isAlive() else { return .text(503, "the watcher does not work any more\n") }
        guard waiting.isEmpty else {
            return .text(503, "not looked at yet: \(waiting.map(\.name).joined(separator: ", "))\n")
        }
        return .text(200, "ready\n")
    }

    private func metrics() -> WatchAnswer {
        let text = metricsText(
            desk.snapshot(), desk.counts(), figures.counts, connections: connections.count, sessions: sessions.count,
            .current())
        return WatchAnswer(200, type: MetricsText.contentType, Array(text.utf8))
    }

    private func asset(_ path: String, _ request: WatchRequest) -> WatchAnswer {
        guard let asset = pages.assets[path] else { return missing(request, isForPrograms: false) }
        // Its path names its bytes, so it may be kept for good.
        return WatchAnswer(
            200, type: asset.type, asset.bytes,
            headers: [HTTPHeader("Cache-Control", "public, max-age=31536000, immutable")])
    }

    /// Shown on other sites, and kept for half a minute by whoever stands between.
    private func badge(_ place: WatchPlace) -> WatchAnswer {
        let headers = [
            HTTPHeader("Cache-Control", "public, max-age=30"),
            HTTPHeader("Cross-Origin-Resource-Policy", "cross-origin"),
        ]
        guard let found = PagePlace(desk.snapshot(), place) else {
            return .text(404, "there is no such environment\n", headers: headers)
        }
        return WatchAnswer(
            200, type: "image/svg+xml", Array(Badge(place, found.status).svg.utf8), headers: headers)
    }
}
