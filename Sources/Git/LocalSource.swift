internal import CLibGit2
internal import Resources

/// A repository in a folder of this machine.
///
/// libgit2's own transport for folders hands over the whole history each time, so we copy what is new ourselves.
struct LocalSource: Source {
    private let repository: Repository
    private let mostBytes: Int
    private let breaker: Breaker

    /// Objects of one copy.
    private static let mostObjects = 5_000_000
    /// Trees inside one another.
    private static let mostDepth = 256

    init(_ path: String, place: String, mostBytes: Int, _ breaker: Breaker) throws(GitError) {
        do throws(LibraryFailure) {
            repository = try Repository(opening: path)
        } catch  where error.isMissing {
            throw GitError(
                .unreachable, "there is no git repository at '\(place)'",
                hint: "Give the folder of a bare repository, or of a working copy.")
        } catch {
            throw GitError(error, "open the repository", at: place)
        }
        self.mostBytes = mostBytes
        self.breaker = breaker
    }

    func lookUp(_ selector: RefSelector, place: String) throws(LibraryFailure) -> RemoteHead {
        let head = try advertisement().head(selector, place: place)
        guard let id = ObjectID(head.id) else { return head }
        return RemoteHead(name: head.name, id: try repository.peel(id).text, references: head.references)
    }

    private func advertisement() throws(LibraryFailure) -> Advertisement {
        var told = Advertisement()
        try repository.eachReference(while: { told.references.count < Advertisement.mostReferences }) { name, target in
            // One that points to another is of use in its own repository alone.
            if let target { told.add(name, target.text) }
        }
        if let head = try? make({ git_reference_lookup($0, repository.handle, "HEAD") }) {
            defer { git_reference_free(head) }
            if let name = git_reference_symbolic_target(head) {
                told.headName = String(cString: name)
            } else if let target = git_reference_target(head) {
                told.add("HEAD", ObjectID(target.pointee).text)
            }
        }
        return told
    }

    func fetch(_ head: RemoteHead, into mirror: Repository, known: [ObjectID]) throws(LibraryFailure) {
        guard let commit = ObjectID(head.id), repository.holds(commit) else { return }
        let builder = try make { git_packbuilder_new($0, repository.handle) }
        defer { git_packbuilder_free(builder) }
        var copy = Copy(source: repository, mirror: mirror, builder: builder, mostBytes: mostBytes, breaker: breaker)
        let hidden = known.filter { repository.holds($0) }
        let commits = try repository.walk(from: commit, hiding: hidden, limit: LocalSource.mostObjects)
        for id in commits where !mirror.holds(id) {
            try copy.insert(id)
            guard let tree = try repository.commit(id).flatMap({ ObjectID($0.tree) }) else { continue }
            try copy.insertTree(tree, depth: 0)
        }
        var leftOut = LeftOut(of: mirror.path)
        try leftOut.add(copy.leftOut)
        guard !copy.inserted.isEmpty else { return }
        try PackWriter(mirror, breaker).write(builder)
    }

    private struct Copy {
        let source: Repository
        let mirror: Repository
        let builder: OpaquePointer
        let mostBytes: Int
        let breaker: Breaker
        var bytes = 0
        var inserted: Set<ObjectID> = []
        var leftOut: Set<ObjectID> = []

        mutating func insert(_ id: ObjectID) throws(LibraryFailure) {
            guard inserted.insert(id).inserted else { return }
            do throws(GitError) { try breaker.check() } catch { throw LibraryFailure(error) }
            bytes += try source.header(of: id).bytes
            guard bytes <= mostBytes, inserted.count <= LocalSource.mostObjects else {
                throw LibraryFailure(.tooMuch(bytes: mostBytes))
            }
            var id = id.library
            try check(git_packbuilder_insert(builder, &id, nil))
        }

        mutating func insertTree(_ id: ObjectID, depth: Int) throws(LibraryFailure) {
            guard depth < LocalSource.mostDepth else { throw LibraryFailure(.tooDeep) }
            guard !inserted.contains(id), !mirror.holds(id) else { return }
            for entry in try source.entries(of: id) {
                switch entry.mode {
                case GIT_FILEMODE_TREE: try insertTree(entry.id, depth: depth + 1)
                // What a submodule names lies in another repository.
                case GIT_FILEMODE_COMMIT: continue
                default:
                    guard !inserted.contains(entry.id), !mirror.holds(entry.id) else { continue }
                    if try source.header(of: entry.id).bytes > LeftOut.mostBytes {
                        leftOut.insert(entry.id)
                    } else {
                        try insert(entry.id)
                    }
                }
            }
            try insert(id)
        }
    }
}

/// Writes what a pack builder holds as a new pack of a repository.
private final class PackWriter {
    private let mirror: Repository
    private let breaker: Breaker
    private let indexer: OpaquePointer
    private var progress = git_indexer_progress()

    init(_ mirror: Repository, _ breaker: Breaker) throws(LibraryFailure) {
        self.mirror = mirror
        self.breaker = breaker
        let folder = git_repository_path(mirror.handle).map { String(cString: $0) + "objects/pack" } ?? ""
        indexer = try make { git_indexer_new($0, folder, 0, mirror.objects, nil) }
    }

    deinit { git_indexer_free(indexer) }

    func write(_ builder: OpaquePointer) throws(LibraryFailure) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let code = git_packbuilder_foreach(
            builder,
            { bytes, count, context in
                guard let context else { return GIT_EUSER.rawValue }
                let writer = Unmanaged<PackWriter>.fromOpaque(context).takeUnretainedValue()
                guard !writer.breaker.isBroken else { return GIT_EUSER.rawValue }
                return git_indexer_append(writer.indexer, bytes, count, &writer.progress)
            }, context)
        try check(code)
        try check(git_indexer_commit(indexer, &progress))
        try check(git_odb_refresh(mirror.objects))
    }
}
