package import JSON
package import Resources

/// Lays what is declared over a live document: declared fields are set, all others stay as they are, to the byte.
package struct Overlay<Failure: Error> {
    /// The secret's value for a reference.
    private let secret: (SecretReference) throws(Failure) -> JSONValue
    private let ignored: [[String]]

    package init(
        ignoring rules: [IgnoreRule] = [], secret: @escaping (SecretReference) throws(Failure) -> JSONValue
    ) {
        self.secret = secret
        ignored = rules.flatMap(\.pointers).map(pointerTokens)
    }

    package func laid(_ document: DesiredDocument, over live: JSONValue) throws(Failure) -> JSONValue {
        var result = try members(document.value, fields: document.fields, over: live, at: FieldPath())
        let path = FieldPath().appending(.name("generationsMapping"))
        if let mapping = document.mapping, case .object(var object) = result, !ignored.contains(where: path.isCovered) {
            let current = GenerationsMapping(object["generationsMapping"], dialect: document.dialect)
            if !(current?.isSame(as: mapping) ?? false) {
                object["generationsMapping"] = mapping.json(dialect: document.dialect)
                result = .object(object)
            }
        }
        return result
    }

    private func members(
        _ declared: DeclaredValue, fields: [Field], over live: JSONValue?, at path: FieldPath
    ) throws(Failure) -> JSONValue {
        var object = live?.object ?? JSONObject()
        for member in declared.members ?? [] {
            let type = fields.first { $0.name == member.key }?.type ?? .open
            let current = object[member.key]
            let value = try laid(member.value, type, over: current, at: path.appending(.name(member.key)))
            if let value, value != current { object[member.key] = value }
        }
        return .object(object)
    }

    /// The value to write, or nil for none: a declared `null` where live has nothing.
    private func laid(
        _ declared: DeclaredValue, _ type: FieldType, over live: JSONValue?, at path: FieldPath
    ) throws(Failure) -> JSONValue? {
        if ignored.contains(where: path.isCovered) { return live }
        switch (declared.content, type) {
        case (.null, _): return live == nil ? nil : .null
        case (.secret(let reference), _): return try secret(reference)
        case (.list(let elements), .keyedList(let key, let fields)):
            return try keyed(elements, key: key, fields: fields, over: live?.array ?? [], at: path)
        case (.list(let elements), .set(let type)): return try set(elements, type, over: live?.array ?? [], at: path)
        case (.list(let elements), _):
            let inner: FieldType = if case .list(let inner) = type { inner } else { .open }
            return try list(elements, inner, over: live?.array ?? [], at: path)
        case (.map, _): return try members(declared, fields: type.fields ?? [], over: live, at: path)
        default:
            let value: JSONValue = try declared.json(secret: secret)
            // The same number in another form is left as it is, so that nothing changes that need not.
            if case .number(let left) = value, case .number(let right)? = live, left.isEqual(to: right) { return live }
            return value
        }
    }

    /// Live order first, so that an unchanged element stays where it is; new ones at the end.
    private func keyed(
        _ elements: [DeclaredValue], key: String, fields: [Field], over live: [JSONValue], at path: FieldPath
    ) throws(Failure) -> JSONValue {
        var result: [JSONValue] = []
        var seen: Set<String> = []
        for (index, element) in live.enumerated() {
            let name = element[key].flatMap(Comparison.keyText)
            let wanted = elements.first { $0[key].flatMap(Comparison.keyText) == name }
            let elementPath = path.appending(.key(name ?? "\(index)", index))
            if ignored.contains(where: elementPath.isCovered) {
                if let name { seen.insert(name) }
                result.append(element)
            } else if let wanted, let name, seen.insert(name).inserted {
                result.append(try members(wanted, fields: fields, over: element, at: elementPath))
            }
        }
        for element in elements {
            guard let name = element[key].flatMap(Comparison.keyText), seen.insert(name).inserted else { continue }
            result.append(try members(element, fields: fields, over: nil, at: path.appending(.key(name, nil))))
        }
        return .array(result)
    }

    private func set(
        _ elements: [DeclaredValue], _ type: FieldType, over live: [JSONValue], at path: FieldPath
    ) throws(Failure) -> JSONValue {
        var wanted: [JSONValue] = []
        for element in elements { wanted.append(try element.json(secret: secret)) }
        var missing = Set(wanted.map(\.canonical))
        var result: [JSONValue] = []
        for element in live where missing.remove(element.canonical) != nil { result.append(element) }
        for element in wanted where missing.remove(element.canonical) != nil { result.append(element) }
        return .array(result)
    }

    /// An element that already holds what is declared for its place stays as it is, undeclared fields included.
    private func list(
        _ elements: [DeclaredValue], _ type: FieldType, over live: [JSONValue], at path: FieldPath
    ) throws(Failure) -> JSONValue {
        var result: [JSONValue] = []
        for (index, element) in elements.enumerated() {
            let current = elements.count == live.count ? live[index] : nil
            result.append(try laid(element, type, over: current, at: path.appending(.index(index))) ?? .null)
        }
        return .array(result)
    }
}
