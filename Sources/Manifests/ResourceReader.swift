internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

/// Makes resources of drafts: reads their fields and checks what one resource alone can be wrong about.
struct ResourceReader {
    var fields: FieldReader
    /// The day on which the checks run.
    let today: Day?

    mutating func resource(_ draft: Draft) -> Resource {
        let definition = KindDefinition.of(draft.address.kind)
        let metadata = metadata(draft, definition)
        var declared = DeclaredValue(.map([]), at: draft.node.mark)
        if metadata.isExternal {
            if let spec = draft.spec {
                fields.error(
                    spec, "external-with-spec", "an external object has no 'spec'",
                    hint: "'external: true' says that it exists and is only referred to.")
            }
        } else if let spec = draft.spec, !(Merge.isNull(spec)) {
            let name = draft.isInline ? "the \(draft.address.kind == .package ? "package" : "endpoint")" : "'spec'"
            if let value = fields.object(spec, definition.fields, name: name) { declared = value }
            if spec.mapping != nil { check(draft, spec, declared, definition) }
            // Some tools write digests in capitals; what compares them later need not know.
            if let digest = declared["archive"]?["sha256"]?.string {
                declared["archive"]?["sha256"]?.content = .string(digest.lowercased())
            }
        } else if definition.fields.contains(where: \.isRequired) {
            fields.error(
                draft.node, "missing-field", "the document lacks 'spec'",
                hint: "For an object that is only referred to, write 'external: true' in its metadata.")
        }
        return Resource(address: draft.address, metadata: metadata, spec: declared, mark: draft.node.mark)
    }

    private mutating func metadata(_ draft: Draft, _ definition: KindDefinition) -> Metadata {
        var metadata = Metadata()
        let known = (draft.isInline ? [] : definition.identity.map(ResourceReader.optional)) + MetadataDefinition.fields
        guard let declared = fields.object(draft.metadata, known, name: "'metadata'") else { return metadata }
        metadata.isExternal = declared["external"]?.bool ?? false
        for label in declared["labels"]?.members ?? [] { metadata.labels[label.key] = label.value.string }
        metadata.replaces = (declared["replaces"]?.elements ?? []).compactMap { $0.string.flatMap { Address($0) } }
        if metadata.isExternal, let place = draft.metadata.mapping?.first(where: { $0.name == "replaces" }) {
            fields.error(
                place.key, "external-with-replaces", "an external object takes no other's place",
                hint: "Mooring does not make it, so it would not know when the other may go.")
        }
        guard let lifecycle = declared["lifecycle"] else { return metadata }
        metadata.lifecycle.protect = lifecycle["protect"]?.bool ?? false
        metadata.lifecycle.prune = lifecycle["prune"]?.bool ?? false
        metadata.lifecycle.replace = lifecycle["replace"]?.bool ?? false
        metadata.lifecycle.drift = lifecycle["drift"]?.string.flatMap(Lifecycle.DriftMode.init(rawValue:))
        let nodes = draft.metadata["lifecycle"]?["ignore"]?.sequence ?? []
        for node in nodes { if let rule = rule(node) { metadata.lifecycle.ignore.append(rule) } }
        return metadata
    }

    /// The names have been read, and what is missing of them told, when the draft was made.
    private static func optional(_ field: Field) -> Field { Field(field.name, .open, field.text, origin: field.origin) }

    private mutating func rule(_ node: YAMLNode) -> IgnoreRule? {
        let pointers = node.mapping == nil ? [node] : node["fields"]?.sequence ?? []
        let texts = pointers.compactMap { $0.scalar?.text }
        for pointer in pointers where pointer.scalar?.text.hasPrefix("/") == false {
            fields.error(
                pointer, "bad-pointer", "'\(pointer.scalar?.text ?? "")' is no JSON pointer",
                hint: "It begins with a slash, as /tags or /apiNodes/0/url.")
        }
        let until = node["until"]
        if let until { checkExpiry(until, "the rule") }
        return IgnoreRule(
            pointers: texts, reason: node["reason"]?.scalar?.text, until: until?.scalar?.text, mark: node.mark)
    }

    /// Warns of a day that has passed.
    mutating func checkExpiry(_ node: YAMLNode, _ what: String) {
        guard let today, let text = node.scalar?.text, let day = Day(text), day < today else { return }
        fields.warning(
            node, "expired", "\(what) held until \(text) and does not any more",
            hint: "Remove it, or give it another day.")
    }

    private mutating func check(
        _ draft: Draft, _ spec: YAMLNode, _ declared: DeclaredValue, _ definition: KindDefinition
    ) {
        checkRaw(spec, definition)
        switch draft.address.kind {
        case .apiService: checkService(spec)
        case .endpoint: checkEndpoint(spec)
        case .package: checkPackage(spec, declared)
        case .publishedService: break
        case .infra: checkInfra(draft, spec)
        case .deployment: checkDeployment(spec, declared)
        }
    }

    /// A key that Mooring types may not come in by `raw` as well.
    private mutating func checkRaw(_ spec: YAMLNode, _ definition: KindDefinition) {
        guard let raw = spec["raw"] else { return }
        for member in raw.mapping ?? [] {
            guard
                let field = definition.fields.first(where: { field in
                    let wire =
                        field.wire.map { String($0.prefix { $0 != "." && $0 != "/" && $0 != "[" }) } ?? field.name
                    return wire == member.name && field.name != "raw" && wire != "-"
                })
            else { continue }
            // A type that Mooring does not know can only be named by `raw`.
            if definition.kind == .infra, field.name == "type", spec["type"] == nil { continue }
            let related = spec.mapping?.first { $0.name == field.name }.map {
                [Diagnostic.Related($0.key.mark, "'\(field.name)'")]
            }
            fields.error(
                member.key, "typed-and-raw", "'\(member.name)' has a field of its own and may not stand in 'raw'",
                hint: "Write it as '\(field.name)' of the spec.", related: related ?? [])
        }
    }
}
