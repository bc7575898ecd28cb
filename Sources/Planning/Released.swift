internal import JSON
internal import Resources

extension DesiredDocument {
    /// The fields that were declared before, are not any more, and are still live: nobody changes them from now on.
    ///
    /// Elements that left a list are not among them: a list is whole, and they are removed.
    func released(since before: DesiredDocument, live: JSONValue) -> [String] {
        var result: [String] = []
        DesiredDocument.collect(before.value, value, .object(fields), live, FieldPath(), &result)
        if let old = before.mapping, mapping == nil, let current = live["generationsMapping"], !current.isNull {
            let name = if case .single = old { "version" } else { "generations" }
            result.append(name)
        }
        return result
    }

    private static func collect(
        _ before: DeclaredValue, _ value: DeclaredValue, _ type: FieldType, _ live: JSONValue, _ path: FieldPath,
        _ result: inout [String]
    ) {
        switch (before.content, value.content, live) {
        case (.map(let members), .map, .object(let object)):
            for member in members {
                guard let current = object[member.key], !current.isNull else { continue }
                let path = path.appending(.name(member.key))
                guard let next = value[member.key] else {
                    result.append(path.text)
                    continue
                }
                let inner = type.fields?.first { $0.name == member.key }?.type ?? .open
                collect(member.value, next, inner, current, path, &result)
            }
        case (.list(let old), .list(let new), .array(let elements)):
            if case .keyedList(let key, let fields) = type {
                collect(old, new, elements, key, .object(fields), path, &result)
            } else if old.count == new.count, new.count == elements.count {
                let inner: FieldType = if case .list(let inner) = type { inner } else { .open }
                for index in old.indices {
                    collect(old[index], new[index], inner, elements[index], path.appending(.index(index)), &result)
                }
            }
        default: break
        }
    }

    /// Elements of one key, before, now and live.
    private static func collect(
        _ before: [DeclaredValue], _ value: [DeclaredValue], _ live: [JSONValue], _ key: String, _ type: FieldType,
        _ path: FieldPath, _ result: inout [String]
    ) {
        let name = { (element: DeclaredValue) in element[key].flatMap(Comparison.keyText) }
        let new = Dictionary(value.compactMap { e in name(e).map { ($0, e) } }, uniquingKeysWith: { first, _ in first })
        let current = Dictionary(
            live.compactMap { e in e[key].flatMap(Comparison.keyText).map { ($0, e) } },
            uniquingKeysWith: { first, _ in first })
        for element in before {
            guard let name = name(element), let next = new[name], let live = current[name] else { continue }
            collect(element, next, type, live, path.appending(.key(name, nil)), &result)
        }
    }

    /// Whether the tokens of a JSON pointer lead somewhere in a document of this kind.
    func names(_ tokens: [String], in json: JSONValue) -> Bool {
        DesiredDocument.names(tokens[...], in: json, .object(fields))
    }

    private static func names(_ tokens: ArraySlice<String>, in json: JSONValue, _ type: FieldType) -> Bool {
        guard let token = tokens.first else { return true }
        let rest = tokens.dropFirst()
        switch json {
        case .object(let object):
            return object.contains { member in
                let inner = type.fields?.first { $0.name == member.key }?.type ?? .open
                return (token == "*" || token == member.key) && names(rest, in: member.value, inner)
            }
        case .array(let elements):
            var (key, inner): (String?, FieldType) = (nil, .open)
            if case .keyedList(let name, let fields) = type { (key, inner) = (name, .object(fields)) }
            if case .list(let element) = type { inner = element }
            return elements.enumerated().contains { index, element in
                let isMeant =
                    token == "*" || token == "\(index)"
                    || key.map { element[$0].flatMap(Comparison.keyText) == token } ?? false
                return isMeant && names(rest, in: element, inner)
            }
        default: return false
        }
    }
}
