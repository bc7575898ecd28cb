/// Where a secret comes from. The secret itself is read only when a request needs it.
package enum SecretReference: Hashable, Sendable, CustomStringConvertible {
    case environment(String)
    /// A path as resolved against the file that names it.
    case file(String)
    /// A program and its arguments; its standard output is the secret.
    case command([String])

    /// As a user writes it: `{env: NAME}`.
    package var description: String {
        switch self {
        case .environment(let name): "{env: \(name)}"
        case .file(let path): "{file: \(path)}"
        case .command(let words): "{exec: [\(words.joined(separator: ", "))]}"
        }
    }
}
