internal import Files
internal import Glibc
package import Resources

/// What we keep of one repository: a bare one in a folder of ours, with what was fetched.
///
/// It is made when something is first fetched, and made anew by itself when it is damaged. Its calls block a thread of a
/// small pool of their own, never one of the common pool; what was fetched can be read while a server is waited for.
package actor Mirror {
    private let folder: String
    private let fetcher: Fetcher
    private let inquirer: Inquirer
    private let breaker = Breaker()
    /// The address as users know it.
    private let place: String
    private let queue = GitQueue()
    private let damage = Damage()
    private var opened: (repository: Repository, generation: Int)?
    private var blames: [BlameKey: Blame] = [:]
    private var signatures: [SignatureKey: Signature] = [:]

    /// A plan of so many files is read once more from the start.
    private static let mostBlames = 256
    /// More commits than come between two look-ups.
    private static let mostSignatures = 1024
    /// Objects of a tree that are looked for before it is handed out; further ones show when they are read.
    private static let mostChecked = 20_000

    /// `folder` is an absolute path whose parent exists, and ours alone; nothing is opened or asked yet.
    package init(folder: String, remote: Remote) {
        self.folder = folder
        place = withoutLogin(remote.url)
        let source = SourceOpener(remote, place: place, breaker)
        fetcher = Fetcher(folder, source, place: place, damage)
        inquirer = Inquirer(source, place: place)
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    /// Asks where a reference points to, in one request. What was fetched can be read meanwhile.
    package nonisolated func lookUp(_ selector: RefSelector) async throws(GitError) -> RemoteHead {
        try await inquirer.lookUp(selector)
    }

    /// Breaks off what is under way with the server, within a moment, and asks it nothing more. What was fetched can be read
    /// as before.
    package nonisolated func breakOff() { breaker.breakOff() }

    /// Brings a commit that was looked up; nothing is asked where it is here already.
    ///
    /// Each fetch leaves a pack; when there are too many, the mirror is made anew instead.
    package nonisolated func fetch(_ head: RemoteHead) async throws(GitError) -> Commit {
        try await fetcher.fetch(head)
    }

    /// A commit that was fetched; nil when there is none of that id here.
    package func commit(_ id: String) async throws(GitError) -> Commit? {
        try await read("read commit \(id)") { (repository) throws(LibraryFailure) in try repository.commit(named: id) }
            ?? nil
    }

    /// Whether `ancestor` is the commit `id` or one of those that led to it.
    package func contains(_ ancestor: String, in id: String) async throws(GitError) -> Bool {
        try await read("read the history of \(id)") { (repository) throws(LibraryFailure) in
            guard let ancestor = ObjectID(ancestor), let commit = ObjectID(id), try repository.commit(ancestor) != nil
            else { return false }
            return try repository.contains(ancestor, in: commit)
        } ?? false
    }

    /// The newest commit that led to both; nil where they have none in common.
    package func mergeBase(_ one: Commit, _ other: Commit) async throws(GitError) -> Commit? {
        try await read("read the history of \(one.stamp.short)") { (repository) throws(LibraryFailure) in
            guard let one = ObjectID(one.id), let other = ObjectID(other.id) else { return nil }
            return try repository.mergeBase(one, other).flatMap { (id) throws(LibraryFailure) in
                try repository.commit(id)
            }
        } ?? nil
    }

    /// The commits that led to `last` after `first`, the newest first, at most `limit`.
    package func commits(since first: String?, upTo last: String, limit: Int) async throws(GitError) -> [Commit] {
        try await read("read the history of \(last)") { (repository) throws(LibraryFailure) in
            guard let last = ObjectID(last) else { return [] }
            let hidden = [first].compactMap { $0.flatMap { ObjectID($0) } }.filter { repository.holds($0) }
            var commits: [Commit] = []
            for id in try repository.walk(from: last, hiding: hidden, limit: limit) {
                if let commit = try repository.commit(id) { commits.append(commit) }
            }
            return commits
        } ?? []
    }

    /// The id of the tree at a folder of a commit; nil when there is none.
    package func subtree(_ path: String, of commit: Commit) async throws(GitError) -> String? {
        try await read("read the tree of \(commit.stamp.short)") { (repository) throws(LibraryFailure) in
            try repository.tree(at: path, of: commit)?.text
        } ?? nil
    }

    /// What lies in a folder of a commit, to be read from any thread.
    package func tree(of commit: Commit, below path: String) async throws(GitError) -> CommitTree {
        let id =
            try await read("read the tree of \(commit.stamp.short)") { (repository) throws(LibraryFailure) in
                guard !damage.isKnown, let root = ObjectID(commit.tree), repository.holds(root) else {
                    throw LibraryFailure(.damaged(place))
                }
                guard let id = try repository.tree(at: path, of: commit) else { return nil as ObjectID? }
                guard try repository.isWhole(id, most: Mirror.mostChecked) else {
                    throw LibraryFailure(.damaged(place))
                }
                return id
            } ?? nil
        guard let id else {
            throw GitError(
                .missing, "commit \(commit.stamp.short) of '\(place)' has no folder '\(path)'",
                hint: "Check 'path' in the watch file: it is relative to the repository's top.")
        }
        return CommitTree(repository: folder, root: id, damage: damage)
    }

    /// Who wrote a line (1-based) of a file; nil where that is very old, or there is no such line.
    ///
    /// `file` is relative to the top of the repository. The first line asked of a file costs a look through its history,
    /// of 2,000 commits at most; further ones are at hand.
    package func author(of file: String, line: Int, at commit: Commit) async throws(GitError) -> Commit? {
        try await read("read the history of '\(file)'") { (repository) throws(LibraryFailure) in
            let key = BlameKey(commit: commit.id, file: file)
            let blame: Blame
            if let known = blames[key] {
                blame = known
            } else {
                blame = try Blame(file, at: commit, of: repository)
                if blames.count >= Mirror.mostBlames { blames = [:] }
                blames[key] = blame
            }
            guard let id = blame.commit(at: line) else { return nil }
            return try repository.commit(id)
        } ?? nil
    }

    /// Who signed a commit; throws `untrusted`, with why, unless it is signed by one of the signers.
    package func verify(_ commit: Commit, _ signers: Signers) async throws(GitError) -> Signature {
        let key = SignatureKey(commit: commit.id, signers: signers, content: content(of: signers))
        if let known = signatures[key] { return known }
        let found =
            try await read("read the signature of \(commit.stamp.short)") { (repository) throws(LibraryFailure) in
                guard let id = ObjectID(commit.id), try repository.commit(id) != nil else {
                    throw LibraryFailure(.damaged(place))
                }
                return try repository.signature(of: id)
            } ?? nil
        guard let found else {
            throw GitError(
                .untrusted, "commit \(commit.stamp.short) by \(commit.stamp.author) is not signed",
                hint: "Sign it ('git commit -S'), or change 'verify' in the watch file.")
        }
        let signature = try SignatureCheck(
            commit: commit.stamp, signature: found.signature, payload: found.payload, signers: signers,
            variables: inheritedVariables()
        ).check()
        if signatures.count >= Mirror.mostSignatures { signatures = [:] }
        signatures[key] = signature
        return signature
    }

    /// Frees what is open; a later call opens it again.
    package func close() async {
        (opened, blames) = (nil, [:])
        // Not while it fetches: whoever closes does not wait for a server.
        Task { [fetcher] in await fetcher.close() }
    }
}

/// Asks a server on a queue of its own: one that does not answer keeps nobody from what was fetched.
private actor Inquirer {
    private let source: SourceOpener
    private let place: String
    private let queue = GitQueue()

    init(_ source: SourceOpener, place: String) {
        self.source = source
        self.place = place
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    func lookUp(_ selector: RefSelector) throws(GitError) -> RemoteHead {
        try perform("look up \(selector.text)", at: place) { () throws(LibraryFailure) in
            try source.open().lookUp(selector, place: place)
        }
    }
}

func perform<T>(
    _ work: String, at place: String, _ body: () throws(LibraryFailure) -> T
) throws(GitError) -> T {
    try Libgit2.require()
    do throws(LibraryFailure) {
        return try body()
    } catch {
        throw GitError(error, work, at: place)
    }
}

/// A commit that was found good stays so until the files of signers change.
private struct SignatureKey: Hashable {
    let commit: String
    let signers: Signers
    /// The files' digests; none of a file that cannot be read.
    let content: [String?]
}

private func content(of signers: Signers) -> [String?] {
    [signers.allowedSigners, signers.openPGPKeys].map { path in path.flatMap { try? sha256(file: $0) } }
}

private struct BlameKey: Hashable {
    let commit: String
    let file: String
}

extension Mirror {
    /// Our own name for a reference of theirs: what is fetched next starts from it.
    static func reference(for name: String) -> String {
        let prefix = "refs/"
        return "refs/mooring/" + (name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name)
    }

    /// What was fetched before; nil where nothing was.
    private func kept() throws(LibraryFailure) -> Repository? {
        // One that was made anew lies at the same place.
        let generation = damage.generation
        if let opened, opened.generation == generation { return opened.repository }
        (opened, blames) = (nil, [:])
        guard entryOnDisk(folder) != nil else { return nil }
        let repository = try Repository(opening: folder)
        opened = (repository, generation)
        return repository
    }

    /// Reads what was fetched; nil where nothing was.
    private func read<T>(
        _ work: String, _ body: (Repository) throws(LibraryFailure) -> T
    ) async throws(GitError) -> T? {
        try Libgit2.require()
        let failure: LibraryFailure
        do throws(LibraryFailure) {
            return try readNow(body)
        } catch {
            guard error.isDamage else { throw GitError(error, work, at: place) }
            failure = error
        }
        damage.isKnown = true
        do throws(LibraryFailure) {
            try await fetcher.repair(after: failure)
            return try readNow(body)
        } catch {
            throw GitError(error, work, at: place)
        }
    }

    private func readNow<T>(_ body: (Repository) throws(LibraryFailure) -> T) throws(LibraryFailure) -> T? {
        guard let repository = try kept() else { return nil }
        return try body(repository)
    }
}
