internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

extension SettingsReading {
    /// Makes a policy of its checked fields; what is wrong with a rule has been told, and the rule left out.
    mutating func policy(_ declared: DeclaredValue?, _ node: YAMLNode?) -> Policy {
        var policy = Policy()
        for member in node?.mapping ?? [] {
            guard let value = declared?[member.name] else { continue }
            let mark = member.key.mark
            switch member.name {
            case "allowPublicAuth": policy.allowPublicAuth = value.bool.map { Policy.Rule($0, at: mark) }
            case "allowIgnoreWarnings": policy.allowIgnoreWarnings = value.bool.map { Policy.Rule($0, at: mark) }
            case "requireTestQueries": policy.requireTestQueries = value.bool.map { Policy.Rule($0, at: mark) }
            case "protect":
                for element in member.value.sequence ?? [] { checkGlob(element) }
                policy.protect = Policy.Rule(value.elements?.compactMap(\.string) ?? [], at: mark)
            case "freeze":
                let elements = member.value.sequence ?? []
                for element in elements { if let window = freeze(element) { policy.freezes.append(window) } }
            default: break
            }
        }
        return policy
    }

    /// A glob that can match no address protects nothing, and nobody would notice.
    private mutating func checkGlob(_ node: YAMLNode) {
        guard let text = node.scalar?.text else { return }
        let kind = String(text.prefix { $0 != "/" })
        let kinds = Kind.allCases.map(\.rawValue)
        // `*` stands for any text, slashes too.
        let isPattern = { (text: String) in text.contains { $0 == "*" || $0 == "?" } }
        if !isPattern(kind), !kinds.contains(kind) {
            let close = closest(to: kind, among: kinds).map { "Did you mean '\($0)\(text.dropFirst(kind.count))'?" }
            fields.error(
                node, "unknown-kind", "'\(text)' matches no address: there is no kind '\(kind)'",
                hint: close ?? "An address begins with one of \(kinds.joined(separator: ", ")).")
        } else if kind == text, !isPattern(text) {
            fields.error(
                node, "bad-address", "'\(text)' matches no address: it has no name", hint: "Write '\(text)/*'.")
        } else if !isPattern(text), Address(text) == nil {
            fields.error(node, "bad-address", "'\(text)' is no address", hint: TextForm.address.hint)
        }
    }

    /// Tells of time zones that there are not.
    mutating func checkTimeZones(_ problem: (String) -> FileError?) {
        for node in timeZones {
            guard let name = node.scalar?.value.string, let told = problem(name)?.diagnostic else { continue }
            fields.error(node, told.code, told.message, hint: told.hint)
        }
    }
}
