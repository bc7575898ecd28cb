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

    /// The drafts of one document, variables replaced; the first is the document itself. None when it has no name.
    mutating func drafts(_ document: Document, metadata: YAMLNode, spec: YAMLNode?) -> [Draft] {
        let definition = KindDefinition.of(document.kind)
        var path: [String] = []
        for field in definition.identity {
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
            markUnknown(document.kind)
            return []
        }
        let draft = Draft(
            address: Address(document.kind, path: path), node: document.node, metadata: metadata, spec: spec,
            isInline: false)
        return document.kind == .apiService ? split(draft) : [draft]
    }

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
            guard let idNode = element["id"] else {
                reader.error(element, "missing-field", "an element of 'endpoints' lacks 'id'")
                unknown.insert(.endpoint)
                return nil
            }
            guard let id = reader.identifier(idNode, "'id'")?.string else {
                unknown.insert(.endpoint)
                return nil
            }
            var spec = element
            spec.content = .mapping(members.filter { $0.name != "id" })
            return Draft(
                address: Address(.endpoint, path: service.address.path + [id]), node: element,
                metadata: element.emptied,
                spec: spec, isInline: true)
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
