import HTTP
import JSON

/// How a deployment fares; a word of a newer server is kept.
package enum DeploymentHealth: Sendable, Hashable, CustomStringConvertible {
    case healthy, warning, unhealthy, error, outOfSync, unknown
    case other(String)

    package init(_ text: String) {
        switch text {
        case "HEALTHY": self = .healthy
        case "WARNING": self = .warning
        case "UNHEALTHY": self = .unhealthy
        case "ERROR": self = .error
        case "OUT_OF_SYNC": self = .outOfSync
        case "UNKNOWN": self = .unknown
        default: self = .other(text)
        }
    }

    /// The word on the wire.
    package var text: String {
        switch self {
        case .healthy: "HEALTHY"
        case .warning: "WARNING"
        case .unhealthy: "UNHEALTHY"
        case .error: "ERROR"
        case .outOfSync: "OUT_OF_SYNC"
        case .unknown: "UNKNOWN"
        case .other(let text): text
        }
    }

    package var description: String { text }
}

/// The heavy status of a deployment: what the deployer finds when it asks the nodes.
package struct HeavyStatus: Sendable, Hashable {
    package let health: DeploymentHealth
    package let healthMessages: MessageList
    /// The URLs of the nodes of a STATIC infra; nil on other infras.
    package let apiNodes: [String]?
    /// Where other infras serve it; nil while it is being made.
    package let publicURL: String?

    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        health = DeploymentHealth(try object.string("health") ?? "UNKNOWN")
        healthMessages =
            try object.optional("healthMessages") { (value) throws(ShapeError) in try MessageList(value) } ?? .empty
        apiNodes = try object.optional("apiNodes") { (value) throws(ShapeError) in
            try value.dueList { (node) throws(ShapeError) in try node.dueObject().requiredString("url") }
        }
        publicURL = try object.string("publicURL")
    }

    /// Where the service answers, one URL a node, without the endpoint; nil while the server does not know yet.
    ///
    /// Slashes at the end of a node's URL are dropped, which the official client does not do.
    package func serviceURLs(serviceId: String) -> [String]? {
        guard let bases = apiNodes ?? publicURL.map({ [$0] }) else { return nil }
        return bases.map { base in
            String(base.reversed().drop { $0 == "/" }.reversed()) + "/public/api/v1/"
                + PercentEncoding.segment(serviceId)
        }
    }
}
