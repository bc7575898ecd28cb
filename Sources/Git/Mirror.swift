internal import Files
internal import Glibc
package import Resources

/// What we keep of one repository: a bare one in a folder of ours, with what was fetched.
///
/// It is made when something is first fetched, and made anew by itself when it is damaged. Its calls block a thread of a
/// small pool of their own, never one of the common pool.
package actor Mirror {
    private let folder: String
    private let source: SourceOpener
    private let inquirer: Inquirer
    private let breaker = Breaker()
    /// The address as users know it.
    private let place: String
    private let queue = GitQueue()
    private let damage = Damage()
    private var opened: Repository?
    private var blames: [BlameKey: Blame] = [:]
    private var signatures: [SignatureKey: Signature] = [:]
    /// What was fetched last.
    private var last: RemoteHead?
    /// When the mirror was last made anew, and by which commit.
    private var repaired: (id: String, time: ContinuousClock.Instant)?

    /// A commit that is still not whole after a repair is not so in its repository; it is not fetched on and on.
    private static let repairInterval = Duration.seconds(600)
    /// A plan of so many files is read once more from the start.
    private static let mostBlames = 256
    /// Each look into a repository goes through all packs.
    private static let mostPacks = 100
    /// More commits than come between two look-ups.
    private static let mostSignatures = 1024
    /// Objects of a tree that are looked for before it is handed out; further ones show when they are read.
    private static let mostChecked = 20_000

    /// `folder` is an absolute path whose parent exists, and ours alone; nothing is opened or asked yet.
    package init(folder: String, remote: Remote) {
        self.folder = folder
        place = withoutLogin(remote.url)
        source = SourceOpener(remote, place: place, breaker)
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
    package func fetch(_ head: RemoteHead) async throws(GitError) -> Commit {
        try perform("fetch \(head.name)", at: place) { () throws(LibraryFailure) in
            do throws(LibraryFailure) {
                guard !damage.isKnown else { throw LibraryFailure(.damaged(place)) }
                let packs = keptPacks()
                guard packs < Mirror.mostPacks else { return try remake(by: head) }
                let commit = try bring(head)
                last = head.lean
                return commit
            } catch  where error.isDamage {
                return try repair(by: head, after: error)
            }
        }
    }

    /// A commit that was fetched; nil when there is none of that id here.
    package func commit(_ id: String) async throws(GitError) -> Commit? {
        try read("read commit \(id)") { (repository) throws(LibraryFailure) in try repository.commit(named: id) }
            ?? nil
    }

    /// Whether `ancestor` is the commit `id` or one of those that led to it.
    package func contains(_ ancestor: String, in id: String) async throws(GitError) -> Bool {
        try read("read the history of \(id)") { (repository) throws(LibraryFailure) in
            guard let ancestor = ObjectID(ancestor), let commit = ObjectID(id), try repository.commit(ancestor) != nil
            else { return false }
            return try repository.contains(ancestor, in: commit)
        } ?? false
    }

    /// The newest commit that led to both; nil where they have none in common.
    package func mergeBase(_ one: Commit, _ other: Commit) async throws(GitError) -> Commit? {
        try read("read the history of \(one.stamp.short)") { (repository) throws(LibraryFailure) in
            guard let one = ObjectID(one.id), let other = ObjectID(other.id) else { return nil }
            return try repository.mergeBase(one, other).flatMap { (id) throws(LibraryFailure) in
                try repository.commit(id)
            }
        } ?? nil
    }

    /// The commits that led to `last` after `first`, the newest first, at most `limit`.
    package func commits(since first: String?, upTo last: String, limit: Int) async throws(GitError) -> [Commit] {
        try read("read the history of \(last)") { (repository) throws(LibraryFailure) in
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
        try read("read the tree of \(commit.stamp.short)") { (repository) throws(LibraryFailure) in
            try repository.tree(at: path, of: commit)?.text
        } ?? nil
    }

    /// What lies in a folder of a commit, to be read from any thread.
    package func tree(of commit: Commit, below path: String) async throws(GitError) -> CommitTree {
        let id =
            try read("read the tree of \(commit.stamp.short)") { (repository) throws(LibraryFailure) in
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
        try read("read the history of '\(file)'") { (repository) throws(LibraryFailure) in
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
            try read("read the signature of \(commit.stamp.short)") { (repository) throws(LibraryFailure) in
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
    package func close() async { (opened, blames) = (nil, [:]) }
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

private func perform<T>(
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

extension RemoteHead {
    /// What a repair needs of it: a server's references may be hundreds of thousands, and most are for one look alone.
    fileprivate var lean: RemoteHead {
        let isNamed = name.hasPrefix("refs/") || name == "HEAD"
        return RemoteHead(name: name, id: id, references: isNamed ? [:] : references)
    }
}

extension Mirror {
    private func bring(_ head: RemoteHead) throws(LibraryFailure) -> Commit {
        let repository = if let kept = try kept() { kept } else { try Repository(making: folder) }
        opened = repository
        if let commit = try repository.commit(named: head.id), ObjectID(commit.tree).map(repository.holds) == true {
            return commit
        }
        let name = Mirror.reference(for: head.name)
        let known = try repository.target(of: name)
        // Whoever hands over the rest relies on it.
        if let known, try repository.commit(known) == nil { throw LibraryFailure(.damaged(place)) }
        try source.open().fetch(head, into: repository, known: known.map { [$0] } ?? [])
        guard let id = ObjectID(head.id), let commit = try repository.commit(id) else {
            throw LibraryFailure(
                GitError(
                    .missingRef, "'\(place)' has no commit \(head.id) any more",
                    hint: "It was replaced while it was fetched; the next look-up tells the newest one."))
        }
        try repository.setReference(name, to: id)
        return commit
    }

    /// Makes a damaged mirror anew, unless that was of no use just now.
    @discardableResult private func repair(
        by head: RemoteHead, after failure: LibraryFailure
    ) throws(LibraryFailure) -> Commit {
        if let repaired, repaired.id == head.id, ContinuousClock.now < repaired.time + Mirror.repairInterval {
            throw failure
        }
        let commit = try remake(by: head)
        repaired = (head.id, .now)
        return commit
    }

    /// Makes the mirror anew. Where that fails, the old one is put back: part of it may still be of use.
    private func remake(by head: RemoteHead) throws(LibraryFailure) -> Commit {
        let wasDamaged = damage.isKnown
        (opened, blames) = (nil, [:])
        let aside = folder + ".damaged"
        removeFolder(aside)
        let isAside = rename(folder, aside) == 0
        if !isAside { removeFolder(folder) }
        damage.isKnown = false
        do throws(LibraryFailure) {
            let commit = try bring(head)
            last = head.lean
            removeFolder(aside)
            return commit
        } catch {
            opened = nil
            if isAside {
                removeFolder(folder)
                if rename(aside, folder) == 0 { damage.isKnown = wasDamaged }
            }
            throw error
        }
    }

    /// Our own name for a reference of theirs: what is fetched next starts from it.
    static func reference(for name: String) -> String {
        let prefix = "refs/"
        return "refs/mooring/" + (name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name)
    }

    /// How many packs there are. What a fetch that was killed left behind is removed.
    private func keptPacks() -> Int {
        let place = folder + "/objects/pack"
        guard let files = try? DiskTree(root: place).files(below: ".") else { return 0 }
        for file in files where ![".pack", ".idx", ".rev"].contains(where: file.hasSuffix) {
            unlink(place + "/" + file)
        }
        return files.count { $0.hasSuffix(".pack") }
    }

    /// What was fetched before; nil where nothing was.
    private func kept() throws(LibraryFailure) -> Repository? {
        if opened == nil, entryOnDisk(folder) != nil { opened = try Repository(opening: folder) }
        return opened
    }

    /// Reads what was fetched; nil where nothing was.
    private func read<T>(
        _ work: String, _ body: (Repository) throws(LibraryFailure) -> T
    ) throws(GitError) -> T? {
        try perform(work, at: place) { () throws(LibraryFailure) in
            do throws(LibraryFailure) {
                guard let repository = try kept() else { return nil }
                return try body(repository)
            } catch  where error.isDamage {
                damage.isKnown = true
                guard let last else { throw error }
                try repair(by: last, after: error)
                guard let repository = try kept() else { return nil }
                return try body(repository)
            }
        }
    }
}
