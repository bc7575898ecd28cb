internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

/// Puts an environment's variables in the place of `${var.NAME}`.
///
/// A string that is nothing but `${var.NAME}` takes the variable's type too; `$${var.` stands for `${var.`.
struct Substitution {
    let environment: Environment
    var diagnostics: [Diagnostic] = []

    /// Bytes that variables may bring into the manifests of one environment: a long one in many places would fill the
    /// memory.
    static let maximumExpansion = 32 << 20
    /// What a value that is no text counts for, each part of it.
    private static let partBytes = 64
    private var expanded = 0

    init(_ environment: Environment) { self.environment = environment }

    private static let opening = Array("${var.".utf8)

    /// Whether the bytes of a file may hold a variable.
    static func occurs(in bytes: [UInt8]) -> Bool {
        // The dollar sign is rare: look at what follows each.
        var rest = bytes[...]
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            if rest[dollar...].starts(with: opening) { return true }
            rest = rest[(dollar + 1)...]
        }
        return false
    }

    mutating func substitute(_ node: YAMLNode) -> YAMLNode {
        var result = node
        switch node.content {
        case .scalar(let scalar):
            guard case .string = scalar.value, scalar.text.contains("${var.") else { return node }
            return replace(node, scalar.text)
        case .sequence(let elements):
            result.content = .sequence(elements.map { substitute($0) })
        case .mapping(let members):
            result.content = .mapping(
                members.map { YAMLNode.Member(key: $0.key, value: substitute($0.value)) })
        }
        return result
    }

    private mutating func replace(_ node: YAMLNode, _ text: String) -> YAMLNode {
        var output = ""
        var rest = text[...]
        while let dollar = rest.firstRange(of: "${var.") {
            let before = rest[..<dollar.lowerBound]
            if before.last == "$" {
                output += before.dropLast() + "${var."
                rest = rest[dollar.upperBound...]
                continue
            }
            guard let end = rest[dollar.upperBound...].firstIndex(of: "}") else {
                tell(
                    node, "bad-variable", "'${var.' is not closed",
                    hint: "Write ${var.NAME}, or $${var. for the text itself.")
                return node
            }
            let name = String(rest[dollar.upperBound..<end])
            guard let value = environment.variables[name] else {
                undefined(name, node)
                return node
            }
            rest = rest[rest.index(after: end)...]
            guard grow(by: value, node) else { return node }
            if output.isEmpty, before.isEmpty, rest.isEmpty { return self.node(value, like: node) }
            guard let words = Substitution.text(value) else {
                tell(
                    node, "bad-variable", "the variable '\(name)' is no text, and stands inside of one",
                    hint: "A list, a map or a secret takes the place of a whole string only.")
                return node
            }
            output += before + words
        }
        var result = node
        result.content = .scalar(YAMLScalar(text: output + rest))
        return result
    }

    private mutating func grow(by value: DeclaredValue, _ node: YAMLNode) -> Bool {
        let size = Substitution.text(value)?.utf8.count ?? value.referenceJSON.count * Substitution.partBytes
        guard expanded <= Substitution.maximumExpansion else { return false }
        expanded += size
        guard expanded > Substitution.maximumExpansion else { return true }
        tell(
            node, "variables-too-large",
            "variables bring in more than \(Substitution.maximumExpansion >> 20) MiB in the environment '\(environment.name)'",
            hint: "Put a long text into a file.")
        return false
    }

    private mutating func undefined(_ name: String, _ node: YAMLNode) {
        let known = environment.variables.keys.sorted()
        let close = diagnostics.count > maximumSuggestions ? nil : closest(to: name, among: known)
        let all =
            known.isEmpty
            ? "The environment '\(environment.name)' has no variables."
            : "The environment '\(environment.name)' has: \(known.joined(separator: ", "))."
        let message =
            VariableName.isValid(name)
            ? "the variable '\(name)' is not defined in the environment '\(environment.name)'"
            : "'\(name)' is no name of a variable"
        tell(node, "unknown-variable", message, hint: close.map { "Did you mean '\($0)'?" } ?? all)
    }

    private mutating func tell(_ node: YAMLNode, _ code: String, _ message: String, hint: String) {
        guard diagnostics.count <= maximumProblems else { return }
        diagnostics.append(node.diagnostic(.error, code, message, hint: hint))
    }

    private static func text(_ value: DeclaredValue) -> String? {
        switch value.content {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }

    /// A variable's value as a node at the place of `place`.
    private func node(_ value: DeclaredValue, like place: YAMLNode) -> YAMLNode {
        var result = place
        let string = { (text: String) in YAMLNode.Content.scalar(YAMLScalar(text: text)) }
        let plain = { (text: String) in YAMLNode.Content.scalar(YAMLScalar(text: text, isPlain: true)) }
        let member = { (key: String, content: YAMLNode.Content) in
            var (name, value) = (place, place)
            name.content = string(key)
            value.content = content
            return YAMLNode.Member(key: name, value: value)
        }
        switch value.content {
        case .null: result.content = plain("null")
        case .bool(let flag): result.content = plain(flag ? "true" : "false")
        case .number(let number): result.content = plain(number.text)
        case .string(let text): result.content = string(text)
        case .list(let elements): result.content = .sequence(elements.map { node($0, like: place) })
        case .map(let members):
            result.content = .mapping(members.map { member($0.key, node($0.value, like: place).content) })
        case .secret(let reference):
            let source: YAMLNode.Member =
                switch reference {
                case .environment(let name): member("env", string(name))
                // Read again against the folder of the manifest, the path must lead to the same file.
                case .file(let path): member("file", string(Substitution.path(path, seenFrom: place.source.file)))
                case .command(let words):
                    member("exec", .sequence(words.map { word in node(place.declared(.string(word)), like: place) }))
                }
            result.content = .mapping([member("secret", .mapping([source]))])
        }
        return result
    }

    private static func path(_ path: String, seenFrom file: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        return String(repeating: "../", count: file.split(separator: "/").count - 1) + path
    }
}

enum VariableName {
    static func isValid(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || "_-.".utf8.contains($0)
            }
    }
}
