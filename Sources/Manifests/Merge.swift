internal import JSON
internal import Resources
internal import YAML

/// Merges an overlay's value over the base's: maps by key, keyed lists by their key, everything else is replaced.
///
/// `null` removes a member; `{$replace: …}` takes the place of the whole value. What stays keeps its own place in its
/// own file.
enum Merge {
    static let replaceKey = "$replace"

    /// The merged map; `fields` are those of the definition.
    ///
    /// `element` is the type of the members that have no field.
    static func maps(
        _ base: YAMLNode, _ overlay: YAMLNode, _ fields: [Field], _ element: FieldType? = nil
    ) -> YAMLNode {
        guard let old = base.mapping, let new = overlay.mapping else { return overlay }
        var members = old.map(Optional.some)
        let index = Dictionary(zip(old.map(\.name), old.indices), uniquingKeysWith: { first, _ in first })
        for member in new {
            let place = index[member.name]
            if isNull(member.value) {
                if let place { members[place] = nil }
                continue
            }
            let type = fields.first { $0.name == member.name }?.type ?? element
            let value = merged(place.map { old[$0].value }, member.value, type)
            let result = YAMLNode.Member(key: member.key, value: value)
            if let place { members[place] = result } else { members.append(result) }
        }
        var result = base
        result.content = .mapping(members.compactMap(\.self))
        return result
    }

    /// `base` is nil where the overlay brings something new.
    private static func merged(_ base: YAMLNode?, _ overlay: YAMLNode, _ type: FieldType?) -> YAMLNode {
        if let replacement = replacement(overlay) { return replacement }
        switch type {
        case .object(let fields): return mergedMap(base, overlay, fields)
        case .keyedList(let key, let fields):
            guard let old = base?.sequence, let new = overlay.sequence else { return overlay }
            return lists(old, new, key, fields, at: overlay)
        case .map(let value): return mergedMap(base, overlay, [], value)
        case .openMap, .open, nil:
            // A secret is one value: two sources of it would make none.
            guard overlay.keys != ["secret"] else { return overlay }
            return mergedMap(base, overlay, [])
        default: return overlay
        }
    }

    private static func mergedMap(
        _ base: YAMLNode?, _ overlay: YAMLNode, _ fields: [Field], _ element: FieldType? = nil
    ) -> YAMLNode {
        guard overlay.mapping != nil else { return overlay }
        var empty = overlay
        empty.content = .mapping([])
        return maps(base?.mapping == nil ? empty : base ?? empty, overlay, fields, element)
    }

    private static func lists(
        _ base: [YAMLNode], _ overlay: [YAMLNode], _ key: String, _ fields: [Field], at place: YAMLNode
    ) -> YAMLNode {
        var elements = base
        let ids = base.map { $0[key]?.scalar?.text ?? "" }
        let index = Dictionary(zip(ids, base.indices), uniquingKeysWith: { first, _ in first })
        for element in overlay {
            if let id = element[key]?.scalar?.text, let place = index[id] {
                elements[place] = maps(elements[place], element, fields)
            } else {
                elements.append(element)
            }
        }
        var result = place
        result.content = .sequence(elements)
        return result
    }

    /// What stands under `$replace`, where it stands alone.
    static func replacement(_ node: YAMLNode) -> YAMLNode? {
        node.mapping?.count == 1 ? node[replaceKey] : nil
    }

    static func isNull(_ node: YAMLNode) -> Bool { node.scalar?.value.isNull == true }
}
