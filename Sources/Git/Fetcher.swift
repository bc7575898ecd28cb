internal import Files
internal import Glibc
internal import Resources

/// Brings commits into a mirror, on a queue of its own: a server that sends slowly keeps nobody from what was fetched.
actor Fetcher {
    private let folder: String
    /// The address as users know it.
    private let place: String
    private let source: SourceOpener
    private let damage: Damage
    private let queue = GitQueue()
    private var opened: Repository?
    /// What was fetched last.
    private var last: RemoteHead?
    /// When the mirror was last made anew, and by which commit.
    private var repaired: (id: String, time: ContinuousClock.Instant)?

    /// A commit that is still not whole after a repair is not so in its repository; it is not fetched on and on.
    private static let repairInterval = Duration.seconds(600)
    /// Each look into a repository goes through all packs.
    private static let mostPacks = 100

    init(_ folder: String, _ source: SourceOpener, place: String, _ damage: Damage) {
        self.folder = folder
        self.source = source
        self.place = place
        self.damage = damage
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    /// Brings a commit that was looked up; nothing is asked where it is here already.
    func fetch(_ head: RemoteHead) throws(GitError) -> Commit {
        try perform("fetch \(head.name)", at: place) { () throws(LibraryFailure) in
            do throws(LibraryFailure) {
                guard !damage.isKnown else { throw LibraryFailure(.damaged(place)) }
                let packs = keptPacks()
                guard packs < Fetcher.mostPacks else { return try remake(by: head) }
                let commit = try bring(head)
                last = head.lean
                return commit
            } catch  where error.isDamage {
                return try repair(by: head, after: error)
            }
        }
    }

    /// Makes the mirror anew, which somebody found damaged, by what was fetched last; throws why not.
    func repair(after failure: LibraryFailure) throws(LibraryFailure) {
        // Somebody else may have been faster.
        guard damage.isKnown else { return }
        guard let last else { throw failure }
        try repair(by: last, after: failure)
    }

    /// Frees what is open; a later call opens it again.
    func close() { opened = nil }

    private func bring(_ head: RemoteHead) throws(LibraryFailure) -> Commit {
        let repository: Repository
        if entryOnDisk(folder) == nil {
            repository = try Repository(making: folder)
            // Who has one open that is not there any more opens this one.
            damage.repaired()
        } else if let opened {
            repository = opened
        } else {
            repository = try Repository(opening: folder)
        }
        opened = repository
        return try bring(head, into: repository)
    }

    private func bring(_ head: RemoteHead, into repository: Repository) throws(LibraryFailure) -> Commit {
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
        if let repaired, repaired.id == head.id, ContinuousClock.now < repaired.time + Fetcher.repairInterval {
            throw failure
        }
        let commit = try remake(by: head)
        repaired = (head.id, .now)
        return commit
    }

    /// Makes the mirror anew beside the old one, which is read meanwhile, and kept where that fails: part of it may still be
    /// of use.
    private func remake(by head: RemoteHead) throws(LibraryFailure) -> Commit {
        opened = nil
        let (fresh, aside) = (folder + ".new", folder + ".damaged")
        removeFolder(fresh)
        removeFolder(aside)
        do throws(LibraryFailure) {
            let commit = try bring(head, into: try Repository(making: fresh))
            // Where it cannot be put aside, nothing of it is worth keeping.
            if entryOnDisk(folder) != nil, rename(folder, aside) != 0 { removeFolder(folder) }
            guard rename(fresh, folder) == 0 else {
                let error = errno
                if entryOnDisk(aside) != nil { rename(aside, folder) }
                throw LibraryFailure(GitError(FileError.system(error, "write", folder)))
            }
            damage.repaired()
            last = head.lean
            removeFolder(aside)
            return commit
        } catch {
            removeFolder(fresh)
            throw error
        }
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
}

extension RemoteHead {
    /// What a repair needs of it: a server's references may be hundreds of thousands, and most are for one look alone.
    fileprivate var lean: RemoteHead {
        let isNamed = name.hasPrefix("refs/") || name == "HEAD"
        return RemoteHead(name: name, id: id, references: isNamed ? [:] : references)
    }
}
