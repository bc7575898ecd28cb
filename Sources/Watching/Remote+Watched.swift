package import Files
package import Git
internal import HTTP
package import Resources

extension Remote {
    /// The remote of a watched repository, its secrets resolved by `secret`. `folder` is that of the watch file, which
    /// paths start from.
    package init(
        _ repository: WatchedRepository, folder: String,
        secret: (SecretReference) async throws(FileError) -> Secret
    ) async throws(FileError) {
        let path = { (text: String) in resolvePath(text, from: folder) }
        let access: GitAccess
        switch repository.credentials {
        case .none: access = .none
        case .token(let user, let reference): access = .token(user: user, try await secret(reference))
        case .sshKey(let file, let reference, let user, let hosts):
            var phrase: Secret?
            if let reference { phrase = try await secret(reference) }
            access = .sshKey(path: path(file), passphrase: phrase, user: user, knownHosts: hosts.map(path))
        case .sshAgent(let user, let hosts): access = .sshAgent(user: user, knownHosts: hosts.map(path))
        }
        self.init(
            url: Remote.isPath(repository.url) ? path(repository.url) : repository.url, access: access,
            caFile: repository.caFile.map(path),
            clientCertificate: repository.clientCertificate.map {
                TransportConfiguration.ClientCertificate(certificateFile: path($0.certificate), keyFile: path($0.key))
            }, mostFetchedBytes: repository.mostFetchedBytes)
    }

    /// Whether a text names a folder of this machine: neither `scheme://…` nor `user@host:path`.
    private static func isPath(_ url: String) -> Bool {
        if url.hasPrefix("/") || url.hasPrefix("./") || url.hasPrefix("../") { return true }
        let host = url.prefix { $0 != "/" }
        return !url.contains("://") && !host.contains(":")
    }
}
