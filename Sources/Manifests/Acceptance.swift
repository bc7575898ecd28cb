internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

/// A live value on its way into a manifest.
struct AcceptWish {
    enum Change {
        /// In the place of the declared value; nil removes it.
        case value(JSONValue?)
        /// A new last element of the list that is declared there.
        case element(JSONValue)
        /// A deployment's mapping under a key, which takes the place of the other.
        case mapping(key: String, JSONValue)
    }

    let field: DriftedField
    /// Where the value is declared, or the list of a new element.
    let mark: SourceMark
    let type: FieldType
    let change: Change

    var accepted: AcceptedField { AcceptedField(address: field.address, path: field.path, mark: mark) }
}

/// Turns drifted fields into edits of files.
struct Acceptance {
    let desired: DesiredState
    /// The other environments of the workspace.
    let others: [DesiredState]
    let tree: any SourceTree
    var importer: FieldImporter
    var refused: [Diagnostic] = []

    init(desired: DesiredState, others: [DesiredState], tree: any SourceTree, importer: FieldImporter) {
        self.desired = desired
        self.others = others
        self.tree = tree
        self.importer = importer
    }

    mutating func refuse(_ field: DriftedField, _ reason: String, at mark: SourceMark?, hint: String? = nil) {
        refused.append(
            Diagnostic(
                .error, "not-acceptable", "'\(field.path)' of '\(field.address)' is not accepted: \(reason)", at: mark,
                hint: hint, address: field.address.description))
    }

    /// What is wished for each field; what can't be is refused.
    mutating func wishes(
        _ fields: [DriftedField], live: [Address: JSONValue], mappings: [String: GenerationsMapping]
    ) -> [AcceptWish] {
        var told: Set<DriftedField> = []
        return fields.filter { told.insert($0).inserted }.compactMap { field in
            guard let resource = desired[field.address], !resource.isExternal else {
                refuse(field, "no manifest declares the object", at: nil)
                return nil
            }
            guard resource.kind != .package else {
                refuse(
                    field, "a package is made, not edited", at: resource.mark,
                    hint: "An apply makes the version again, or name another one.")
                return nil
            }
            let subject = resource.kind == .endpoint ? resource.address.service ?? resource.address : resource.address
            guard var document = live[subject] else {
                refuse(field, "the live object was not read", at: resource.mark)
                return nil
            }
            if resource.kind == .endpoint {
                guard
                    let element = document["endpoints"]?.array?.first(where: {
                        $0["id"]?.string == resource.address.name
                    })
                else {
                    refuse(field, "the live service has no such endpoint", at: resource.mark)
                    return nil
                }
                document = element
            }
            guard let target = AcceptTargets(resource: resource, live: document).find(field.path) else {
                refuse(field, "its manifest does not tell it from others", at: resource.mark)
                return nil
            }
            return wish(field, target, resource, mappings)
        }
    }

    private mutating func wish(
        _ field: DriftedField, _ target: AcceptTarget, _ resource: Resource, _ mappings: [String: GenerationsMapping]
    ) -> AcceptWish? {
        switch target {
        case .mapping(let declared, _):
            guard !resource.isAutoVersion else {
                refuse(
                    field, "'version: auto' follows the declared package", at: declared.mark,
                    hint: "Write the live version in its place if it should stay.")
                return nil
            }
            guard let mapping = mappings[resource.address.name] else {
                refuse(field, "the live mapping is of no form that Mooring knows", at: declared.mark)
                return nil
            }
            let (key, value) = Acceptance.written(mapping, like: declared)
            return AcceptWish(
                field: field, mark: declared.mark, type: .open, change: .mapping(key: key, value))
        case .extra(let list, let fields, let live):
            guard let value = declarable(live, .object(fields), field, at: list.mark) else { return nil }
            return AcceptWish(
                field: field, mark: list.mark, type: .object(fields), change: .element(value))
        case .value(let declared, let type, let live, let isRequired):
            guard declared.secrets.isEmpty, !holdsSecret(field.path, live) else {
                refuse(
                    field, "it is a secret, which never stands in a file", at: declared.mark,
                    hint: "Change it where the reference leads, or apply.")
                return nil
            }
            guard let live else {
                guard !isRequired else {
                    refuse(field, "live has no value for it, and a manifest needs one", at: declared.mark)
                    return nil
                }
                return AcceptWish(field: field, mark: declared.mark, type: type, change: .value(nil))
            }
            guard var value = declarable(live, type, field, at: declared.mark) else { return nil }
            if case .set = type { value = Acceptance.inOrder(value, of: declared) }
            return AcceptWish(field: field, mark: declared.mark, type: type, change: .value(value))
        }
    }

    private mutating func declarable(
        _ live: JSONValue, _ type: FieldType, _ field: DriftedField, at mark: SourceMark
    ) -> JSONValue? {
        let (value, reason) = importer.declarable(live, type, field.address, field.path)
        if value == nil { refuse(field, reason, at: mark) }
        return value
    }

    /// Whether a name on the way speaks of a secret, and the value may be one.
    private func holdsSecret(_ path: String, _ live: JSONValue?) -> Bool {
        guard looksSecret(path) else { return false }
        switch live {
        case .string?, .array?, .object?: return true
        case .null?, .bool?, .number?, nil: return false
        }
    }

    /// A set in the order in which its manifest names what stays; what is new comes last.
    private static func inOrder(_ value: JSONValue, of declared: DeclaredValue) -> JSONValue {
        let wanted = value.array ?? []
        let known = (declared.elements ?? []).map { $0.referenceJSON.canonical }
        let kept = known.filter { old in wanted.contains { $0.canonical == old } }
        return .array(
            kept.compactMap { old in wanted.first { $0.canonical == old } }
                + wanted.filter { !known.contains($0.canonical) })
    }

    /// A live mapping as a manifest writes it, its versions in the order of what is declared.
    private static func written(_ mapping: GenerationsMapping, like declared: DeclaredValue) -> (String, JSONValue) {
        switch mapping {
        case .single(let version): return ("version", .string(Substitution.escaped(version)))
        case .several(let entries):
            let order = (declared.elements ?? []).compactMap { $0["generation"]?.string }
            let place = { (name: String) in order.firstIndex(of: name) ?? order.count }
            let sorted = entries.enumerated().sorted {
                (place($0.element.generation), $0.offset) < (place($1.element.generation), $1.offset)
            }.map(\.element)
            return (
                "generations",
                .array(
                    sorted.map {
                        ["generation": .string(Substitution.escaped($0.generation)), "proba": .number($0.proba)]
                    })
            )
        }
    }
}
