package import DSS
internal import Files
package import JSON
package import Resources

extension LiveState {
    /// SHA-256 of an object's settings without what the server keeps, or `absent`; for a package, what there is of its version.
    ///
    /// Nil where it can't be told, and for endpoints: they are in their service's settings.
    package func fingerprint(of resource: Resource, _ dialect: Dialect) -> String? {
        guard resource.kind == .package else { return fingerprint(of: resource.address, dialect) }
        return fingerprint(of: VersionPrint(PackageSpec(resource)), at: resource.address)
    }

    /// What `fingerprint` returns now for a resource of which it returned `before` then.
    package func fingerprint(of address: Address, since before: String, _ dialect: Dialect) -> String? {
        guard address.kind == .package else { return fingerprint(of: address, dialect) }
        return VersionPrint(before).flatMap { fingerprint(of: $0, at: address) }
    }

    private func fingerprint(of address: Address, _ dialect: Dialect) -> String? {
        guard address.kind != .endpoint, unreadable[address] == nil else { return nil }
        return documents[address].map { Fingerprint.of($0, dialect) } ?? "absent"
    }

    private func fingerprint(of version: VersionPrint, at address: Address) -> String? {
        guard unreadable[address] == nil else { return nil }
        var version = version
        if version.origin != .archive {
            let isMade = address.service.map { packages[$0]?.contains(version.version) ?? false } ?? false
            version.origin = isMade ? .made : .absent
        }
        version.isPublished = version.target.map { versions[$0]?.contains(version.version) ?? false } ?? false
        return version.text
    }
}

/// A package's fingerprint: what there is of the declared version. Other versions come and go without a plan being stale.
package struct VersionPrint: Hashable, Sendable {
    package enum Origin: String, Hashable, Sendable { case absent, made, archive }

    package let version: String
    package var origin = Origin.absent
    /// The published service that it goes to.
    package let target: String?
    package var isPublished = false

    init(_ spec: PackageSpec) {
        version = spec.version
        target = spec.publishedService
        if spec.archive != nil { origin = .archive }
    }

    /// Reads what `text` wrote; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let origin = Origin(rawValue: parts[1]) else { return nil }
        version = parts[0]
        self.origin = origin
        target = parts[2].isEmpty ? nil : parts[2]
        isPublished = parts[3] == "published"
    }

    /// As `v1/made/scoring/published`: no id holds a slash.
    var text: String { "\(version)/\(origin.rawValue)/\(target ?? "")/\(isPublished ? "published" : "")" }
}

package enum Fingerprint {
    /// The digest of a document without what the server keeps; equal for equal values, whatever their form.
    package static func of(_ document: JSONValue, _ dialect: Dialect) -> String {
        var document = document
        if case .object(let object) = document {
            document = .object(JSONObject(members: object.members.filter { !dialect.isServerKept($0.key) }))
        }
        return sha256(document.canonical.bytes())
    }
}
