internal import Resources

/// A repository that is fetched from.
protocol Source {
    /// Asks where a reference points to, in one request.
    func lookUp(_ selector: RefSelector, place: String) throws(LibraryFailure) -> RemoteHead
    /// Brings a commit, and all that it needs, as far as the mirror lacks it.
    ///
    /// `known` are the commits that the mirror has with all that they need.
    func fetch(_ head: RemoteHead, into mirror: Repository, known: [ObjectID]) throws(LibraryFailure)
}

/// The address's kind of source.
func source(of remote: Remote, place: String) throws(LibraryFailure) -> any Source {
    do throws(GitError) {
        switch try RepositoryPlace(remote.url) {
        case .folder(let path):
            return try LocalSource(path, place: place, mostBytes: remote.mostFetchedBytes)
        case .http, .ssh:
            throw GitError(.unsupported, "soon")
        }
    } catch {
        throw LibraryFailure(error)
    }
}
