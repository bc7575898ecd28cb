package import Diagnostics

/// A folder with `mooring.yaml`: where manifests lie and which environments exist.
package struct Workspace: Sendable {
    package var name: String
    /// Files, folders and globs, relative to `mooring.yaml`.
    package var manifests: [String]
    package var secrets: SecretPolicy
    /// Where what was applied is remembered.
    package var state: StateSettings
    /// In the order written.
    package var environments: [Environment]
    /// What a watch file says over it; nil for a workspace in a folder.
    package var governance: Governance?

    package init(
        name: String, manifests: [String], secrets: SecretPolicy, state: StateSettings = StateSettings(),
        environments: [Environment]
    ) {
        self.name = name
        self.manifests = manifests
        self.secrets = secrets
        self.state = state
        self.environments = environments
    }

    package func environment(_ name: String) -> Environment? { environments.first { $0.name == name } }

    /// The secrets of all connections, of the state and of the daemon, each once: what no manifest may use unless it is
    /// allowed by name.
    package var ownSecrets: [SecretReference] {
        var seen: Set<SecretReference> = []
        let all =
            environments.flatMap { ($0.designer?.ownSecrets ?? []) + $0.deployer.ownSecrets } + state.secrets
            + (governance?.secrets ?? [])
        return all.filter { seen.insert($0).inserted }
    }
}

/// Who governs a workspace that lies in a commit: the watch file, and what it keeps for itself.
package struct Governance: Hashable, Sendable {
    /// The watch file, as messages name it.
    package let file: String
    /// The secrets of the daemon itself.
    package let secrets: [SecretReference]
    /// The environments that the commit has and nobody watches: documents may be for them.
    package let unwatched: [String]

    package init(file: String, secrets: [SecretReference], unwatched: [String]) {
        self.file = file
        self.secrets = secrets
        self.unwatched = unwatched
    }
}

/// One set of live nodes, and what is special about it.
package struct Environment: Sendable {
    package var name: String
    /// The design node. Without one, design-side kinds are references only.
    package var designer: Connection?
    package var deployer: Connection
    /// The environment whose deployer lacking versions are copied from.
    package var promotesFrom: String?
    /// For `${var.NAME}`; the values are strings, numbers, booleans, lists or maps.
    package var variables: [String: DeclaredValue]
    /// Files, folders and globs whose documents merge over the manifests.
    package var overlays: [String]
    /// Manifests besides the workspace's.
    package var manifests: [String]
    package var limits: Limits
    package var policy = Policy()
    /// Whether an apply needs the digest of an approved plan.
    package var approval: ApprovalMode = .none
    /// Whether what Mooring owns is deleted when no manifest declares it any more.
    package var prune = false
    /// Literals of the wire that are inferred, overridden by name.
    package var dialect: [String: String]
    package var mark: SourceMark

    package init(
        name: String, designer: Connection?, deployer: Connection, promotesFrom: String? = nil,
        variables: [String: DeclaredValue] = [:], overlays: [String] = [], manifests: [String] = [],
        limits: Limits = Limits(), dialect: [String: String] = [:], mark: SourceMark
    ) {
        self.name = name
        self.designer = designer
        self.deployer = deployer
        self.promotesFrom = promotesFrom
        self.variables = variables
        self.overlays = overlays
        self.manifests = manifests
        self.limits = limits
        self.dialect = dialect
        self.mark = mark
    }
}

/// Who must agree to a plan before it is applied.
package enum ApprovalMode: String, Hashable, Sendable {
    case none
    /// `apply --approve DIGEST`: somebody looked at this very plan.
    case required
}

/// How to reach one DSS node.
package struct Connection: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        /// Scheme, host and port, and a path where DSS lies below one; no trailing slash.
        case url(String)
        /// The built-in emulator with its data in this folder, relative to the workspace.
        case sandbox(String)
    }

    package enum Authentication: Hashable, Sendable {
        /// The sandbox's own key.
        case none
        case apiKey(SecretReference)
        case bearerToken(SecretReference)
    }

    package enum HeaderValue: Hashable, Sendable {
        case text(String)
        case secret(SecretReference)
    }

    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: HeaderValue

        package init(name: String, value: HeaderValue) {
            self.name = name
            self.value = value
        }
    }

    package struct ClientCertificate: Hashable, Sendable {
        /// Paths of PEM files, as resolved against the file that names them.
        package let certificate: String
        package let key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package var target: Target
    package var authentication: Authentication
    package var basePath: String
    package var headers: [Header]
    package var proxyUser: String?
    package var verifyTLS: Bool
    /// A PEM file's path, as resolved against the file that names it.
    package var caFile: String?
    package var clientCertificate: ClientCertificate?
    package var mark: SourceMark

    package static let defaultBasePath = "/dip/publicapi"

    package init(
        target: Target, authentication: Authentication, basePath: String = defaultBasePath, headers: [Header] = [],
        proxyUser: String? = nil, verifyTLS: Bool = true, caFile: String? = nil,
        clientCertificate: ClientCertificate? = nil, mark: SourceMark
    ) {
        self.target = target
        self.authentication = authentication
        self.basePath = basePath
        self.headers = headers
        self.proxyUser = proxyUser
        self.verifyTLS = verifyTLS
        self.caFile = caFile
        self.clientCertificate = clientCertificate
        self.mark = mark
    }

    /// What stands for the node in a plan: the URL, or `sandbox:` and the folder.
    package var targetText: String {
        switch target {
        case .url(let url): url
        case .sandbox(let folder): "sandbox:\(folder)"
        }
    }

    /// All secrets that the connection uses.
    package var secrets: [SecretReference] {
        let key: [SecretReference] =
            switch authentication {
            case .none: []
            case .apiKey(let secret), .bearerToken(let secret): [secret]
            }
        return key
            + headers.compactMap { if case .secret(let secret) = $0.value { secret } else { nil } }
    }

    /// Those, and the private key of its certificate: what no manifest may use.
    package var ownSecrets: [SecretReference] { secrets + (clientCertificate.map { [.file($0.key)] } ?? []) }
}

/// Bounds on what one run may do.
package struct Limits: Hashable, Sendable {
    /// Requests under way at once.
    package var concurrency = 16
    /// Deployment updates under way at once. Hooks on the server fail beyond 3.
    package var updates = 3
    package var requestTimeout: Duration = .seconds(30)
    package var maxChanges = Bound.count(500)
    package var maxDeletes = Bound.count(0)
    package var stopAfterFailures = 3

    package init() {}
}

/// Which secrets manifests may use; connections may use any.
package struct SecretPolicy: Hashable, Sendable {
    /// Globs of variable names; nil: any but those that connections use.
    package var environment: [String]?
    /// Globs of paths; nil: any but those that connections use, and what lies in `/proc` and `/sys`.
    package var files: [String]?
    /// Globs of commands (the first word); none unless listed.
    package var commands: [String]

    package init(environment: [String]? = nil, files: [String]? = nil, commands: [String] = []) {
        self.environment = environment
        self.files = files
        self.commands = commands
    }
}
