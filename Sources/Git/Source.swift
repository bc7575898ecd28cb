internal import Files
internal import HTTP
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

/// Who asks a repository: keeps what is worth keeping from one question to the next.
struct SourceOpener {
    private let remote: Remote
    private let place: String
    private let breaker: Breaker
    /// Nil where it is not had by HTTP.
    private let transport: CurlTransport?

    init(_ remote: Remote, place: String, _ breaker: Breaker) {
        self.remote = remote
        self.place = place
        self.breaker = breaker
        guard case .http? = try? RepositoryPlace(remote.url) else {
            transport = nil
            return
        }
        transport = SharedTransports.transport(
            TransportConfiguration(
                caFile: remote.caFile, clientCertificate: remote.clientCertificate,
                // Some servers answer git alone.
                userAgent: "git/2.0 (mooring)"))
    }

    /// The address's kind of source.
    func open() throws(LibraryFailure) -> any Source {
        do throws(GitError) {
            try breaker.check()
            let breaker = breaker
            switch try RepositoryPlace(remote.url) {
            case .folder(let path):
                return try LocalSource(path, place: place, mostBytes: remote.mostFetchedBytes, breaker)
            case .http(let url):
                guard let transport else { preconditionFailure("an HTTP address has a transport") }
                let remote = remote
                return WireSource(url: url, mostBytes: remote.mostFetchedBytes, breaker: breaker) {
                    (mirror) throws(GitError) in
                    try HTTPWire(
                        url: url, transport: transport, access: remote.access, timeout: remote.timeout,
                        mostBytes: remote.mostFetchedBytes, incoming: mirror.map { $0.path + "mooring-incoming" },
                        breaker)
                }
            case .ssh(let address):
                let (remote, place) = (remote, place)
                return WireSource(url: place, mostBytes: remote.mostFetchedBytes, breaker: breaker) {
                    (_) throws(GitError) in
                    SSHWire(
                        try SSHCommand(
                            address, remote.access, place: place, timeout: remote.timeout,
                            variables: inheritedVariables()),
                        timeout: remote.timeout, mostBytes: remote.mostFetchedBytes, breaker)
                }
            }
        } catch {
            throw LibraryFailure(error)
        }
    }
}
