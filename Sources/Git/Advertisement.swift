internal import Resources

/// The references that a repository tells.
struct Advertisement {
    /// By whole name, tags peeled where that is known.
    var references: [String: String] = [:]
    /// What `HEAD` points to, as `refs/heads/main`; nil where it points to a commit, or the server does not tell.
    var headName: String?

    /// More than any repository has; a server that lists more is up to something.
    static let mostReferences = 1_000_000

    /// A tag's own id comes first, what it points to after it with `^{}` at the name's end.
    mutating func add(_ name: String, _ id: String) {
        let peeled = "^{}"
        references[name.hasSuffix(peeled) ? String(name.dropLast(peeled.count)) : name] = id
    }

    /// The reference that a watch file means.
    func head(_ selector: RefSelector, place: String) throws(LibraryFailure) -> RemoteHead {
        do throws(GitError) {
            return try resolve(selector, place: place)
        } catch {
            throw LibraryFailure(error)
        }
    }

    private func resolve(_ selector: RefSelector, place: String) throws(GitError) -> RemoteHead {
        switch selector {
        case .head:
            let name = headName ?? "HEAD"
            guard let id = references[name] ?? references["HEAD"] else {
                throw GitError(
                    .missingRef, "'\(place)' has no commit to start from",
                    hint: "Push a first commit, or name a branch under 'ref'.")
            }
            return RemoteHead(name: name, id: id, references: references)
        case .branch(let name): return try named(name, "branch", "refs/heads/", place: place)
        case .tag(let name): return try named(name, "tag", "refs/tags/", place: place)
        case .semver(let text):
            guard let range = VersionRange(text) else {
                throw GitError(
                    .unsupported, "'\(text)' is no range of versions",
                    hint: "Write it as '>=1.2 <2', '^1.2', '~1.2', '1.x' or '*'.")
            }
            guard let name = newest(in: range), let id = references[name] else {
                throw GitError(
                    .missingRef, "no tag of '\(place)' is a version within '\(text)'",
                    hint: "Push a tag as 'v1.2.3', or widen the range.")
            }
            return RemoteHead(name: name, id: id, references: references)
        case .commit(let id): return RemoteHead(name: id, id: id, references: references)
        }
    }

    private func named(
        _ name: String, _ kind: String, _ prefix: String, place: String
    ) throws(GitError) -> RemoteHead {
        let whole = name.hasPrefix("refs/") ? name : prefix + name
        if let id = references[whole] { return RemoteHead(name: whole, id: id, references: references) }
        let others = references.keys.filter { $0.hasPrefix(prefix) }.sorted().prefix(Advertisement.mostNamed)
            .map { "'\($0.dropFirst(prefix.count))'" }
        let plural = kind == "branch" ? "branches" : "tags"
        throw GitError(
            .missingRef, "'\(place)' has no \(kind) '\(name)'",
            hint: others.isEmpty
                ? "It has no \(plural) at all." : "It has the \(plural) \(others.joined(separator: ", ")).")
    }

    /// Names that a hint lists.
    private static let mostNamed = 8

    private func newest(in range: VersionRange) -> String? {
        let prefix = "refs/tags/"
        var best: (version: SemanticVersion, name: String)?
        for name in references.keys where name.hasPrefix(prefix) {
            guard let version = SemanticVersion(tag: name.dropFirst(prefix.count)), range.contains(version) else {
                continue
            }
            // Of two tags with one version, as 'v1.0' and '1.0', always the same one.
            if let current = best {
                if version > current.version || !(version < current.version) && name < current.name {
                    best = (version, name)
                }
            } else {
                best = (version, name)
            }
        }
        return best?.name
    }
}
