internal import Files
internal import Resources

/// Proposes variables for secrets: upper snake case, from the address and the field, none of them twice.
struct SecretNames {
    private(set) var needed: [NeededSecret] = []
    /// Names that are spoken for: by connections, by manifests, by what was proposed.
    private var taken: Set<String>
    private let policy: SecretPolicy
    private let connections: [SecretReference]

    /// Characters of a proposed name, before a number that makes it unique.
    private static let longest = 100

    init(_ workspace: Workspace, used: [SecretReference]) {
        policy = workspace.secrets
        connections = workspace.environments.flatMap { ($0.designer?.secrets ?? []) + $0.deployer.secrets }
        taken = Set((connections + used).compactMap { if case .environment(let name) = $0 { name } else { nil } })
    }

    /// The name for a secret field; notes that it is needed.
    mutating func name(_ address: Address, _ field: String) -> String {
        // The outermost of several names says least: `apiNodes`, `authRealm`.
        let inner = field.drop { $0 != "." && $0 != "[" }
        let words = (address.path + [inner.isEmpty ? field : String(inner)]).flatMap(SecretNames.words)
        var name = String(words.joined(separator: "_").prefix(SecretNames.longest))
        // A variable's name begins with a letter.
        if name.first?.isLetter != true { name = "SECRET" + (name.isEmpty ? "" : "_") + name }
        var unique = name
        var number = 2
        while !taken.insert(unique).inserted {
            unique = "\(name)_\(number)"
            number += 1
        }
        let reference = SecretReference.environment(unique)
        needed.append(
            NeededSecret(
                address: address, field: field, reference: reference,
                isAllowed: policy.permits(reference, connections: connections)))
        return unique
    }

    mutating func forget(_ addresses: [Address]) {
        let owners = Set(addresses)
        needed.removeAll { owners.contains($0.address) || $0.address.service.map(owners.contains) ?? false }
    }

    mutating func forget(beyond count: Int) { needed.removeLast(needed.count - count) }

    /// `adminAPIKey` is ADMIN, API and KEY; the scheme of a URL and what is no ASCII letter or digit are left out.
    static func words(_ text: String) -> [String] {
        let plain = text.replacing("https://", with: "").replacing("http://", with: "").replacing(
            "sandbox://", with: "")
        var words: [String] = []
        var word = ""
        let characters = Array(plain)
        for (index, character) in characters.enumerated() {
            guard character.isASCII, character.isLetter || character.isNumber else {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            // A capital begins a word after a small letter, and before one: API|Key.
            let previous = index > 0 ? characters[index - 1] : " "
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            if character.isUppercase, !word.isEmpty,
                previous.isLowercase || previous.isUppercase && next.isASCII && next.isLowercase
            {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        if !word.isEmpty { words.append(word) }
        return words.map { $0.uppercased() }
    }
}
