/// The name of a resource across all manifests, as `Endpoint/CHURN/scoring/predict`.
///
/// One version of a package is named too, as `Package/CHURN/scoring@v3`: it is made, owned and deleted by itself, while a
/// manifest declares the package.
package struct Address: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let kind: Kind
    /// The names in the order of the kind's `identity`: project, service, name. None is empty or holds a slash.
    package let path: [String]
    /// Of a package only: the id of the version that is meant; nil for the package as declared.
    package let version: String?

    package init(_ kind: Kind, _ path: String...) { self.init(kind, path: path) }

    package init(_ kind: Kind, path: [String], version: String? = nil) {
        precondition(
            path.count == KindDefinition.of(kind).identity.count, "an address has one name for each identity field")
        precondition(version == nil || kind == .package, "only packages have versions")
        self.kind = kind
        self.path = path
        self.version = version
    }

    /// Reads `Kind/name/…`; nil when the kind is unknown or the number of names is not the kind's.
    package init?(_ text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let kind = parts.first.flatMap(Kind.init(rawValue:)), !parts.contains(""),
            parts.count - 1 == KindDefinition.of(kind).identity.count
        else { return nil }
        var version: String?
        if kind == .package, let last = parts.last, let at = last.firstIndex(of: "@") {
            version = String(last[last.index(after: at)...])
            parts[parts.count - 1] = String(last[..<at])
            guard version?.isEmpty == false, parts.last?.isEmpty == false else { return nil }
        }
        self.kind = kind
        path = Array(parts.dropFirst())
        self.version = version
    }

    /// The object's own id: the last name.
    package var name: String { path[path.count - 1] }

    package var description: String {
        kind.rawValue + "/" + path.joined(separator: "/") + (version.map { "@\($0)" } ?? "")
    }

    /// The design-side service that this address belongs to: itself, an endpoint's, a package's.
    package var service: Address? {
        switch kind {
        case .apiService: self
        case .endpoint, .package: Address(.apiService, path: Array(path.prefix(2)))
        default: nil
        }
    }

    /// Of a version, the package that it is a version of; of anything else, itself.
    package var withoutVersion: Address { version == nil ? self : Address(kind, path: path) }

    /// One version of this package.
    package func at(version: String) -> Address { Address(kind, path: path, version: version) }

    package static func < (left: Address, right: Address) -> Bool {
        if left.kind != right.kind { return left.kind < right.kind }
        if left.path != right.path { return left.path.lexicographicallyPrecedes(right.path) }
        return (left.version ?? "") < (right.version ?? "")
    }
}
