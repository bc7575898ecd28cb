internal import Diagnostics
internal import Resources
internal import YAML

/// A resource on its way from its document: named, its fields not yet read.
struct Draft {
    let address: Address
    /// The document, or the element of its service.
    let node: YAMLNode
    /// Empty for an inline one, unless an overlay of its own has some.
    var metadata: YAMLNode
    /// Nil where the document has none.
    var spec: YAMLNode?
    /// Whether it was written inside its service.
    let isInline: Bool

    /// What points at it: its name in the document.
    var place: YAMLNode {
        if isInline { return node["id"] ?? node }
        return metadata[KindDefinition.of(address.kind).identity.last?.name ?? ""] ?? node
    }
}

/// Makes drafts of documents: endpoints and packages that stand inside of their service become drafts of their own.
struct DraftReader {
    var reader = FieldReader()
    /// The kinds of which a document could not be named.
    var unknown: Set<Kind> = []
    /// What declares nothing, as its name is wrong; what else is wrong with it is told in the same run.
    private(set) var nameless: [Draft] = []

    /// The drafts of one document, variables replaced; the first is the document itself. None when it has no name.
    mutating func drafts(_ document: Document, metadata: YAMLNode, spec: YAMLNode?) -> [Draft] {
        let definition = KindDefinition.of(document.kind)
        var path: [String] = []
        for field in definition.identity where !document.lacksMetadata {
            guard let node = metadata[field.name] else {
                reader.error(
                    metadata, "missing-field", "'metadata' lacks '\(field.name)'",
                    hint:
                        "\(document.kind.rawValue) is named by \(definition.identity.map(\.name).joined(separator: ", "))."
                )
                continue
            }
            if let text = reader.value(node, field.type, name: "'\(field.name)'")?.string { path.append(text) }
        }
        guard path.count == definition.identity.count else {
            setAside(document, metadata: metadata, spec: spec)
            return []
        }
        return drafts(document, path, metadata, spec)
    }

    /// Takes a document that declares nothing that we know, so that its fields are read all the same.
    mutating func setAside(_ document: Document, metadata: YAMLNode, spec: YAMLNode?) {
        markUnknown(document.kind)
        let path = KindDefinition.of(document.kind).identity.map { _ in DraftReader.noName }
        nameless += drafts(document, path, metadata, spec)
    }

    /// What stands in the address of a nameless draft, which is never looked up.
    private static let noName = "?"

    private mutating func drafts(
        _ document: Document, _ path: [String], _ metadata: YAMLNode, _ spec: YAMLNode?
    ) -> [Draft] {
        let draft = Draft(
            address: Address(document.kind, path: path), node: document.node, metadata: metadata, spec: spec,
            isInline: false)
        return document.kind == .apiService ? split(draft) : [draft]
    }

    /// Forgets what was set aside since there were `count`: an overlay alone is not whole, so it cannot be checked.
    mutating func forgetNameless(beyond count: Int) { nameless.removeLast(nameless.count - count) }

    /// Notes that an object of a kind, and what it brings along, may be declared by a name that we do not know.
    mutating func markUnknown(_ kind: Kind) {
        unknown.insert(kind)
        if kind == .apiService { unknown.formUnion([.endpoint, .package, .publishedService]) }
        if kind == .package { unknown.insert(.publishedService) }
    }

    /// The service without what stands inside of it, and that.
    private mutating func split(_ service: Draft) -> [Draft] {
        guard let members = service.spec?.mapping, members.contains(where: { DraftReader.inline.contains($0.name) })
        else { return [service] }
        var rest = service
        rest.spec?.content = .mapping(members.filter { !DraftReader.inline.contains($0.name) })
        var drafts = [rest]
        if let endpoints = service.spec?["endpoints"] { drafts += self.endpoints(endpoints, of: service) }
        if let package = service.spec?["package"] {
            if package.mapping == nil {
                reader.wrongType(package, "a map", "'package'")
            } else {
                let address = Address(.package, path: service.address.path)
                drafts.append(
                    Draft(address: address, node: package, metadata: package.emptied, spec: package, isInline: true))
            }
        }
        return drafts
    }

    private static let inline = ["endpoints", "package"]

    mutating func endpoints(_ node: YAMLNode, of service: Draft) -> [Draft] {
        guard let elements = node.sequence else {
            reader.wrongType(node, "a list", "'endpoints'")
            return []
        }
        return elements.compactMap { element in
            guard let members = element.mapping else {
                reader.wrongType(element, "a map", "an element of 'endpoints'")
                return nil
            }
            let id = element["id"].flatMap { reader.identifier($0, "'id'")?.string }
            if element["id"] == nil {
                reader.error(element, "missing-field", "an element of 'endpoints' lacks 'id'")
            }
            var spec = element
            spec.content = .mapping(members.filter { $0.name != "id" })
            let draft = Draft(
                address: Address(.endpoint, path: service.address.path + [id ?? DraftReader.noName]), node: element,
                metadata: element.emptied, spec: spec, isInline: true)
            guard id == nil else { return draft }
            unknown.insert(.endpoint)
            nameless.append(draft)
            return nil
        }
    }
}

extension Draft {
    /// An inline resource has labels and lifecycle of its service; but no pointers into the service's document.
    func inheriting(from service: Draft) -> Draft {
        var inherited = service.metadata
        inherited.content = .mapping(
            (service.metadata.mapping ?? []).compactMap { member in
                switch member.name {
                case "labels": return member
                case "lifecycle":
                    var lifecycle = member.value
                    guard let rules = lifecycle.mapping else { return nil }
                    lifecycle.content = .mapping(rules.filter { $0.name != "ignore" })
                    return YAMLNode.Member(key: member.key, value: lifecycle)
                default: return nil
                }
            })
        var result = self
        result.metadata = Merge.maps(inherited, metadata, MetadataDefinition.fields)
        return result
    }
}

extension YAMLNode {
    /// An empty map at the same place.
    var emptied: YAMLNode {
        var node = self
        node.content = .mapping([])
        return node
    }
}
