internal import JSON

/// The fields of `mooring.yaml`'s `spec`, and of what stands inside them.
package enum WorkspaceDefinition {
    package static let text = "A folder with `mooring.yaml`: where manifests lie, and which environments exist."

    package static let fields = [
        Field(
            "manifests", .list(.path), "Files, folders and globs with manifests, relative to this file.",
            origin: "mooring", default: ["."], example: "[services, infra]"),
        limits,
        secrets(
            "Which secrets manifests may use. Without it: any variable or file but those that connections and the state use."
        ),
        Field(
            "state",
            .object([
                Field(
                    "file", .path, "A SQLite file, relative to this file. Keep it out of git.", origin: "mooring",
                    default: .string(StateSettings.defaultFile)),
                Field(
                    "postgres", .secret,
                    "Instead of `file`: a PostgreSQL server, where runners come and go or several people apply. The secret is a connection string, as `postgres://user:password@host/database`.",
                    origin: "mooring", example: "{env: MOORING_STATE_URL}"),
                Field(
                    "fingerprintKey", .secret,
                    "What fingerprints of secrets are keyed by; any text that is hard to guess. Required with `postgres`, since all runners must share it; by default a key of its own lies beside the file.",
                    origin: "mooring", example: "{env: MOORING_FINGERPRINT_KEY}"),
            ]), "Where Mooring remembers what it applied.", origin: "mooring"),
        prune,
        policy,
        Field(
            "environments", .map(.object(environmentFields)), "The sets of live nodes, by name.", origin: "mooring",
            required: true),
    ]

    package static let environmentFields = [
        Field(
            "sandbox", .path, "The built-in emulator as design node and deployer, its data in this folder.",
            origin: "mooring", example: ".mooring/sandbox"),
        Field(
            "designer", .object(connectionFields),
            "The design node. Without one, services, endpoints and packages are only referred to.", origin: "mooring"),
        Field("deployer", .object(connectionFields), "The API Deployer; by default the designer.", origin: "mooring"),
        Field(
            "promotesFrom", .string,
            "The environment whose deployer lacking versions are copied from, byte for byte.", origin: "mooring"),
        Field("variables", .openMap, "Values for `${var.NAME}` in manifests.", origin: "mooring"),
        Field("overlays", .list(.path), "Files and folders that merge over the manifests.", origin: "mooring"),
        Field("manifests", .list(.path), "Manifests besides the workspace's.", origin: "mooring"),
        limits, prune,
        Field(
            "approval", .enumeration(["none", "required"]),
            "With `required`, an apply needs `--approve` with the digest of the plan that somebody looked at.",
            origin: "mooring", default: "none"),
        policy,
        dialect,
    ]

    package static let connectionFields = [
        Field(
            "url", .string, "Scheme, host and port of the node.", origin: "client 15.2.0", example: "https://dss:11200"),
        Field("sandbox", .path, "Instead of `url`: the built-in emulator, its data in this folder.", origin: "mooring"),
        Field("apiKey", .secret, "An API key, personal or global.", origin: "client 15.2.0", example: "{env: DSS_KEY}"),
        Field("bearerToken", .secret, "Instead of `apiKey`: a JWT.", origin: "client 15.2.0"),
        Field(
            "basePath", .string, "The path below `url` that the API lies at.", origin: "client 15.2.0",
            default: "/dip/publicapi"),
        Field(
            "headers", .map(.either([.string, .secret])), "Headers sent with each request.", origin: "client 15.2.0"),
        Field(
            "proxyUser", .string, "The login to act as; needs an admin's key.", origin: "client 15.2.0"),
        Field(
            "verifyTLS", .boolean, "`false` turns the check of certificates off, with a warning each run.",
            origin: "client 15.2.0", default: true),
        Field("caFile", .string, "A PEM file with the certificates to trust.", origin: "mooring"),
        Field(
            "clientCertificate",
            .object([
                Field("cert", .string, "A PEM file with the certificate.", origin: "client 15.2.0", required: true),
                Field("key", .string, "A PEM file with the key.", origin: "client 15.2.0", required: true),
            ]), "A client certificate.", origin: "client 15.2.0"),
    ]

    /// `allowed` tells what holds where nothing is allowed.
    static func secrets(_ allowed: String) -> Field {
        Field(
            "secrets",
            .object([
                Field(
                    "allow",
                    .object([
                        Field("env", .list(.string), "Globs of environment variables.", origin: "mooring"),
                        Field("file", .list(.string), "Globs of paths.", origin: "mooring"),
                        Field(
                            "exec", .list(.string), "Globs of commands; none may run unless listed.", origin: "mooring"),
                    ]), allowed, origin: "mooring")
            ]), "What manifests may read as secrets.", origin: "mooring")
    }

    /// Nobody's node answers more at once, and a run with more changes is a mistake.
    private static let counts = 0...1_000_000

    private static let bound = FieldType.either([.integer(counts), .form(.percentage)])

    static let limits = Field(
        "limits",
        .object([
            Field(
                "concurrency", .integer(1...256), "Requests under way at once.", origin: "mooring", default: 16),
            Field(
                "updates", .integer(1...64), "Deployment updates under way at once; hooks on the server fail beyond 3.",
                origin: "mooring", default: 3),
            Field(
                "requestTimeout", .duration,
                "How long a request may take. Where nodes must answer first, as for a deployment's health in a plan, it is a third of it.",
                origin: "mooring", default: "30s"),
            Field(
                "maxChanges", bound, "A plan with more changes is not applied; a percentage is of what is managed.",
                origin: "mooring", default: 500, example: "10%"),
            Field(
                "maxDeletes", bound, "A plan with more deletions is not applied; a percentage is of what is managed.",
                origin: "mooring", default: 0, example: "5%"),
            Field(
                "stopAfterFailures", .integer(1...1_000_000), "An apply starts nothing new after so many failures.",
                origin: "mooring", default: 3),
        ]), "Bounds on what one run may do.", origin: "mooring")

    static let prune = Field(
        "prune", .boolean,
        "Whether an apply deletes what Mooring owns and no manifest declares any more, as with `--prune`.",
        origin: "mooring", default: false)

    static let dialect = Field(
        "dialect", .map(.string), "Literals of the wire that are inferred, by name; see `mooring explain dialect`.",
        origin: "mooring")

    static let policy = Field(
        "policy",
        .object([
            Field(
                "allowPublicAuth", .boolean, "`false` refuses services that answer everybody: `authMethod: PUBLIC`.",
                origin: "mooring"),
            Field(
                "allowIgnoreWarnings", .boolean,
                "`false` refuses deployments with `rollout.ignoreWarnings`, whatever its reason.", origin: "mooring"),
            Field(
                "protect", .list(.string),
                "Globs of addresses that are never deleted or replaced; `*` stands for any text.", origin: "mooring",
                example: "[Infra/*, Deployment/*-prod]"),
            Field(
                "requireTestQueries", .boolean,
                "`true` refuses to package a service while one of its endpoints has no `testQueries`.",
                origin: "mooring"),
            Field(
                "freeze", .list(.object(freezeFields)),
                "Times in which nothing is written. Those that all environments share and the environment's own all hold.",
                origin: "mooring",
                example: "[{from: 2026-12-20T18:00, until: 2027-01-02, timeZone: Europe/Berlin, reason: year's end}]"),
        ]),
        "Rules that a plan must keep; what breaks one is refused. An environment's rules go over those that all share.",
        origin: "mooring")

    static let freezeFields = [
        Field(
            "days", .set(.enumeration(FreezeWindow.dayNames)), "The days on which it begins, each week.",
            origin: "mooring", example: "[Fri, Sat]"),
        Field(
            "from", .form(.time),
            "When it begins: with `days` a time of day, by default 00:00; else a date, with or without a time.",
            origin: "mooring", example: "16:00"),
        Field(
            "until", .form(.time),
            "When it ends: with `days` a time of day, by default 24:00, and before `from` that of the next day; else a date, with or without a time. A date without a time is the last day.",
            origin: "mooring", example: "08:00"),
        Field(
            "timeZone", .string, "A name of the time zone database, or UTC, or an offset.", origin: "mooring",
            required: true, example: "Europe/Berlin"),
        Field("reason", .string, "Why; told to whom it stops.", origin: "mooring"),
    ]
}
