package import Diagnostics

/// One repository that the daemon follows.
package struct WatchedRepository: Sendable {
    /// As the webhook's path and the page have it: `/hooks/NAME`.
    package var name: String
    /// `https://…`, `ssh://…`, `git@host:path`, or a path on this machine, relative to the file.
    package var url: String
    package var ref: RefSelector
    /// The folder of the commit that holds `mooring.yaml`; `.` is the top.
    package var path: String
    /// Between two look-ups, before jitter.
    package var interval: Duration
    package var credentials: GitCredentials
    /// A PEM file with the authorities to trust, relative to the file.
    package var caFile: String?
    package var clientCertificate: Connection.ClientCertificate?
    package var verification: CommitVerification
    /// Whether a history that does not contain the live commit any more is followed.
    package var allowsRewrites: Bool
    /// What one fetch may bring, in bytes.
    package var mostFetchedBytes: Int
    package var webhook: WebhookSettings?
    package var forge: ForgeSettings?
    /// In the order written.
    package var environments: [WatchedEnvironment]
    package var mark: SourceMark

    package static let defaultFetchedBytes = 512 << 20

    package init(
        name: String, url: String, ref: RefSelector = .head, path: String = ".",
        interval: Duration = Watch.defaultInterval, credentials: GitCredentials = .none, caFile: String? = nil,
        clientCertificate: Connection.ClientCertificate? = nil,
        verification: CommitVerification = CommitVerification(), allowsRewrites: Bool = false,
        mostFetchedBytes: Int = WatchedRepository.defaultFetchedBytes, webhook: WebhookSettings? = nil,
        forge: ForgeSettings? = nil, environments: [WatchedEnvironment], mark: SourceMark
    ) {
        self.name = name
        self.url = url
        self.ref = ref
        self.path = path
        self.interval = interval
        self.credentials = credentials
        self.caFile = caFile
        self.clientCertificate = clientCertificate
        self.verification = verification
        self.allowsRewrites = allowsRewrites
        self.mostFetchedBytes = mostFetchedBytes
        self.webhook = webhook
        self.forge = forge
        self.environments = environments
        self.mark = mark
    }

    package func environment(_ name: String) -> WatchedEnvironment? { environments.first { $0.name == name } }

    /// The secrets of the repository's own settings and of its environments' connections.
    package var secrets: [SecretReference] {
        let key = clientCertificate.map { SecretReference.file($0.key) }
        return credentials.secrets + [key, webhook?.secret, forge?.token].compactMap { $0 }
            + environments.flatMap { ($0.designer?.ownSecrets ?? []) + $0.deployer.ownSecrets }
    }
}

/// Which commit of a repository is followed.
package enum RefSelector: Hashable, Sendable {
    /// What the repository's `HEAD` points to.
    case head
    case branch(String)
    case tag(String)
    /// The highest version among the tags (`v1.2.3` or `1.2.3`) within a range, as `>=1.2 <2`.
    case semver(String)
    /// 40 or 64 hexadecimal digits.
    case commit(String)

    /// As a watch file has it: `branch main`.
    package var text: String {
        switch self {
        case .head: "HEAD"
        case .branch(let name): "branch \(name)"
        case .tag(let name): "tag \(name)"
        case .semver(let range): "semver \(range)"
        case .commit(let id): "commit \(id)"
        }
    }
}

/// How we prove ourselves to a git server.
package enum GitCredentials: Hashable, Sendable {
    case none
    /// HTTPS: sent as basic authentication. Any name does where the server looks at the token alone.
    case token(user: String, SecretReference)
    /// SSH: a private key in a file, relative to the watch file.
    case sshKey(path: String, passphrase: SecretReference?, user: String, knownHosts: String?)
    /// SSH: the agent that `SSH_AUTH_SOCK` names.
    case sshAgent(user: String, knownHosts: String?)

    /// Private keys count: no manifest may use them.
    package var secrets: [SecretReference] {
        switch self {
        case .none, .sshAgent: []
        case .token(_, let secret): [secret]
        case .sshKey(let path, let secret, _, _): [.file(path)] + (secret.map { [$0] } ?? [])
        }
    }
}

/// Which commits must be signed, and by whom.
package struct CommitVerification: Hashable, Sendable {
    package enum Mode: String, Hashable, Sendable, CaseIterable {
        case none
        /// The commit that is applied.
        case head
        /// That one, and each one since the commit that was applied last.
        case strict
    }

    package var mode: Mode
    /// A file of SSH's `allowed_signers` form, relative to the watch file.
    package var allowedSigners: String?
    /// A file with OpenPGP public keys, armoured or not, relative to the watch file.
    package var openPGPKeys: String?

    package init(mode: Mode = .none, allowedSigners: String? = nil, openPGPKeys: String? = nil) {
        self.mode = mode
        self.allowedSigners = allowedSigners
        self.openPGPKeys = openPGPKeys
    }
}

/// Who calls when something was pushed, and how the call proves itself.
package struct WebhookSettings: Hashable, Sendable {
    package enum Provider: String, Hashable, Sendable, CaseIterable {
        case github, gitlab, gitea, bitbucket
        /// `X-Mooring-Signature: sha256=HEX`, over `X-Mooring-Timestamp`, a dot and the body.
        case generic
    }

    package let provider: Provider
    package let secret: SecretReference

    package init(provider: Provider, secret: SecretReference) {
        self.provider = provider
        self.secret = secret
    }
}

/// Where commits' states and pull requests' comments are written.
package struct ForgeSettings: Hashable, Sendable {
    package enum Provider: String, Hashable, Sendable, CaseIterable { case github, gitlab, gitea }

    package let provider: Provider
    /// Where its API lies, as `https://api.github.com` or `https://gitlab.example.com/api/v4`; no slash at the end.
    package let api: String
    /// `owner/name`; of GitLab the whole path.
    package let repository: String
    package let token: SecretReference
    /// Whether open pull requests get a plan as a comment.
    package let pullRequests: Bool

    package init(
        provider: Provider, api: String, repository: String, token: SecretReference, pullRequests: Bool = true
    ) {
        self.provider = provider
        self.api = api
        self.repository = repository
        self.token = token
        self.pullRequests = pullRequests
    }
}
