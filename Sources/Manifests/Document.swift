internal import Diagnostics
internal import Resources
internal import YAML

/// A manifest whose envelope is right: its kind is known, the rest is still to be read.
struct Document {
    let kind: Kind
    let node: YAMLNode
    let metadata: YAMLNode
    let spec: YAMLNode?
    /// The environments that it is for; nil for all.
    let environments: [String]?
    /// Whether it names an environment that is not there, so that it may belong to any.
    var hasUnknownEnvironment = false
    /// Whether it lacks a map of metadata, which has been told.
    var lacksMetadata = false
    /// Whether a `${var.` stands anywhere in its file, so that most documents need not be searched.
    let mayHoldVariables: Bool
}

/// What the documents of one file came to.
struct SourceFile {
    var documents: [Document] = []
    var diagnostics: [Diagnostic] = []
    /// The kinds of which this file may declare objects that could not be read; references to them are not checked.
    var unknown: Set<Kind> = []
}

extension SourceFile {
    private static let fields = ["apiVersion", "kind", "metadata", "spec"]

    /// Reads the envelope of each document.
    init(_ path: String, bytes: [UInt8], environments: [String]) {
        let isJSON = path.lowercased().hasSuffix(".json")
        let (nodes, problems) = isJSON ? readJSON(bytes, file: path) : readYAML(bytes, file: path)
        diagnostics = problems
        if problems.hasErrors { unknown = Set(Kind.allCases) }
        let mayHoldVariables = Substitution.occurs(in: bytes)
        var reader = FieldReader()
        for node in nodes where !reader.isFull {
            // A JSON file that is nothing of ours lies in many a repository: settings of tools, a saved plan.
            if isJSON, node.mapping != nil, SourceFile.fields.allSatisfy({ node[$0] == nil }) { continue }
            add(node, environments, mayHoldVariables, &reader)
        }
        diagnostics += reader.diagnostics
        if reader.isFull { unknown = Set(Kind.allCases) }
    }

    private mutating func add(
        _ node: YAMLNode, _ environments: [String], _ mayHoldVariables: Bool, _ reader: inout FieldReader
    ) {
        guard node.mapping != nil else {
            reader.error(
                node, "not-a-document", "a manifest must be a map, not \(node.typeName)",
                hint: "It begins with apiVersion, kind, metadata and spec.")
            unknown = Set(Kind.allCases)
            return
        }
        guard let kind = kind(node, &reader) else { return }
        checkFields(node, &reader)
        guard let metadata = node["metadata"], metadata.mapping != nil else {
            if let metadata = node["metadata"] {
                reader.wrongType(metadata, "a map", "'metadata'")
            } else {
                reader.error(
                    node, "missing-field", "the document lacks 'metadata'", hint: "It holds the names of the object.")
            }
            unknown.insert(kind)
            documents.append(
                Document(
                    kind: kind, node: node, metadata: node.emptied, spec: node["spec"], environments: nil,
                    lacksMetadata: true, mayHoldVariables: mayHoldVariables))
            return
        }
        let wanted = filter(metadata, environments, &reader)
        documents.append(
            Document(
                kind: kind, node: node, metadata: metadata, spec: node["spec"], environments: wanted,
                hasUnknownEnvironment: wanted?.contains { !environments.contains($0) } ?? false,
                mayHoldVariables: mayHoldVariables))
    }

    /// The kind of a document; nil when it is none, which has been told then.
    private mutating func kind(_ node: YAMLNode, _ reader: inout FieldReader) -> Kind? {
        guard let place = node["kind"] else {
            reader.error(
                node, "missing-field", "the document lacks 'kind'",
                hint: "Manifests lie where 'manifests' in mooring.yaml says; other files do not belong there.")
            unknown = Set(Kind.allCases)
            return nil
        }
        guard let text = place.scalar?.text else {
            reader.wrongType(place, "the name of a kind", "'kind'")
            unknown = Set(Kind.allCases)
            return nil
        }
        if let kind = Kind(rawValue: text) { return kind }
        switch text {
        case "Watch": break  // The daemon's own file; it may well lie beside the manifests.
        case "Workspace":
            reader.error(
                place, "workspace-in-manifests", "a workspace is declared in '\(workspaceFile)', not in a manifest")
        default:
            let known = Kind.allCases.map(\.rawValue)
            reader.error(
                place, "unknown-kind", "unknown kind '\(text)'",
                hint: closest(to: text, among: known).map { "Did you mean '\($0)'?" }
                    ?? "The kinds are: \(known.joined(separator: ", ")).")
            unknown = Set(Kind.allCases)
        }
        return nil
    }

    private func checkFields(_ node: YAMLNode, _ reader: inout FieldReader) {
        for member in node.mapping ?? [] where !SourceFile.fields.contains(member.name) {
            let close = closest(to: member.name, among: SourceFile.fields)
            reader.error(
                member.key, "unknown-field", "unknown field '\(member.name)'",
                hint: close.map { "Did you mean '\($0)'?" }
                    ?? "A document has \(SourceFile.fields.joined(separator: ", ")).")
        }
        guard let version = node["apiVersion"] else {
            reader.error(
                node, "missing-field", "the document lacks 'apiVersion'", hint: "Write 'apiVersion: \(apiVersion)'.")
            return
        }
        if version.scalar?.text != apiVersion {
            reader.error(
                version, "unknown-version", "unknown apiVersion", hint: "This version of Mooring knows '\(apiVersion)'."
            )
        }
    }

    private func filter(_ metadata: YAMLNode, _ known: [String], _ reader: inout FieldReader) -> [String]? {
        guard let node = metadata["environments"] else { return nil }
        guard let list = reader.value(node, .list(.string), name: "'environments'")?.elements else { return nil }
        for element in node.sequence ?? [] {
            guard let text = element.scalar?.text, !known.contains(text) else { continue }
            reader.error(
                element, "unknown-environment", "there is no environment '\(text)'", hint: environmentHint(text, known))
        }
        return list.compactMap(\.string)
    }
}
