/// Which part of the emulated world a path belongs to, and the rest of it as the router knows it.
enum Realm {
    case dss([String])
    /// The administration of a node.
    case admin(node: String, [String])
    /// The use of a node's services.
    case query(node: String, [String])
    /// What a node tells anyone.
    case open(node: String, [String])
    case control([String])
    case unknown

    init(_ path: [String]) {
        let rest = path.dropFirst(2)
        switch (path.first, path.dropFirst().first) {
        case ("dip", "publicapi"), ("public", "api"): self = .dss(["dss"] + rest)
        case ("sandbox", _?): self = .control(path)
        case ("nodes", let node?):
            if rest.elementsEqual(["isAlive"]) {
                self = .open(node: node, ["alive", node])
            } else if rest.elementsEqual(["admin", "api", "health"]) {
                self = .open(node: node, ["health", node])
            } else if rest.starts(with: ["admin", "api"]) {
                self = .admin(node: node, ["node", node] + rest.dropFirst(2))
            } else if rest.starts(with: ["public", "api", "v1"]) {
                self = .query(node: node, ["query", node] + rest.dropFirst(3))
            } else {
                self = .unknown
            }
        default: self = .unknown
        }
    }

    var segments: ArraySlice<String>? {
        switch self {
        case .dss(let rest), .control(let rest): rest[...]
        case .admin(_, let rest), .query(_, let rest), .open(_, let rest): rest[...]
        case .unknown: nil
        }
    }

    var node: String? {
        switch self {
        case .admin(let node, _), .query(let node, _), .open(let node, _): node
        case .dss, .control, .unknown: nil
        }
    }
}
