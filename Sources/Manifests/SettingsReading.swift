internal import Diagnostics
internal import JSON
internal import Resources
internal import YAML

/// A reader of one document of settings: a workspace's or a daemon's. What both have is read here.
protocol SettingsReading {
    var fields: FieldReader { get set }
    /// Where freezes and windows name their time zones.
    var timeZones: [YAMLNode] { get set }
}

extension SettingsReading {
    /// Checks what stands around the specification; false when there is nothing to read.
    ///
    /// `hint` tells where another kind of document belongs.
    mutating func envelope(_ node: YAMLNode, file: String, kind: String, hint: String) -> Bool {
        guard let members = node.mapping else {
            fields.error(node, "not-a-document", "'\(file)' must be a map, not \(node.typeName)")
            return false
        }
        let known = ["apiVersion", "kind", "metadata", "spec"]
        for member in members where !known.contains(member.name) {
            let close = closest(to: member.name, among: known)
            fields.error(
                member.key, "unknown-field", "unknown field '\(member.name)'",
                hint: close.map { "Did you mean '\($0)'?" } ?? "Known here: \(known.joined(separator: ", ")).")
        }
        for name in known where node[name] == nil {
            fields.error(node, "missing-field", "the document lacks '\(name)'")
        }
        if let version = node["apiVersion"], version.scalar?.text != apiVersion {
            fields.error(
                version, "unknown-version", "unknown apiVersion",
                hint: "This version of Mooring knows '\(apiVersion)'.")
        }
        if let place = node["kind"], place.scalar?.text != kind {
            fields.error(place, "unknown-kind", "'\(file)' must be of the kind '\(kind)'", hint: hint)
        }
        return true
    }

    /// The name in the document's metadata, which has no more than that.
    mutating func name(_ node: YAMLNode, _ text: String) -> String? {
        let known = [Field("name", .identifier, text, origin: "mooring", required: true)]
        return node["metadata"].flatMap { fields.object($0, known, name: "'metadata'") }?["name"]?.string
    }

    /// The nodes of one environment; nil when it has none that could be read, which has been told.
    mutating func nodes(
        _ member: YAMLNode.Member, _ declared: DeclaredValue
    ) -> (designer: Connection?, deployer: Connection)? {
        let node = member.value
        if node["sandbox"] != nil, let designer = node["designer"] {
            fields.error(
                designer, "sandbox-and-designer", "an environment has 'sandbox' or 'designer', not both",
                hint: "'sandbox: DIR' is short for 'designer: {sandbox: DIR}'.")
        }
        var designer = declared["designer"].flatMap { connection($0, node["designer"]) }
        if let folder = declared["sandbox"]?.string {
            designer = Connection(target: .sandbox(folder), authentication: .none, mark: declared.mark)
        }
        let deployer = declared["deployer"].flatMap { connection($0, node["deployer"]) }
        if node["sandbox"] == nil, node["designer"] == nil, node["deployer"] == nil {
            fields.error(
                member.key, "no-connection", "the environment '\(member.name)' has no node",
                hint: "Give it 'sandbox', 'designer' or 'deployer'.")
        }
        return (deployer ?? designer).map { (designer, $0) }
    }

    func strings(_ value: DeclaredValue?) -> [String]? { value?.elements?.compactMap(\.string) }

    func dialect(_ value: DeclaredValue?) -> [String: String] {
        var dialect: [String: String] = [:]
        for literal in value?.members ?? [] { dialect[literal.key] = literal.value.string }
        return dialect
    }

    func limits(_ value: DeclaredValue?, over base: Limits = Limits()) -> Limits {
        var limits = base
        if let number = value?["concurrency"]?.number?.integer { limits.concurrency = number }
        if let number = value?["updates"]?.number?.integer { limits.updates = number }
        if let text = value?["requestTimeout"]?.string, let time = Duration(text: text) { limits.requestTimeout = time }
        if let bound = bound(value?["maxChanges"]) { limits.maxChanges = bound }
        if let bound = bound(value?["maxDeletes"]) { limits.maxDeletes = bound }
        if let number = value?["stopAfterFailures"]?.number?.integer { limits.stopAfterFailures = number }
        return limits
    }

    private func bound(_ value: DeclaredValue?) -> Bound? {
        value?.number?.integer.map(Bound.count) ?? value?.string.flatMap { Bound(percentage: $0) }
    }

    /// What manifests may read as secrets; `standard` where nothing is said.
    func secretPolicy(_ value: DeclaredValue?, else standard: SecretPolicy) -> SecretPolicy {
        guard let allow = value?["allow"] else { return standard }
        return SecretPolicy(
            environment: strings(allow["env"]) ?? [], files: strings(allow["file"]) ?? [],
            commands: strings(allow["exec"]) ?? [])
    }
}
