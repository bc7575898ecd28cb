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
        var result = try members(
            document.value, fields: document.fields, over: live, at: FieldPath(), isNew: document.isNew)
        if let mapping = document.mapping, case .object(var object) = result,
            !ignored.contains(where: FieldPath.mapping.isCovered)
        {
            let current = GenerationsMapping(object["generationsMapping"], dialect: document.dialect)
            if !(current?.isSame(as: mapping) ?? false) {
                object["generationsMapping"] = mapping.json(dialect: document.dialect)
                result = .object(object)
            }
        }
        return result
    }

    private func members(
        _ declared: DeclaredValue, fields: [Field], over live: JSONValue?, at path: FieldPath, isNew: Bool = true
    ) throws(Failure) -> JSONValue {
        var object = live?.object ?? JSONObject()
        for member in declared.members ?? [] {
            let field = fields.first { $0.name == member.key }
            let current = object[member.key]
            // An immutable field that the object does not show is neither compared nor written.
            if let field, field.isImmutable, !isNew, current?.isNull ?? true { continue }
            let value = try laid(
                member.value, field?.type ?? .open, over: current, at: path.appending(.name(member.key)))
            if let value, value != current { object[member.key] = value }
        }
        return .object(object)
    }

    /// The value to write, or nil for none. What already holds what is declared is left as it is.
    private func laid(
        _ declared: DeclaredValue, _ type: FieldType, over live: JSONValue?, at path: FieldPath
    ) throws(Failure) -> JSONValue? {
        if ignored.contains(where: path.isCovered) || Comparison.holds(live, declared, type) { return live }
        switch (declared.content, type) {
        case (.secret(let reference), _): return try secret(reference)
        case (.list(let elements), .keyedList(let key, let fields)):
            return try keyed(elements, key: key, fields: fields, over: live?.array ?? [], at: path)
        case (.list(let elements), .set(let type)): return try set(elements, type, over: live?.array ?? [])
        case (.list(let elements), _):
            let inner: FieldType = if case .list(let inner) = type { inner } else { .open }
            return try list(elements, inner, over: live?.array ?? [], at: path)
        case (.map, _): return try members(declared, fields: type.fields ?? [], over: live, at: path)
        default: return try declared.json(secret: secret)
        }
    }

    /// Live order first, so that an unchanged element stays where it is; new ones at the end.
    private func keyed(
        _ elements: [DeclaredValue], key: String, fields: [Field], over live: [JSONValue], at path: FieldPath
    ) throws(Failure) -> JSONValue {
        let wanted = Dictionary(
            elements.compactMap { element in element[key].flatMap(Comparison.keyText).map { ($0, element) } },
            uniquingKeysWith: { first, _ in first })
        var result: [JSONValue] = []
        var seen: Set<String> = []
        for (index, element) in live.enumerated() {
            let name = element[key].flatMap(Comparison.keyText)
            let elementPath = path.appending(.key(name ?? "\(index)", index))
            if ignored.contains(where: elementPath.isCovered) {
                if let name { seen.insert(name) }
                result.append(element)
            } else if let name, let declared = wanted[name], seen.insert(name).inserted {
                result.append(try members(declared, fields: fields, over: element, at: elementPath))
            }
        }
        for element in elements {
            guard let name = element[key].flatMap(Comparison.keyText), seen.insert(name).inserted else { continue }
            let elementPath = path.appending(.key(name, nil))
            guard !ignored.contains(where: elementPath.isCovered) else { continue }
            result.append(try members(element, fields: fields, over: nil, at: elementPath))
        }
        return .array(result)
    }

    private func set(
        _ elements: [DeclaredValue], _ type: FieldType, over live: [JSONValue]
    ) throws(Failure) -> JSONValue {
        var wanted: [JSONValue] = []
        for element in elements { wanted.append(try element.json(secret: secret)) }
        // Secrets are counted, never compared: two that happen to be the same stay two.
        if case .secret = type { return .array(wanted) }
        var missing = Set(wanted.map(\.canonical))
        var result: [JSONValue] = []
        for element in live where missing.remove(element.canonical) != nil { result.append(element) }
        for element in wanted where missing.remove(element.canonical) != nil { result.append(element) }
        return .array(result)
    }

    /// Elements of unequal lists are looked for in other places only in lists up to this: it takes n² steps.
    private static var longestSearch: Int { 256 }

    /// A live element that holds what is declared is kept, undeclared fields included, wherever it stood; where the
    /// lengths agree, the others are laid over the element in their place.
    private func list(
        _ elements: [DeclaredValue], _ type: FieldType, over live: [JSONValue], at path: FieldPath
    ) throws(Failure) -> JSONValue {
        var kept = elements.indices.map { index in
            index < live.count && Comparison.holds(live[index], elements[index], type) ? index : nil
        }
        var free = Set(live.indices).subtracting(kept.compactMap(\.self))
        if max(elements.count, live.count) <= Overlay.longestSearch {
            for index in elements.indices where kept[index] == nil && elements[index].members != nil {
                guard let place = free.sorted().first(where: { Comparison.holds(live[$0], elements[index], type) })
                else { continue }
                kept[index] = place
                free.remove(place)
            }
        }
        var result: [JSONValue] = []
        for (index, element) in elements.enumerated() {
            if let place = kept[index] {
                result.append(live[place])
                continue
            }
            let below = elements.count == live.count && free.contains(index) ? live[index] : nil
            if let value = try laid(element, type, over: below, at: path.appending(.index(index))) {
                result.append(value)
            } else {
                result.append(try element.json(secret: secret))
            }
        }
        return .array(result)
    }
}
