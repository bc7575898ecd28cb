/// The name of a resource across all manifests, as `Endpoint/CHURN/scoring/predict`.
package struct Address: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let kind: Kind
    /// The names in the order of the kind's `identity`: project, service, name. None is empty or holds a slash.
    package let path: [String]

    package init(_ kind: Kind, _ path: String...) { self.init(kind, path: path) }

    package init(_ kind: Kind, path: [String]) {
        precondition(
            path.count == KindDefinition.of(kind).identity.count, "an address has one name for each identity field")
        self.kind = kind
        self.path = path
    }

    /// Reads `Kind/name/…`; nil when the kind is unknown or the number of names is not the kind's.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let kind = parts.first.flatMap(Kind.init(rawValue:)), !parts.contains(""),
            parts.count - 1 == KindDefinition.of(kind).identity.count
        else { return nil }
        self.kind = kind
        path = Array(parts.dropFirst())
    }

    /// The object's own id: the last name.
    package var name: String { path[path.count - 1] }

    package var description: String { kind.rawValue + "/" + path.joined(separator: "/") }

    /// The design-side service that this address belongs to: itself, an endpoint's, a package's.
    package var service: Address? {
        switch kind {
        case .apiService: self
        case .endpoint, .package: Address(.apiService, path: Array(path.prefix(2)))
        default: nil
        }
    }

    package static func < (left: Address, right: Address) -> Bool {
        if left.kind != right.kind { return left.kind < right.kind }
        return left.path.lexicographicallyPrecedes(right.path)
    }
}
