import Resources

/// What a path leads to.
enum WatchRoute: Hashable, Sendable {
    /// What is shown of an environment, as a page and as JSON.
    enum View: Hashable, Sendable {
        case environment, timeline, plan, drift, graph, resource
        case run(Int)
    }

    /// What can be done in an environment.
    enum Verb: String, Hashable, Sendable, CaseIterable { case approve, suspend, resume, retry, sync, heal }

    case overview, login, logout, health, ready, metrics, status
    case asset(String)
    case page(WatchPlace, View)
    case action(WatchPlace, Verb)
    case api(WatchPlace, View)
    case apiAction(WatchPlace, Verb)
    case badge(WatchPlace)
    case hook(String)

    /// Nil: there is nothing.
    init?(_ segments: [String]) {
        switch segments.first {
        case nil: self = .overview
        case "login" where segments.count == 1: self = .login
        case "logout" where segments.count == 1: self = .logout
        case "healthz" where segments.count == 1: self = .health
        case "readyz" where segments.count == 1: self = .ready
        case "metrics" where segments.count == 1: self = .metrics
        case "assets" where segments.count == 2: self = .asset("/assets/\(segments[1])")
        case "hooks" where segments.count == 2: self = .hook(segments[1])
        case "badge" where segments.count == 3 && segments[2].hasSuffix(".svg"):
            self = .badge(WatchPlace(segments[1], String(segments[2].dropLast(4))))
        case "api" where segments == ["api", "status"]: self = .status
        case "api" where segments.count > 1 && segments[1] == "r":
            guard let (place, rest) = WatchRoute.place(segments.dropFirst(2)) else { return nil }
            if let verb = WatchRoute.verb(rest) {
                self = .apiAction(place, verb)
            } else if let view = WatchRoute.view(rest), view != .graph, view != .resource {
                self = .api(place, view)
            } else {
                return nil
            }
        case "r":
            guard let (place, rest) = WatchRoute.place(segments.dropFirst()) else { return nil }
            if let verb = WatchRoute.verb(rest) {
                self = .action(place, verb)
            } else if let view = WatchRoute.view(rest) {
                self = .page(place, view)
            } else {
                return nil
            }
        default: return nil
        }
    }

    private static func place(_ segments: ArraySlice<String>) -> (WatchPlace, ArraySlice<String>)? {
        let rest = segments.dropFirst(2)
        guard segments.count >= 2, let repository = segments.first else { return nil }
        return (WatchPlace(repository, segments[segments.startIndex + 1]), rest)
    }

    private static func verb(_ rest: ArraySlice<String>) -> Verb? {
        rest.count == 1 ? rest.first.flatMap(Verb.init) : nil
    }

    private static func view(_ rest: ArraySlice<String>) -> View? {
        switch Array(rest) {
        case []: .environment
        case ["timeline"]: .timeline
        case ["plan"]: .plan
        case ["drift"]: .drift
        case ["graph"]: .graph
        case ["resource"]: .resource
        case let parts where parts.count == 2 && parts[0] == "runs": Int(parts[1]).map { .run($0) }
        default: nil
        }
    }

    var methods: [String] {
        switch self {
        case .login: ["GET", "HEAD", "POST"]
        case .action(_, .suspend): ["GET", "HEAD", "POST"]
        case .logout, .action, .apiAction, .hook: ["POST"]
        default: ["GET", "HEAD"]
        }
    }

    /// Whether a program asks, and not a person.
    var isForPrograms: Bool {
        switch self {
        case .status, .api, .apiAction, .hook: true
        default: false
        }
    }

    /// With names left out, for counts.
    var pattern: String {
        switch self {
        case .overview: "/"
        case .login: "/login"
        case .logout: "/logout"
        case .health: "/healthz"
        case .ready: "/readyz"
        case .metrics: "/metrics"
        case .status: "/api/status"
        case .asset: "/assets/{}"
        case .page(_, let view): "/r/{}/{}" + WatchRoute.tail(view)
        case .api(_, let view): "/api/r/{}/{}" + WatchRoute.tail(view)
        case .action(_, let verb): "/r/{}/{}/\(verb.rawValue)"
        case .apiAction(_, let verb): "/api/r/{}/{}/\(verb.rawValue)"
        case .badge: "/badge/{}/{}.svg"
        case .hook: "/hooks/{}"
        }
    }

    private static func tail(_ view: View) -> String {
        switch view {
        case .environment: ""
        case .timeline: "/timeline"
        case .plan: "/plan"
        case .drift: "/drift"
        case .graph: "/graph"
        case .resource: "/resource"
        case .run: "/runs/{}"
        }
    }
}
