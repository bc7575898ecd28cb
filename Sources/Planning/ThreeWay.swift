internal import Diagnostics
internal import JSON
internal import Resources

/// Desired, last applied and live: tells of each difference who moved.
///
///     desired ≠ live, last applied = live               the manifest
///     desired ≠ live, last applied = desired            live: drift
///     desired ≠ live, last applied is neither of them   both: a conflict
///
/// A field that the last applied manifest did not name was nobody's: there, the manifest moved.
struct ThreeWay {
    private let applied: DesiredDocument
    /// Where live is not as it was applied.
    private let movedLive: PathSet
    /// Where the manifest is not as it was applied.
    private let movedManifest: PathSet
    private let isMissing: Bool
    private let hasSecrets: Bool

    init(desired: DesiredDocument, applied: DesiredDocument, live: JSONValue?) {
        self.applied = applied
        hasSecrets = !applied.value.secrets.isEmpty
        isMissing = live == nil
        var comparison = Comparison()
        comparison.compare(applied, with: live)
        movedLive = PathSet(comparison.differences.map(\.path))
        comparison = Comparison()
        comparison.compare(desired, with: applied.referenceJSON)
        movedManifest = PathSet(comparison.differences.map(\.path))
    }

    /// The change with its origin, and what was last applied where that is neither the old value nor the new one.
    func told(_ difference: Comparison.Difference) -> FieldChange {
        let path = difference.path
        var change = difference.change
        if case .value(let before) = change.before, Comparison.mayHoldSecret(before), heldSecret(path) {
            change.before = .secret("not shown")
        }
        switch (movedLive.touches(path), movedManifest.touches(path)) {
        case (true, false): change.origin = .drift
        // What was deleted is missed as a whole: of its fields, only those that the manifest changed are told apart.
        case (true, true) where !isMissing:
            change.origin = .conflict
            change.applied = shown(path)
        default:
            let isNews = path.isMapping ? applied.mapping == nil : applied.value(at: path) == nil
            if change.before != .absent, isNews { change.applied = .absent }
        }
        return change
    }

    /// Whether a secret was applied at a path, or in a list on the way to it, whose elements may have moved: live may
    /// hold it still, where the manifest now has something else.
    private func heldSecret(_ path: FieldPath) -> Bool {
        guard hasSecrets, !path.isMapping else { return false }
        return (0...path.parts.count).contains { count in
            guard let value = applied.value(at: FieldPath(parts: Array(path.parts[..<count]))) else { return false }
            if value.secret != nil { return true }
            let isWhole = count == path.parts.count
            guard isWhole || path.parts[count].isIndex else { return false }
            return !value.secrets.isEmpty
        }
    }

    private func shown(_ path: FieldPath) -> ShownValue {
        if path.isMapping { return applied.mapping.map { .value(.string($0.text)) } ?? .absent }
        guard let value = applied.value(at: path) else { return .absent }
        return Comparison().shown(value, path)
    }
}

/// Paths of differences, for finding those that touch another path: the same, above it or below it.
private struct PathSet {
    private var whole: Set<[FieldPath.Part]> = []
    private var above: Set<[FieldPath.Part]> = []

    init(_ paths: [FieldPath]) {
        for path in paths {
            let parts = path.partsWithoutPlaces
            whole.insert(parts)
            for count in parts.indices { above.insert(Array(parts[..<count])) }
        }
    }

    func touches(_ path: FieldPath) -> Bool {
        if whole.isEmpty { return false }
        let parts = path.partsWithoutPlaces
        return above.contains(parts) || (0...parts.count).contains { whole.contains(Array(parts[..<$0])) }
    }
}

extension FieldPath {
    /// The way to an element of a keyed list by its key alone: in another document it has another place.
    fileprivate var partsWithoutPlaces: [Part] {
        parts.map { part in
            if case .key(let key, _) = part { .key(key, nil) } else { part }
        }
    }
}

extension DesiredDocument {
    /// All that is declared, secrets by their reference, as if it were live.
    var referenceJSON: JSONValue {
        var json = value.referenceJSON
        if let mapping, case .object(var object) = json {
            object["generationsMapping"] = mapping.json(dialect: dialect)
            json = .object(object)
        }
        return json
    }

    /// What is declared at a path; nil for nothing, and for the mapping.
    func value(at path: FieldPath) -> DeclaredValue? {
        var (value, type) = (value, FieldType.object(fields))
        for part in path.parts {
            let next: DeclaredValue?
            switch (part, type) {
            case (.name(let name), _):
                next = value[name]
                type = type.fields?.first { $0.name == name }?.type ?? .open
            case (.key(let key, _), .keyedList(let name, let fields)):
                next = value.elements?.first { $0[name].flatMap(Comparison.keyText) == key }
                type = .object(fields)
            case (.index(let index), _):
                next = value.elements.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                type = if case .list(let inner) = type { inner } else { .open }
            default: next = nil
            }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}
