internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

/// Reads nodes by the fields that a definition names, and tells all that is wrong.
///
/// One reader serves manifests, their metadata and the workspace's own file: what a field may hold is said once, in
/// its `FieldType`.
struct FieldReader {
    /// Where the contents of files are read from; nil where none may be named.
    let tree: (any SourceTree)?
    /// Where relative paths start; nil: in the folder of the file that has them.
    let base: String?
    /// Why a document may not use a secret, as far as its name tells; the place is not said.
    let refusal: (SecretReference) -> Diagnostic?
    /// Each once; of errors and of warnings at most one more than is told, so that it shows that there are more.
    private(set) var diagnostics: [Diagnostic] = []
    private var told: Set<Told> = []
    private var errors = 0
    private var warnings = 0

    private struct Told: Hashable {
        let mark: SourceMark
        let code: String
        let message: String
    }

    /// The contents of the files that were named so far; many endpoints may share one.
    var contents: [String: String] = [:]
    /// How many bytes those files have.
    var contentBytes = 0

    /// Bytes of all files whose contents one environment takes. Code is small; what is large is an archive, which is
    /// not read.
    static let maximumContentBytes = 64 << 20

    init(
        tree: (any SourceTree)? = nil, base: String? = nil,
        refusal: @escaping (SecretReference) -> Diagnostic? = { _ in nil }
    ) {
        self.tree = tree
        self.base = base
        self.refusal = refusal
    }

    mutating func error(
        _ node: YAMLNode, _ code: String, _ message: String, hint: String? = nil, related: [Diagnostic.Related] = []
    ) {
        tell(.error, node, code, message, hint: hint, related: related)
    }

    mutating func warning(
        _ node: YAMLNode, _ code: String, _ message: String, hint: String? = nil, related: [Diagnostic.Related] = []
    ) {
        tell(.warning, node, code, message, hint: hint, related: related)
    }

    private mutating func tell(
        _ severity: Diagnostic.Severity, _ node: YAMLNode, _ code: String, _ message: String, hint: String?,
        related: [Diagnostic.Related]
    ) {
        guard severity == .error ? !isFull : warnings <= maximumProblems else { return }
        guard told.insert(Told(mark: node.mark, code: code, message: message)).inserted else { return }
        if severity == .error { errors += 1 } else { warnings += 1 }
        diagnostics.append(node.diagnostic(severity, code, message, hint: hint, related: related))
    }

    /// Whether there are more errors than are told, so that no work is worth its while.
    var isFull: Bool { errors > maximumProblems }

    /// Reads a map by its fields. `name` is what a message calls it. Fields that are wrong are left out.
    mutating func object(_ node: YAMLNode, _ fields: [Field], name: String) -> DeclaredValue? {
        guard let members = node.mapping else {
            wrongType(node, "a map", name)
            return nil
        }
        var result: [DeclaredValue.Member] = []
        for member in members {
            guard let field = fields.first(where: { $0.name == member.name }) else {
                unknownField(member.key, fields)
                continue
            }
            if let value = value(member.value, field.type, name: "'\(field.name)'") {
                result.append(DeclaredValue.Member(field.name, value))
            }
        }
        for field in fields where field.isRequired && node[field.name] == nil {
            error(
                node, "missing-field", "\(name) lacks '\(field.name)'",
                hint: "'\(field.name)' is \(field.type.name). \(field.text)")
        }
        return DeclaredValue(.map(result), at: node.mark)
    }

    mutating func unknownField(_ key: YAMLNode, _ fields: [Field]) {
        // To look for the nearest name takes longest.
        guard !isFull else { return }
        let word = key.scalar?.text ?? ""
        let hint: String
        if let close = closest(to: word, among: fields.map(\.name)) {
            hint = "Did you mean '\(close)'?"
        } else if fields.contains(where: { $0.name == "raw" }) {
            hint = "A field of DSS that Mooring does not type goes under 'raw'."
        } else {
            hint = "Known here: \(fields.map(\.name).joined(separator: ", "))."
        }
        error(key, "unknown-field", "unknown field '\(word)'", hint: hint)
    }

    mutating func wrongType(_ node: YAMLNode, _ due: String, _ name: String, hint: String? = nil) {
        var hint = hint
        if hint == nil, case .null? = node.scalar?.value {
            hint = "Remove it, or give it a value."
        }
        error(node, "wrong-type", "\(name) must be \(due), not \(node.typeName)", hint: hint)
    }

    /// Reads a value of one type; nil when it is wrong, which has been told then.
    mutating func value(_ node: YAMLNode, _ type: FieldType, name: String) -> DeclaredValue? {
        switch type {
        case .string: string(node, name)
        case .identifier: identifier(node, name)
        case .text: text(node, name)
        case .boolean: boolean(node, name)
        case .integer(let range): integer(node, range, name)
        case .number: number(node, name)
        case .duration: duration(node, name)
        case .date: date(node, name)
        case .enumeration(let values): enumeration(node, values, name)
        case .form(let form): self.form(node, form, name)
        case .path: path(node, name)
        case .secret: secret(node, name)
        case .open: open(node)
        case .openMap: openMap(node, name)
        case .map(let type): map(node, type, name)
        case .list(let type): list(node, type, name)
        case .set(let type): set(node, type, name)
        case .keyedList(let key, let fields): keyedList(node, key, fields, name)
        case .object(let fields): object(node, fields, name: name)
        case .either(let types): either(node, types, name)
        }
    }

    private mutating func map(_ node: YAMLNode, _ type: FieldType, _ name: String) -> DeclaredValue? {
        guard let members = node.mapping else {
            wrongType(node, "a map", name)
            return nil
        }
        let result = members.compactMap { member in
            value(member.value, type, name: "'\(member.name)'").map { DeclaredValue.Member(member.name, $0) }
        }
        return DeclaredValue(.map(result), at: node.mark)
    }

    private mutating func list(_ node: YAMLNode, _ type: FieldType, _ name: String) -> DeclaredValue? {
        guard let elements = node.sequence else {
            wrongType(node, "a list", name, hint: node.scalar == nil ? nil : listHint(node))
            return nil
        }
        return DeclaredValue(
            .list(elements.compactMap { value($0, type, name: "an element of \(name)") }), at: node.mark)
    }

    private func listHint(_ node: YAMLNode) -> String? {
        guard let text = node.scalar?.text, !text.isEmpty, text.utf8.count <= 40 else { return nil }
        return "A list of one is written [\(text)]."
    }

    private mutating func set(_ node: YAMLNode, _ type: FieldType, _ name: String) -> DeclaredValue? {
        guard let elements = node.sequence else {
            wrongType(node, "a list", name, hint: node.scalar == nil ? nil : listHint(node))
            return nil
        }
        var result: [DeclaredValue] = []
        var seen: [JSONValue: YAMLNode] = [:]
        for element in elements {
            guard let value = value(element, type, name: "an element of \(name)") else { continue }
            let plain = value.referenceJSON.canonical
            if let first = seen[plain] {
                warning(
                    element, "duplicate-element", "an element of \(name) is there twice",
                    related: [Diagnostic.Related(first.mark, "first")])
                continue
            }
            seen[plain] = element
            result.append(value)
        }
        return DeclaredValue(.list(result), at: node.mark)
    }

    private mutating func keyedList(
        _ node: YAMLNode, _ key: String, _ fields: [Field], _ name: String
    ) -> DeclaredValue? {
        guard let elements = node.sequence else {
            wrongType(node, "a list", name)
            return nil
        }
        var result: [DeclaredValue] = []
        var seen: [String: YAMLNode] = [:]
        for element in elements {
            guard let value = object(element, fields, name: "an element of \(name)") else { continue }
            guard let id = value[key]?.string else { continue }
            let place = element[key] ?? element
            if let first = seen[id] {
                error(
                    place, "duplicate-element", "\(name) has two elements with \(key) '\(id)'",
                    related: [Diagnostic.Related(first.mark, "first")])
                continue
            }
            seen[id] = place
            result.append(value)
        }
        return DeclaredValue(.list(result), at: node.mark)
    }

    private mutating func either(_ node: YAMLNode, _ types: [FieldType], _ name: String) -> DeclaredValue? {
        guard let type = types.first(where: { $0.fits(node) }) else {
            wrongType(node, FieldType.either(types).name, name)
            return nil
        }
        return value(node, type, name: name)
    }
}

extension FieldType {
    /// Whether a node has the shape of this type, whatever is in it.
    func fits(_ node: YAMLNode) -> Bool {
        switch self {
        case .open: true
        case .either(let types): types.contains { $0.fits(node) }
        case .openMap, .map, .object, .secret: node.mapping != nil
        case .list, .set, .keyedList: node.sequence != nil
        case .boolean: node.scalar?.value.bool != nil
        case .integer, .number: node.scalar?.value.number != nil
        case .text: node.mapping != nil || FieldType.string.fits(node)
        case .string, .identifier, .duration, .date, .enumeration, .form, .path:
            node.scalar.map { $0.value.string != nil || $0.value.number != nil } ?? false
        }
    }
}

extension YAMLNode {
    /// A value declared at this node.
    func declared(_ content: DeclaredValue.Content) -> DeclaredValue { DeclaredValue(content, at: mark) }
}
