internal import CLibGit2
internal import Glibc
internal import Resources

/// A repository of a server.
struct WireSource<W: Wire>: Source {
    let url: String
    let mostBytes: Int
    let breaker: Breaker
    /// A new way to the server, for one conversation.
    let wire: (_ mirror: Repository?) throws(GitError) -> W

    func lookUp(_ selector: RefSelector, place: String) throws(LibraryFailure) -> RemoteHead {
        try converse(nil) { (remote, session) throws(LibraryFailure) in
            var options = git_remote_connect_options()
            try check(
                git_remote_connect_options_init(&options, UInt32(GIT_REMOTE_CONNECT_OPTIONS_VERSION)))
            session.serve(&options.callbacks)
            try check(git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &options))
            defer { git_remote_disconnect(remote) }
            return try references(of: remote).head(selector, place: place)
        }
    }

    func fetch(_ head: RemoteHead, into mirror: Repository, known: [ObjectID]) throws(LibraryFailure) {
        try converse(mirror) { (remote, session) throws(LibraryFailure) in
            var options = git_fetch_options()
            try check(git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION)))
            options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
            options.prune = GIT_FETCH_NO_PRUNE
            options.update_fetchhead = 0
            session.serve(&options.callbacks)
            var names = WireSource.specifications(for: head).map { strdup($0) }
            defer { for name in names { free(name) } }
            try names.withUnsafeMutableBufferPointer { (names) throws(LibraryFailure) in
                var list = git_strarray(strings: names.baseAddress, count: names.count)
                try check(git_remote_fetch(remote, &list, &options, nil))
            }
        }
    }

    /// Which references are brought, to be kept under names of our own.
    private static func specifications(for head: RemoteHead) -> [String] {
        var name = head.name
        if !name.hasPrefix("refs/"), name != "HEAD" {
            // Most servers hand over no commit by its id alone.
            guard let holder = head.references.filter({ $0.value == head.id }).keys.min() else {
                return ["heads", "tags"].map { "+refs/\($0)/*:refs/mooring/\($0)/*" }
            }
            name = holder
        }
        return ["+\(name):\(Mirror.reference(for: name))"]
    }

    private func converse<T>(
        _ mirror: Repository?, _ body: (_ remote: OpaquePointer, WireSession) throws(LibraryFailure) -> T
    ) throws(LibraryFailure) -> T {
        let session: WireSession
        do throws(GitError) {
            session = WireSession(try wire(mirror), mostBytes: mostBytes, breaker)
        } catch {
            throw LibraryFailure(error)
        }
        // The remote hangs up when it is freed, and so goes first.
        defer { withExtendedLifetime(session) {} }
        do throws(LibraryFailure) {
            let remote = try make { made in
                if let mirror {
                    git_remote_create_anonymous(made, mirror.handle, url)
                } else {
                    git_remote_create_detached(made, url)
                }
            }
            defer { git_remote_free(remote) }
            return try body(remote, session)
        } catch {
            throw session.failure.map { LibraryFailure($0) } ?? error
        }
    }

    private func references(of remote: OpaquePointer) throws(LibraryFailure) -> Advertisement {
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try check(git_remote_ls(&heads, &count, remote))
        var told = Advertisement()
        for index in 0..<min(count, Advertisement.mostReferences) {
            guard let head = heads?[index]?.pointee, let name = head.name.map({ String(cString: $0) }) else { continue }
            told.add(name, ObjectID(head.oid).text)
            if name == "HEAD", let target = head.symref_target { told.headName = String(cString: target) }
        }
        return told
    }
}
