package import Files
package import HTTP
internal import Resources

/// Where a repository lies, and how to get in.
package struct Remote: Sendable {
    /// An absolute path on this machine, `file://…`, `https://…`, `http://…`, `ssh://…` or `git@host:path`.
    package var url: String
    package var access: GitAccess
    /// An absolute path: a PEM file with the authorities to trust instead of the system's.
    package var caFile: String?
    package var clientCertificate: TransportConfiguration.ClientCertificate?
    /// What one fetch may bring.
    package var mostFetchedBytes: Int
    /// How long a server may keep silent, and how long a look-up may take.
    package var timeout: Duration

    package static let defaultTimeout = Duration.seconds(30)

    package init(
        url: String, access: GitAccess = .none, caFile: String? = nil,
        clientCertificate: TransportConfiguration.ClientCertificate? = nil,
        mostFetchedBytes: Int = WatchedRepository.defaultFetchedBytes, timeout: Duration = Remote.defaultTimeout
    ) {
        self.url = url
        self.access = access
        self.caFile = caFile
        self.clientCertificate = clientCertificate
        self.mostFetchedBytes = mostFetchedBytes
        self.timeout = timeout
    }
}

/// How we prove ourselves to a git server.
package enum GitAccess: Sendable {
    case none
    /// HTTPS: basic authentication.
    case token(user: String, Secret)
    /// SSH: a private key in a file, with its pass phrase. Known hosts: a file, else the user's own.
    case sshKey(path: String, passphrase: Secret?, user: String, knownHosts: String?)
    /// SSH: the agent that `SSH_AUTH_SOCK` names.
    case sshAgent(user: String, knownHosts: String?)
}
