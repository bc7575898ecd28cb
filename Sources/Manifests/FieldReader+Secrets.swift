internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

extension FieldReader {
    private static let forms = ["env", "file", "exec"]
    private static let formsHint = "Write {env: NAME}, {file: PATH} or {exec: [COMMAND, ARGUMENT]}."

    /// A reference to a secret; a literal is refused and not repeated in the message.
    mutating func secret(_ node: YAMLNode, _ name: String) -> DeclaredValue? {
        guard let members = node.mapping else {
            if node.scalar != nil, node.scalar?.value != .null {
                error(
                    node, Diagnostic.literalSecretCode, "\(name) is a secret and may not stand in a file",
                    hint: FieldReader.formsHint)
            } else {
                wrongType(node, "a secret", name, hint: FieldReader.formsHint)
            }
            return nil
        }
        // A variable may hold a secret in the form of open fields.
        if members.count == 1, members[0].name == "secret", members[0].value.mapping != nil {
            return secret(members[0].value, name)
        }
        for member in members where !FieldReader.forms.contains(member.name) {
            let close = closest(to: member.name, among: FieldReader.forms)
            error(
                member.key, "unknown-field", "unknown source '\(member.name)' of a secret",
                hint: close.map { "Did you mean '\($0)'?" } ?? FieldReader.formsHint)
            return nil
        }
        guard members.count == 1 else {
            error(node, "bad-secret", "\(name) must name one source of its secret", hint: FieldReader.formsHint)
            return nil
        }
        guard let reference = reference(members[0]) else { return nil }
        if let refusal = refusal(reference) {
            error(node, refusal.code, refusal.message, hint: refusal.hint)
            return nil
        }
        return DeclaredValue(.secret(reference), at: node.mark)
    }

    private mutating func reference(_ member: YAMLNode.Member) -> SecretReference? {
        let node = member.value
        switch member.name {
        case "exec":
            guard let elements = node.sequence, !elements.isEmpty else {
                error(
                    node, "bad-secret", "'exec' must be a list that begins with a command", hint: FieldReader.formsHint)
                return nil
            }
            let words = elements.compactMap { string($0, "an element of 'exec'")?.string }
            guard words.count == elements.count else { return nil }
            guard words.first?.isEmpty == false, !words.contains(where: { $0.unicodeScalars.contains("\0") }) else {
                error(node, "bad-secret", "'exec' names no command", hint: FieldReader.formsHint)
                return nil
            }
            return .command(words)
        case "file":
            return path(node, "'file'")?.string.map(SecretReference.file)
        default:
            guard let text = string(node, "'env'")?.string else { return nil }
            guard !text.isEmpty, !text.contains("="), !text.unicodeScalars.contains("\0") else {
                error(node, "bad-secret", "'env' is no name of a variable: '\(text)'")
                return nil
            }
            return .environment(text)
        }
    }

    /// Anything; `{secret: {…}}` is a reference to a secret.
    mutating func open(_ node: YAMLNode) -> DeclaredValue? {
        switch node.content {
        case .scalar(let scalar): return DeclaredValue(scalar.value, at: node.mark)
        case .sequence(let elements):
            return DeclaredValue(.list(elements.compactMap { open($0) }), at: node.mark)
        case .mapping(let members):
            if members.count == 1, members[0].name == "secret", members[0].value.mapping != nil {
                return secret(members[0].value, "'secret'")
            }
            let values = members.compactMap { member in
                open(member.value).map { DeclaredValue.Member(member.name, $0) }
            }
            return DeclaredValue(.map(values), at: node.mark)
        }
    }

    mutating func openMap(_ node: YAMLNode, _ name: String) -> DeclaredValue? {
        guard node.mapping != nil else {
            wrongType(node, "a map", name)
            return nil
        }
        return open(node)
    }
}
