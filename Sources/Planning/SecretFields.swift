internal import Diagnostics
internal import JSON
internal import Resources

extension DesiredDocument {
    /// The fields that take secrets, and what each takes.
    var secretFields: [(path: FieldPath, references: [SecretReference])] {
        var result: [(path: FieldPath, references: [SecretReference])] = []
        DesiredDocument.collect(value, .object(fields), FieldPath(), &result)
        return result
    }

    private static func collect(
        _ value: DeclaredValue, _ type: FieldType, _ path: FieldPath,
        _ result: inout [(path: FieldPath, references: [SecretReference])]
    ) {
        switch (value.content, type) {
        case (.secret(let reference), _): result.append((path, [reference]))
        case (.list(let elements), .keyedList(let key, let fields)):
            var seen: Set<String> = []
            for element in elements {
                guard let name = element[key].flatMap(Comparison.keyText), seen.insert(name).inserted else { continue }
                collect(element, .object(fields), path.appending(.key(name, nil)), &result)
            }
        case (.list, .set):
            let references = value.secrets
            if !references.isEmpty { result.append((path, references)) }
        case (.list(let elements), _):
            let inner: FieldType = if case .list(let inner) = type { inner } else { .open }
            for (index, element) in elements.enumerated() {
                collect(element, inner, path.appending(.index(index)), &result)
            }
        case (.map(let members), _):
            for member in members {
                let inner = type.fields?.first { $0.name == member.key }?.type ?? .open
                collect(member.value, inner, path.appending(.name(member.key)), &result)
            }
        default: break
        }
    }
}
