internal import Files
package import JSON
package import Resources

extension LiveState {
    /// SHA-256 of an object's settings without what the server keeps (`versionTag`), or `absent`.
    package func fingerprint(of address: Address) -> String? {
        switch address.kind {
        case .endpoint: return nil
        case .package:
            guard let service = address.service else { return nil }
            return Fingerprint.of(.array((packages[service] ?? []).sorted().map(JSONValue.string)))
        default:
            if unreadable[address] != nil { return nil }
            return documents[address].map(Fingerprint.of) ?? "absent"
        }
    }
}

package enum Fingerprint {
    /// The digest of a document without what the server keeps; equal for equal values, whatever their form.
    package static func of(_ document: JSONValue) -> String {
        var document = document
        if case .object(var object) = document {
            object["versionTag"] = nil
            document = .object(object)
        }
        return sha256(document.canonical.bytes())
    }
}
