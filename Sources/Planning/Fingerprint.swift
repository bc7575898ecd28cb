package import DSS
internal import Files
package import JSON
package import Resources

extension LiveState {
    /// SHA-256 of an object's settings without what the server keeps, or `absent`.
    package func fingerprint(of address: Address, _ dialect: Dialect) -> String? {
        switch address.kind {
        case .endpoint: return nil
        case .package:
            guard let service = address.service else { return nil }
            return Fingerprint.of(.array((packages[service] ?? []).sorted().map(JSONValue.string)), dialect)
        default:
            if unreadable[address] != nil { return nil }
            return documents[address].map { Fingerprint.of($0, dialect) } ?? "absent"
        }
    }
}

package enum Fingerprint {
    /// The digest of a document without what the server keeps; equal for equal values, whatever their form.
    package static func of(_ document: JSONValue, _ dialect: Dialect) -> String {
        var document = document
        if case .object(let object) = document {
            document = .object(JSONObject(members: object.members.filter { !dialect.isServerKept($0.key) }))
        }
        return sha256(document.canonicalBytes)
    }
}
