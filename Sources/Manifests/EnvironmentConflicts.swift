internal import Diagnostics
internal import JSON
internal import Resources
internal import YAML

/// Environments that share a node and want different things of one object on it: each apply would undo the other's.
enum EnvironmentConflicts {
    /// In the order of the workspace; with `withFirst` only those of the first environment with others.
    static func find(_ loaded: [Loaded], withFirst: Bool = false) -> [Diagnostic] {
        struct Place: Hashable {
            let node: String
            let address: Address
        }
        var first: [Place: (environment: String, resource: Resource)] = [:]
        var found: [Diagnostic] = []
        guard loaded.count > 1 else { return [] }
        for environment in loaded {
            for (resource, draft) in zip(environment.resources, environment.drafts) where !resource.isExternal {
                guard let node = node(of: resource, in: environment.environment) else { continue }
                let place = Place(node: node, address: resource.address)
                guard let other = first[place] else {
                    first[place] = (environment.environment.name, resource)
                    continue
                }
                guard !withFirst || other.environment == loaded[0].environment.name else { continue }
                guard let difference = difference(other.resource, resource) else { continue }
                let names = "'\(other.environment)' and '\(environment.environment.name)'"
                let text = "the environments \(names) want different things of '\(resource.address)' on one node"
                let related = [Diagnostic.Related(other.resource.mark, "in '\(other.environment)'")]
                let hint =
                    "They differ in '\(difference)'. "
                    + "Give the object another name in one of them, or each a node of its own."
                guard found.count <= maximumProblems else { return found }
                found.append(
                    draft.place.diagnostic(.error, "environments-conflict", text, hint: hint, related: related))
            }
        }
        return found
    }

    /// What the other environments declare on the nodes of the first, and which one does.
    static func declared(besides loaded: [Loaded]) -> [Address: String] {
        guard let own = loaded.first?.environment else { return [:] }
        var result: [Address: String] = [:]
        for other in loaded.dropFirst() {
            for resource in other.resources where !resource.isExternal {
                guard let node = node(of: resource, in: other.environment), node == self.node(of: resource, in: own)
                else { continue }
                result[resource.address] = result[resource.address] ?? other.environment.name
            }
        }
        return result
    }

    /// The node that an environment writes a resource to; nil when it does not write it.
    private static func node(of resource: Resource, in environment: Environment) -> String? {
        (resource.kind.isDesignSide ? environment.designer : environment.deployer).map(text)
    }

    /// All nodes of an environment.
    static func nodes(of environment: Environment) -> Set<String> {
        Set([environment.designer, environment.deployer].compactMap { $0.map(text) })
    }

    /// One text for one node, however it is spelt.
    private static func text(_ connection: Connection) -> String {
        guard case .url(let url) = connection.target else { return connection.targetText }
        var text = url.lowercased()
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")]
        where text.hasPrefix(scheme) && text.hasSuffix(port) {
            text.removeLast(port.count)
        }
        // DSS serves its calls under both; what stands before them tells nodes behind one proxy apart.
        let prefix = ["/dip/publicapi", "/public/api"].first { connection.basePath.hasSuffix($0) } ?? ""
        return text + connection.basePath.dropLast(prefix.count)
    }

    /// The first field in which two specs differ.
    private static func difference(_ left: Resource, _ right: Resource) -> String? {
        let (left, right) = (left.canonicalSpec, right.canonicalSpec)
        if left == right { return nil }
        let fields = (left.object?.keys ?? []) + (right.object?.keys ?? [])
        return fields.first { left[$0] != right[$0] }
    }
}
