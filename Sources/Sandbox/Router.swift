/// One row of the table of calls: a method, a path whose `{NAME}` segments stand for any text, and who answers it.
struct Route: Sendable {
    let method: String
    let pattern: String
    let handler: Handler

    init(_ method: String, _ pattern: String, _ handler: @escaping Handler) {
        self.method = method
        self.pattern = pattern
        self.handler = handler
    }
}

/// Finds the route of a path; a literal segment wins over a parameter.
struct Router: Sendable {
    enum Match {
        case found(Handler, [String: String])
        case otherMethod
        case none
    }

    private struct Node: Sendable {
        var literals: [String: Node] = [:]
        /// None or one: an array because a struct cannot hold itself.
        var parameter: [Node] = []
        var routes: [String: (handler: Handler, names: [String])] = [:]

        mutating func insert(_ route: Route, _ segments: ArraySlice<Substring>, names: [String]) {
            guard let segment = segments.first else {
                precondition(routes[route.method] == nil, "two routes for \(route.method) \(route.pattern)")
                routes[route.method] = (route.handler, names)
                return
            }
            if segment.hasPrefix("{") {
                if parameter.isEmpty { parameter.append(Node()) }
                parameter[0].insert(
                    route, segments.dropFirst(), names: names + [String(segment.dropFirst().dropLast())])
            } else {
                literals[String(segment), default: Node()].insert(route, segments.dropFirst(), names: names)
            }
        }

        func match(_ method: String, _ segments: ArraySlice<String>, _ values: [String]) -> Match {
            guard let segment = segments.first else {
                guard let route = routes[method] else { return routes.isEmpty ? .none : .otherMethod }
                return .found(route.handler, Dictionary(zip(route.names, values)) { $1 })
            }
            var best = Match.none
            if let next = literals[segment] {
                best = next.match(method, segments.dropFirst(), values)
                if case .found = best { return best }
            }
            if let next = parameter.first {
                let other = next.match(method, segments.dropFirst(), values + [segment])
                if case .none = other { return best }
                return other
            }
            return best
        }
    }

    private var root = Node()

    init(_ routes: [Route]) {
        for route in routes { root.insert(route, route.pattern.split(separator: "/")[...], names: []) }
    }

    func match(_ method: String, _ segments: ArraySlice<String>) -> Match { root.match(method, segments, []) }
}
