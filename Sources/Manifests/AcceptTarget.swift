internal import Diagnostics
internal import JSON
internal import Resources

/// What a drifted field is: the declared value and the live one, found by the path that a report prints.
enum AcceptTarget {
    /// A declared value. `isRequired` where its map can't do without it.
    case value(DeclaredValue, FieldType, live: JSONValue?, isRequired: Bool)
    /// An element of a keyed list that only live has.
    case extra(list: DeclaredValue, [Field], live: JSONValue)
    /// The mapping of a deployment, declared as `version` or `generations`.
    case mapping(DeclaredValue, key: String)
}

/// Walks a resource's spec as the comparison does, and knows each field by the same words.
struct AcceptTargets {
    let resource: Resource
    /// The object's document; of an endpoint its element.
    let live: JSONValue?

    /// A document inside of another more often than this is none of DSS.
    private static let maximumDepth = 300

    func find(_ path: String) -> AcceptTarget? {
        let definition = resource.definition
        if resource.kind == .deployment, ["version", "generations"].contains(path),
            let key = ["version", "generations"].first(where: { resource.spec[$0] != nil }),
            let value = resource.spec[key]
        {
            return .mapping(value, key: key)
        }
        var members: [DeclaredValue.Member] = []
        for member in resource.spec.members ?? [] {
            if member.key == "raw" { members += member.value.members ?? [] } else { members.append(member) }
        }
        return find(path[...], members, definition.fields.filter { $0.wire == nil }, live, 0)
    }

    private func find(
        _ path: Substring, _ members: [DeclaredValue.Member], _ fields: [Field], _ live: JSONValue?, _ depth: Int
    ) -> AcceptTarget? {
        guard depth < AcceptTargets.maximumDepth else { return nil }
        for member in members where path.hasPrefix(member.key) {
            let field = fields.first { $0.name == member.key }
            let rest = path.dropFirst(member.key.count)
            let found = find(
                rest, member.value, field?.type ?? .open, live?[member.key], field?.isRequired ?? false, depth + 1)
            if let found { return found }
        }
        return nil
    }

    /// `path` is what is left once the value itself is named.
    private func find(
        _ path: Substring, _ declared: DeclaredValue, _ type: FieldType, _ live: JSONValue?, _ isRequired: Bool,
        _ depth: Int
    ) -> AcceptTarget? {
        let live = live.flatMap { $0.isNull ? nil : $0 }
        if path.isEmpty { return .value(declared, type, live: live, isRequired: isRequired) }
        if path.first == ".", let members = declared.members {
            return find(path.dropFirst(), members, type.fields ?? [], live, depth)
        }
        guard path.first == "[", let elements = declared.elements else { return nil }
        if case .keyedList(let key, let fields) = type {
            return keyed(path.dropFirst(), elements, key, fields, declared, live?.array ?? [], depth)
        }
        let digits = path.dropFirst().prefix { $0 != "]" }
        guard let index = Int(digits), elements.indices.contains(index) else { return nil }
        let inner: FieldType = if case .list(let inner) = type { inner } else { .open }
        let liveElements = live?.array ?? []
        let rest = path.dropFirst(digits.count + 2)
        return find(
            rest, elements[index], inner, liveElements.indices.contains(index) ? liveElements[index] : nil, true, depth)
    }

    private func keyed(
        _ path: Substring, _ elements: [DeclaredValue], _ key: String, _ fields: [Field], _ list: DeclaredValue,
        _ live: [JSONValue], _ depth: Int
    ) -> AcceptTarget? {
        for element in elements {
            guard let name = element[key]?.string ?? element[key]?.number?.text, path.hasPrefix(name + "]") else {
                continue
            }
            let matches = live.filter { AcceptTargets.name($0, key) == name }
            // Of two of one name, each may say something else.
            guard matches.count < 2 else { return nil }
            let rest = path.dropFirst(name.count + 1)
            let type = FieldType.object(fields)
            if let found = find(rest, element, type, matches.first, false, depth + 1) { return found }
        }
        let extra = live.filter { AcceptTargets.name($0, key).map { path == $0 + "]" } ?? false }
        return extra.count == 1 ? .extra(list: list, fields, live: extra[0]) : nil
    }

    private static func name(_ element: JSONValue, _ key: String) -> String? {
        element[key]?.string ?? element[key]?.number?.text
    }
}
