internal import DSS
internal import Diagnostics
internal import JSON
internal import Resources

/// Secrets that the server hides: written back as they were read, they would be destroyed.
extension Worker {
    /// Refuses to write a document in which a secret that nobody declares stands redacted.
    ///
    /// `lay` lays what is declared over a document; a declared text may look like a redacted one.
    func checkRedaction(
        of live: JSONValue, _ address: Address, lay: (JSONValue) throws(StepFailure) -> JSONValue
    ) throws(StepFailure) {
        guard path(in: live, where: isRedacted) != nil else { return }
        let marked = try lay(replaced(live))
        guard let path = path(in: marked, where: { $0 == Worker.hidden }) else { return }
        throw StepFailure(
            Diagnostic(
                .error, "redacted-secret",
                "'\(address)' holds a redacted secret in '\(path)', and writing it back would destroy it",
                hint: "Declare the field as a secret, so that Mooring can write it from its source."))
    }

    /// The document as it was, but for redacted secrets, which are taken from the same place in what was written over it.
    ///
    /// Nil when one has no such place.
    func restored(_ before: JSONValue, secretsFrom written: JSONValue?) -> JSONValue? {
        switch before {
        case .string where isRedacted(before):
            return written?.string.flatMap { _ in written }.flatMap { isRedacted($0) ? nil : $0 }
        case .array(let elements):
            var result: [JSONValue] = []
            let others = written?.array ?? []
            for (index, element) in elements.enumerated() {
                let other = others.count == elements.count ? others[index] : nil
                guard let value = restored(element, secretsFrom: other) else { return nil }
                result.append(value)
            }
            return .array(result)
        case .object(let object):
            var members: [JSONObject.Member] = []
            for member in object.members {
                guard let value = restored(member.value, secretsFrom: written?[member.key]) else { return nil }
                members.append(JSONObject.Member(key: member.key, value: value))
            }
            return .object(JSONObject(members: members))
        default: return before
        }
    }

    private func isRedacted(_ value: JSONValue) -> Bool { value.string.map(dialect.isRedacted) ?? false }

    /// Stands for a redacted text; no document holds such an object.
    private static let hidden: JSONValue = ["\u{0}": "\u{0}"]

    private func replaced(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string: isRedacted(value) ? Worker.hidden : value
        case .array(let elements): .array(elements.map(replaced))
        case .object(let object):
            .object(
                JSONObject(
                    members: object.members.map { JSONObject.Member(key: $0.key, value: replaced($0.value)) }))
        default: value
        }
    }

    /// The JSON pointer of the first value of which `isMeant` holds.
    private func path(in value: JSONValue, where isMeant: (JSONValue) -> Bool) -> String? {
        if isMeant(value) { return "" }
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let path = path(in: element, where: isMeant) { return "/\(index)\(path)" }
            }
        case .object(let object):
            for member in object {
                if let path = path(in: member.value, where: isMeant) { return "/\(member.key)\(path)" }
            }
        default: break
        }
        return nil
    }
}
