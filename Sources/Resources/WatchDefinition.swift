internal import JSON

/// The fields of a watch file's `spec`, and of what stands inside them.
package enum WatchDefinition {
    package static let text =
        "What `mooring watch` follows and what it may do: repositories, their environments and connections. No commit can change it."

    package static let fields = [
        Field(
            "data", .path,
            "A folder for mirrors, state and plans, relative to this file. One daemon at a time uses it.",
            origin: "mooring", required: true, example: "/var/lib/mooring"),
        Field(
            "listen", .string, "Host and port of the page, the calls and the webhooks. Port 0 takes a free one.",
            origin: "mooring", default: "127.0.0.1:8080", example: "0.0.0.0:8080"),
        Field(
            "url", .string, "How people reach the page, for links in news. Without it links are left out.",
            origin: "mooring", example: "https://mooring.example.com"),
        Field(
            "tokens", .map(.secret),
            "Who may act on the page and by its calls, by name. Without one, nobody may; everybody who reaches it may read.",
            origin: "mooring", example: "{ann: {env: ANN_TOKEN}}"),
        interval("Between two look-ups of a repository; each varies by a tenth. A default for all repositories."),
        WorkspaceDefinition.secrets(
            "Which secrets the manifests of all commits may use. Without it: none. Paths are absolute."),
        Field(
            "state",
            .object([
                Field(
                    "postgres", .secret,
                    "A PostgreSQL server. The secret is a connection string, as `postgres://user:password@host/database`. A repository's name stands for the workspace's.",
                    origin: "mooring", required: true, example: "{env: MOORING_STATE_URL}"),
                Field(
                    "fingerprintKey", .secret,
                    "What fingerprints of secrets are keyed by; the same as for all who share the state.",
                    origin: "mooring", required: true, example: "{env: MOORING_FINGERPRINT_KEY}"),
            ]), "Where it is remembered what was applied; without it a file for each repository below `data`.",
            origin: "mooring"),
        WorkspaceDefinition.limits, WorkspaceDefinition.policy,
        Field(
            "notifications", .keyedList(key: "name", notificationFields), "Who is told what happens.",
            origin: "mooring"),
        Field(
            "repositories", .keyedList(key: "name", repositoryFields), "What is followed.", origin: "mooring",
            required: true),
    ]

    package static let repositoryFields = [
        Field(
            "name", .identifier,
            "As the page and the webhook have it: `/hooks/NAME`. Letters, digits, `.`, `_` and `-`.",
            origin: "mooring", required: true),
        Field(
            "url", .string,
            "`https://…`, `ssh://…` or `user@host:path`; or a path on this machine, relative to this file.",
            origin: "mooring", required: true, example: "https://git.example.com/ml/churn.git"),
        Field(
            "ref",
            .object([
                Field("branch", .string, "The newest commit of a branch.", origin: "mooring"),
                Field("tag", .string, "The commit of a tag.", origin: "mooring"),
                Field(
                    "semver", .string, "The tag with the highest version (`v1.2.3` or `1.2.3`) within a range.",
                    origin: "mooring", example: "\">=1.2 <2\""),
                Field("commit", .string, "One commit, in 40 or 64 hexadecimal digits.", origin: "mooring"),
            ]), "Which commit is followed, by one of these. Without it: what the repository's HEAD points to.",
            origin: "mooring", example: "{branch: main}"),
        Field(
            "path", .string, "The folder of the repository that holds `mooring.yaml`.", origin: "mooring",
            default: ".", example: "apis"),
        interval("Between two look-ups; each varies by a tenth. By default as in `spec`."),
        credentials,
        Field(
            "caFile", .path, "A PEM file with the authorities to trust, for `https`.", origin: "mooring"),
        Field(
            "clientCertificate",
            .object([
                Field("cert", .path, "A PEM file with the certificate.", origin: "mooring", required: true),
                Field("key", .path, "A PEM file with the key.", origin: "mooring", required: true),
            ]), "A client certificate, for `https`.", origin: "mooring"),
        verification,
        Field(
            "allowRewrites", .boolean,
            "Whether a history is followed that does not contain the live commit any more, as after a forced push.",
            origin: "mooring", default: false),
        Field(
            "maxFetch", .form(.size), "What one fetch may bring.", origin: "mooring", default: "512MiB",
            example: "1GiB"),
        Field(
            "webhook",
            .object([
                Field(
                    "provider", .enumeration(WebhookSettings.Provider.allCases.map(\.rawValue)),
                    "Who calls; `generic` signs with `X-Mooring-Signature`.", origin: "mooring", required: true),
                Field(
                    "secret", .secret, "What the calls are signed with.", origin: "mooring", required: true,
                    example: "{env: CHURN_HOOK}"),
            ]), "Lets POST `/hooks/NAME` start a look-up at once.", origin: "mooring"),
        forge,
        Field(
            "environments", .map(.object(environmentFields)),
            "Which environments of the repository's `mooring.yaml` are kept at the commit, and how.",
            origin: "mooring", required: true),
    ]

    package static let environmentFields = [
        Field(
            "apply", .enumeration(WatchedEnvironment.Mode.allCases.map(\.rawValue)),
            "`auto` applies each new commit; `approve` plans it, and applies once somebody approves the plan's digest; `plan-only` never writes.",
            origin: "mooring", default: "auto"),
        Field(
            "drift", .enumeration(WatchedEnvironment.DriftMode.allCases.map(\.rawValue)),
            "`detect` tells what changed live; `heal` puts back what was applied, too.", origin: "mooring",
            default: "detect"),
        Field(
            "driftInterval", .duration, "Between two readings of what is live, at least 1s.", origin: "mooring",
            default: .string(WatchedEnvironment.defaultDriftInterval.text)),
        Field(
            "windows", .list(.object(WorkspaceDefinition.freezeFields)),
            "When something may be written; always where there is none. Freezes of the policy go over it.",
            origin: "mooring",
            example: "[{days: [Mon, Tue, Wed, Thu], from: 09:00, until: 16:00, timeZone: Europe/Berlin}]"),
        Field(
            "onFailure", .enumeration(["rollback", "hold"]),
            "What becomes of a deployment that ends unhealthy: it goes back to what it was, or it stays. The commit is held either way.",
            origin: "mooring", default: "rollback"),
        Field(
            "sandbox", .path, "The built-in emulator as design node and deployer, its data in this folder.",
            origin: "mooring", example: "sandbox"),
        Field(
            "designer", .object(WorkspaceDefinition.connectionFields),
            "The design node. Without one, services, endpoints and packages are only referred to.", origin: "mooring"),
        Field(
            "deployer", .object(WorkspaceDefinition.connectionFields), "The API Deployer; by default the designer.",
            origin: "mooring"),
        WorkspaceDefinition.limits, WorkspaceDefinition.policy, WorkspaceDefinition.prune,
        WorkspaceDefinition.dialect,
    ]
}

extension WatchDefinition {
    private static func interval(_ text: String) -> Field {
        Field("interval", .duration, text + " At least 1s.", origin: "mooring", default: .string("30s"))
    }

    private static let credentials = Field(
        "credentials",
        .object([
            Field("token", .secret, "For `https`: a token or a password.", origin: "mooring"),
            Field("sshKey", .path, "For SSH: a file with a private key.", origin: "mooring"),
            Field(
                "sshAgent", .boolean, "For SSH: `true` asks the agent that `SSH_AUTH_SOCK` names.", origin: "mooring"),
            Field(
                "user", .string,
                "The login; many servers look at the token alone. By default the one of `url`, else `git`.",
                origin: "mooring"),
            Field("passphrase", .secret, "What `sshKey` is encrypted with.", origin: "mooring"),
            Field(
                "knownHosts", .path,
                "For SSH: a file with the servers' keys. By default that of the user who runs the daemon.",
                origin: "mooring"),
        ]), "How the daemon proves itself to the git server: one of `token`, `sshKey` and `sshAgent`.",
        origin: "mooring", example: "{token: {file: /run/secrets/git}}")

    private static let verification = Field(
        "verify",
        .object([
            Field(
                "mode", .enumeration(CommitVerification.Mode.allCases.map(\.rawValue)),
                "`head`: the commit that is applied must be signed; `strict`: each one since the last that was applied, too.",
                origin: "mooring", required: true),
            Field(
                "allowedSigners", .path, "A file as SSH's `allowed_signers`: whose SSH keys count.",
                origin: "mooring", example: "/etc/mooring/signers"),
            Field(
                "openPGPKeys", .path, "A file with the OpenPGP public keys that count, armoured or not.",
                origin: "mooring"),
        ]), "Which commits must be signed, and by whom.", origin: "mooring")

    private static let forge = Field(
        "forge",
        .object([
            Field(
                "provider", .enumeration(ForgeSettings.Provider.allCases.map(\.rawValue)),
                "What serves the repository.",
                origin: "mooring", required: true),
            Field(
                "api", .string,
                "Where its API lies. By default that of github.com or gitlab.com, for repositories there.",
                origin: "mooring", example: "https://gitlab.example.com/api/v4"),
            Field(
                "repository", .string,
                "`owner/name`; of GitLab the whole path. By default as in the repository's `url`.",
                origin: "mooring", example: "ml/churn"),
            Field("token", .secret, "What may write states and comments.", origin: "mooring", required: true),
            Field(
                "pullRequests", .boolean, "Whether open pull requests get a plan as a comment.", origin: "mooring",
                default: true),
        ]), "Where commits' states and pull requests' comments are written.", origin: "mooring")

    package static let notificationFields = [
        Field("name", .string, "As logs and metrics tell it.", origin: "mooring", required: true),
        Field(
            "events", .set(.enumeration(WatchEvent.allCases.map(\.rawValue))), "What it is told of; by default all.",
            origin: "mooring", example: "[failure, recovery, held]"),
        Field(
            "places", .list(.string), "Globs of `REPOSITORY/ENVIRONMENT`; by default all.", origin: "mooring",
            example: "[\"*/prod\"]"),
        Field(
            "webhook",
            .object([
                Field("url", .secret, "Where JSON is posted to.", origin: "mooring", required: true),
                Field("secret", .secret, "What `X-Mooring-Signature` is made with.", origin: "mooring"),
            ]), "Any receiver of JSON.", origin: "mooring"),
        hook("slack", "Slack's incoming webhook, or one that takes the same."),
        hook("teams", "Microsoft Teams' workflow webhook."),
        Field(
            "email",
            .object([
                Field(
                    "server", .string,
                    "`smtp://host:587`, with STARTTLS unless the host is this machine, or `smtps://host:465`.",
                    origin: "mooring", required: true, example: "smtps://mail.example.com:465"),
                Field("user", .string, "The login.", origin: "mooring"),
                Field("password", .secret, "The login's password.", origin: "mooring"),
                Field("from", .string, "The sender's address.", origin: "mooring", required: true),
                Field("to", .list(.string), "The receivers' addresses.", origin: "mooring", required: true),
                Field("caFile", .path, "A PEM file with the authorities to trust.", origin: "mooring"),
            ]), "Mail.", origin: "mooring"),
    ]

    private static func hook(_ name: String, _ text: String) -> Field {
        Field(
            name,
            .object([
                Field(
                    "url", .secret, "Its URL, which is a secret itself.", origin: "mooring", required: true,
                    example: "{env: HOOK_URL}")
            ]), text, origin: "mooring")
    }
}
