package import JSON
package import Resources

/// Compares what is declared with what is live, field by declared field.
///
/// What is not declared is not looked at. Order in sets and keyed lists, forms of numbers, `null` against absent, and empty
/// against absent make no difference: DSS does not tell them apart.
package struct Comparison {
    struct Difference {
        let path: FieldPath
        let change: FieldChange
    }

    /// A difference that a rule says to leave alone.
    struct Ignored {
        let path: String
        let rule: IgnoreRule
        let pointer: String
    }

    /// What a digest tells of declared secrets that live holds too.
    enum SecretVerdict { case same, changed, unknown, otherKey }

    private(set) var differences: [Difference] = []
    private(set) var ignored: [Ignored] = []
    private var ignoredPaths: Set<String> = []
    /// Declared secrets that live holds too, and of which no digest tells whether they are the same: they count as equal.
    package private(set) var uncheckedSecrets: [String] = []
    /// Whether a digest was made with another key than the one at hand.
    private(set) var hasOtherKey = false
    /// Declared secrets, for which nothing may be at hand.
    private let isAvailable: (SecretReference) -> Bool
    private let verdict: (_ path: String, [SecretReference]) -> SecretVerdict
    /// Whether there is no live document at all, so that every declared field is news.
    private var isNew = false
    /// Pointers to what is left alone, and the rules that they stand in.
    private let pointers: [(tokens: [String], text: String, rule: IgnoreRule)]
    /// The pointer that covers what is being compared.
    private var covering: Int?
    /// The pointers that covered something.
    private var used: Set<Int> = []

    package init(ignoring rules: [IgnoreRule] = [], isAvailable: @escaping (SecretReference) -> Bool = { _ in true }) {
        self.init(ignoring: rules, isAvailable: isAvailable) { _, _ in .unknown }
    }

    init(
        ignoring rules: [IgnoreRule], isAvailable: @escaping (SecretReference) -> Bool,
        verdict: @escaping (_ path: String, [SecretReference]) -> SecretVerdict
    ) {
        pointers = rules.flatMap { rule in rule.pointers.map { (pointerTokens($0), $0, rule) } }
        self.isAvailable = isAvailable
        self.verdict = verdict
    }

    package var changes: [FieldChange] { differences.map(\.change) }

    /// The pointers that no compared field was covered by.
    var idle: [(tokens: [String], text: String, rule: IgnoreRule)] {
        pointers.indices.filter { !used.contains($0) }.map { pointers[$0] }
    }

    /// Compares a whole document.
    package mutating func compare(_ document: DesiredDocument, with live: JSONValue?) {
        isNew = live == nil
        compareMembers(document.value, fields: document.fields, with: live, at: FieldPath())
        if let mapping = document.mapping { compare(mapping, document, with: live) }
    }

    /// Compares what lies at a path; under a rule, what differs is not reported as a change.
    private mutating func covered(_ path: FieldPath, _ compare: (inout Comparison) -> Void) {
        guard covering == nil, !pointers.isEmpty,
            let index = pointers.firstIndex(where: { path.isCovered(by: $0.tokens) })
        else { return compare(&self) }
        used.insert(index)
        covering = index
        compare(&self)
        covering = nil
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
        let live = live.flatMap { $0.isNull ? nil : $0 }
        covered(path) { $0.compareContent(declared, type, with: live, at: path, isImmutable: isImmutable) }
    }

    private mutating func compareContent(
        _ declared: DeclaredValue, _ type: FieldType, with live: JSONValue?, at path: FieldPath, isImmutable: Bool
    ) {
        switch declared.content {
        case .secret(let reference): compareSecret(reference, declared, with: live, at: path)
        case .null:
            if live != nil { report(declared, path, before: shown(live, beside: declared, path), after: .value(.null)) }
        case .map:
            guard live == nil || live?.object != nil else { return reportWhole(declared, with: live, at: path) }
            compareMembers(declared, fields: type.fields ?? [], with: live, at: path)
        case .list(let elements):
            guard live == nil || live?.array != nil else { return reportWhole(declared, with: live, at: path) }
            switch type {
            case .keyedList(let key, let fields):
                compareKeyed(elements, key: key, fields: fields, declared, with: live?.array ?? [], at: path)
            case .set(let type): compareSet(elements, type, declared, with: live, at: path)
            default: compareList(elements, type, declared, with: live, at: path)
            }
        case .bool, .number, .string:
            // Where the live document has no such field, an immutable one can't be checked, and is not taken for changed.
            if isImmutable, live == nil, !isNew { return }
            guard !isSame(declared, live) else { return }
            report(
                declared, path, before: shown(live, beside: declared, path), after: shown(declared, path),
                isImmutable: isImmutable && !isNew)
        }
    }

    /// Whether live holds what is declared, so that nothing need be written; never where secrets are declared.
    static func holds(_ live: JSONValue?, _ declared: DeclaredValue, _ type: FieldType) -> Bool {
        var comparison = Comparison()
        comparison.compare(declared, type, with: live, at: FieldPath())
        return comparison.differences.isEmpty && comparison.uncheckedSecrets.isEmpty
    }

    /// What is live is present when it may hold a secret: DSS may encrypt one into any form.
    private mutating func compareSecret(
        _ reference: SecretReference, _ declared: DeclaredValue, with live: JSONValue?, at path: FieldPath
    ) {
        if live == nil || live == "" || live == [] || live == [:] {
            report(
                declared, path, before: .absent, after: .secret(isAvailable(reference) ? "set" : "unavailable"))
        } else {
            compareSecrets([reference], declared, at: path)
        }
    }

    /// Secrets that live holds too: only a digest tells whether they are the same.
    private mutating func compareSecrets(
        _ references: [SecretReference], _ declared: DeclaredValue, at path: FieldPath
    ) {
        guard covering == nil else { return }
        switch verdict(path.text, references) {
        case .same: break
        case .changed: report(declared, path, before: .secret("set"), after: .secret("changed"))
        case .unknown: uncheckedSecrets.append(path.text)
        case .otherKey:
            uncheckedSecrets.append(path.text)
            hasOtherKey = true
        }
    }

    private mutating func compareKeyed(
        _ elements: [DeclaredValue], key: String, fields: [Field], _ declared: DeclaredValue,
        with live: [JSONValue], at path: FieldPath
    ) {
        var places: [String: [Int]] = [:]
        for (index, element) in live.enumerated() {
            if let name = element[key].flatMap(Comparison.keyText) { places[name, default: []].append(index) }
        }
        var wanted: Set<String> = []
        for element in elements {
            guard let name = element[key].flatMap(Comparison.keyText), wanted.insert(name).inserted else { continue }
            if let indices = places[name] {
                compareAll(indices, of: live, name, with: element, fields: fields, at: path)
                continue
            }
            let elementPath = path.appending(.key(name, nil))
            covered(elementPath) {
                $0.report(element, elementPath, before: .absent, after: $0.shown(element, elementPath))
            }
        }
        for (index, element) in live.enumerated() {
            let name = element[key].flatMap(Comparison.keyText)
            let elementPath = path.appending(.key(name ?? "\(index)", index))
            if let name, wanted.contains(name) { continue }
            let before = shown(departing: element, key: key, elementPath)
            covered(elementPath) { $0.report(declared, elementPath, before: before, after: .absent) }
        }
    }

    /// All live elements of one key must hold what is declared; what differs in several of them is told once.
    private mutating func compareAll(
        _ indices: [Int], of live: [JSONValue], _ name: String, with declared: DeclaredValue, fields: [Field],
        at path: FieldPath
    ) {
        let (firstChange, firstSecret) = (differences.count, uncheckedSecrets.count)
        for index in indices {
            compareMembers(declared, fields: fields, with: live[index], at: path.appending(.key(name, index)))
        }
        guard indices.count > 1 else { return }
        var told: Set<String> = []
        let changes = differences[firstChange...].filter { told.insert($0.change.path).inserted }
        differences.replaceSubrange(firstChange..., with: changes)
        let secrets = uncheckedSecrets[firstSecret...].filter { told.insert($0).inserted }
        uncheckedSecrets.replaceSubrange(firstSecret..., with: secrets)
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
                compareSecrets(elements.flatMap(\.secrets), declared, at: path)
            }
            return
        }
        let wanted = Set(elements.map { $0.referenceJSON.canonical })
        guard wanted != Set(liveElements.map(\.canonical)) else { return }
        reportWhole(declared, with: live, at: path)
    }

    private mutating func compareList(
        _ elements: [DeclaredValue], _ type: FieldType, _ declared: DeclaredValue, with live: JSONValue?,
        at path: FieldPath
    ) {
        let liveElements = live?.array ?? []
        let elementType: FieldType = if case .list(let inner) = type { inner } else { .open }
        var path = path
        path.hidesText = path.hidesText || elements.contains { !$0.secrets.isEmpty }
        guard elements.count == liveElements.count else { return reportWhole(declared, with: live, at: path) }
        for (index, element) in elements.enumerated() {
            compare(element, elementType, with: liveElements[index], at: path.appending(.index(index)))
        }
    }

    private mutating func compare(_ mapping: GenerationsMapping, _ document: DesiredDocument, with live: JSONValue?) {
        let current = GenerationsMapping(live?["generationsMapping"], dialect: document.dialect)
        if let current, current.isSame(as: mapping) { return }
        let name = if case .single = mapping { "version" } else { "generations" }
        let change = FieldChange(
            path: name, before: current.map { .value(.string($0.text)) } ?? .absent,
            after: .value(.string(mapping.text)), mark: document.mappingMark)
        covered(.mapping) { $0.report(change, at: .mapping) }
    }

    private mutating func report(
        _ declared: DeclaredValue, _ path: FieldPath, before: ShownValue, after: ShownValue, isImmutable: Bool = false
    ) {
        report(
            FieldChange(path: path.text, before: before, after: after, isImmutable: isImmutable, mark: declared.mark),
            at: path)
    }

    private mutating func report(_ change: FieldChange, at path: FieldPath) {
        guard let covering else { return differences.append(Difference(path: path, change: change)) }
        let (_, pointer, rule) = pointers[covering]
        guard ignoredPaths.insert(change.path).inserted else { return }
        ignored.append(Ignored(path: change.path, rule: rule, pointer: pointer))
    }

    private mutating func reportWhole(_ declared: DeclaredValue, with live: JSONValue?, at path: FieldPath) {
        report(declared, path, before: shown(live, beside: declared, path), after: shown(declared, path))
    }

    private func isSame(_ declared: DeclaredValue, _ live: JSONValue?) -> Bool {
        switch (declared.content, live) {
        case (.bool(let left), .bool(let right)?): left == right
        // Of what is to be made, all that is declared is told.
        case (.bool(false), nil), (.string(""), nil): !isNew
        case (.number(let left), .number(let right)?): left.isEqual(to: right)
        case (.string(let left), .string(let right)?): left == right
        case (.string(let left), .number(let right)?): left == right.text
        default: false
        }
    }

    static func keyText(_ value: DeclaredValue) -> String? { value.string ?? value.number?.text }
    static func keyText(_ value: JSONValue) -> String? { value.string ?? value.number?.text }
}
