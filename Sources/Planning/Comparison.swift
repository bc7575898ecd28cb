package import JSON
package import Resources

/// Compares what is declared with what is live, field by declared field.
///
/// What is not declared is not looked at. Order in sets and keyed lists, forms of numbers, `null` against absent, and empty
/// against absent make no difference: DSS does not tell them apart.
package struct Comparison {
    package private(set) var changes: [FieldChange] = []
    /// Declared secrets that live holds too: present counts as equal, since values are never compared.
    package private(set) var uncheckedSecrets: [String] = []
    /// Declared secrets, for which nothing may be at hand.
    private let isAvailable: (SecretReference) -> Bool
    /// Whether there is no live document at all, so that every declared field is news.
    private var isNew = false
    /// Tokens of the JSON pointers that are left alone.
    private let ignored: [[String]]

    package init(ignoring rules: [IgnoreRule] = [], isAvailable: @escaping (SecretReference) -> Bool = { _ in true }) {
        ignored = rules.flatMap(\.pointers).map(pointerTokens)
        self.isAvailable = isAvailable
    }

    /// Compares a whole document.
    package mutating func compare(_ document: DesiredDocument, with live: JSONValue?) {
        isNew = live == nil
        compareMembers(document.value, fields: document.fields, with: live, at: FieldPath())
        if let mapping = document.mapping { compare(mapping, document, with: live) }
    }

    private mutating func compareMembers(
        _ declared: DeclaredValue, fields: [Field], with live: JSONValue?, at path: FieldPath
    ) {
        for member in declared.members ?? [] {
            let field = fields.first { $0.name == member.key }
            compare(
                member.value, field?.type ?? .open, with: live?[member.key], at: path.appending(.name(member.key)),
                isImmutable: field?.isImmutable ?? false)
        }
    }

    private mutating func compare(
        _ declared: DeclaredValue, _ type: FieldType, with live: JSONValue?, at path: FieldPath,
        isImmutable: Bool = false
    ) {
        guard !ignored.contains(where: path.isCovered) else { return }
        let live = live.flatMap { $0.isNull ? nil : $0 }
        switch (declared.content, type) {
        case (.secret(let reference), _): compareSecret(reference, declared, with: live, at: path)
        case (.null, _):
            if let live { report(declared, path, before: shown(live, path, type), after: .value(.null)) }
        case (.list(let elements), .keyedList(let key, let fields)):
            compareKeyed(elements, key: key, fields: fields, declared, with: live, at: path)
        case (.list(let elements), .set(let type)): compareSet(elements, type, declared, with: live, at: path)
        case (.list(let elements), _): compareList(elements, type, declared, with: live, at: path)
        case (.map(let members), _):
            if live == nil || live?.object != nil {
                compareMembers(declared, fields: type.fields ?? [], with: live, at: path)
                if members.isEmpty || live != nil { return }
            } else {
                report(declared, path, before: shown(live, path, type), after: shown(declared, path))
            }
        default:
            // Where the live document has no such field, an immutable one can't be checked, and is not taken for changed.
            if isImmutable, live == nil, !isNew { return }
            guard !isSame(declared, live, type) else { return }
            report(
                declared, path, before: shown(live, path, type), after: shown(declared, path),
                isImmutable: isImmutable && !isNew)
        }
    }

    private mutating func compareSecret(
        _ reference: SecretReference, _ declared: DeclaredValue, with live: JSONValue?, at path: FieldPath
    ) {
        if live == nil || live == .string("") {
            report(
                declared, path, before: .absent, after: .secret(isAvailable(reference) ? "set" : "unavailable"))
        } else {
            uncheckedSecrets.append(path.text)
        }
    }

    private mutating func compareKeyed(
        _ elements: [DeclaredValue], key: String, fields: [Field], _ declared: DeclaredValue, with live: JSONValue?,
        at path: FieldPath
    ) {
        let liveElements = live?.array ?? []
        var wanted: Set<String> = []
        for element in elements {
            guard let name = element[key].flatMap(Comparison.keyText) else { continue }
            wanted.insert(name)
            let index = liveElements.firstIndex { $0[key].flatMap(Comparison.keyText) == name }
            let elementPath = path.appending(.key(name, index))
            if let index {
                compareMembers(element, fields: fields, with: liveElements[index], at: elementPath)
            } else if !ignored.contains(where: elementPath.isCovered) {
                report(element, elementPath, before: .absent, after: shown(element, elementPath))
            }
        }
        for (index, element) in liveElements.enumerated() {
            let name = element[key].flatMap(Comparison.keyText) ?? "\(index)"
            let elementPath = path.appending(.key(name, index))
            guard !wanted.contains(name), !ignored.contains(where: elementPath.isCovered) else { continue }
            // The rest of an element that goes away may hold secrets of others.
            report(declared, elementPath, before: .value([key: .string(name)]), after: .absent)
        }
    }

    private mutating func compareSet(
        _ elements: [DeclaredValue], _ type: FieldType, _ declared: DeclaredValue, with live: JSONValue?,
        at path: FieldPath
    ) {
        let liveElements = live?.array ?? []
        if case .secret = type {
            if liveElements.count != elements.count {
                let available = elements.flatMap(\.secrets).allSatisfy(isAvailable)
                let before: ShownValue = liveElements.isEmpty ? .absent : .secret("\(liveElements.count) set")
                report(
                    declared, path, before: before,
                    after: .secret(available ? "\(elements.count) set" : "unavailable"))
            } else if !elements.isEmpty {
                uncheckedSecrets.append(path.text)
            }
            return
        }
        let wanted = Set(elements.map { $0.referenceJSON.canonical })
        guard wanted != Set(liveElements.map(\.canonical)) else { return }
        report(declared, path, before: shown(live, path, type), after: shown(declared, path))
    }

    private mutating func compareList(
        _ elements: [DeclaredValue], _ type: FieldType, _ declared: DeclaredValue, with live: JSONValue?,
        at path: FieldPath
    ) {
        let liveElements = live?.array ?? []
        let elementType: FieldType = if case .list(let inner) = type { inner } else { .open }
        guard elements.count != liveElements.count || (live != nil && live?.array == nil) else {
            for (index, element) in elements.enumerated() {
                compare(element, elementType, with: liveElements[index], at: path.appending(.index(index)))
            }
            return
        }
        report(
            declared, path, before: live.map { .value(project($0, onto: declared)) } ?? .absent,
            after: shown(declared, path))
    }

    private mutating func compare(_ mapping: GenerationsMapping, _ document: DesiredDocument, with live: JSONValue?) {
        let path = FieldPath().appending(.name("generationsMapping"))
        guard !ignored.contains(where: path.isCovered) else { return }
        let current = GenerationsMapping(live?["generationsMapping"], dialect: document.dialect)
        if let current, current.isSame(as: mapping) { return }
        let name = if case .single = mapping { "version" } else { "generations" }
        changes.append(
            FieldChange(
                path: name, before: current.map { .value(.string($0.text)) } ?? .absent,
                after: .value(.string(mapping.text)), mark: document.mappingMark))
    }

    private mutating func report(
        _ declared: DeclaredValue, _ path: FieldPath, before: ShownValue, after: ShownValue, isImmutable: Bool = false
    ) {
        changes.append(
            FieldChange(path: path.text, before: before, after: after, isImmutable: isImmutable, mark: declared.mark))
    }

    private func isSame(_ declared: DeclaredValue, _ live: JSONValue?, _ type: FieldType) -> Bool {
        switch (declared.content, live) {
        case (.bool(let left), .bool(let right)?): left == right
        case (.bool(false), nil): true
        case (.number(let left), .number(let right)?): left.isEqual(to: right)
        case (.string(let left), .string(let right)?): left == right
        case (.string(let left), .number(let right)?): left == right.text
        case (.string(""), nil): true
        default: false
        }
    }

    static func keyText(_ value: DeclaredValue) -> String? { value.string ?? value.number?.text }
    static func keyText(_ value: JSONValue) -> String? { value.string ?? value.number?.text }
}
