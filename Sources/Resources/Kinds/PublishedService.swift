extension KindDefinition {
    static let publishedService = KindDefinition(
        kind: .publishedService,
        text:
            "A published service on the API Deployer: the versions that deployments choose from. Publishing a package creates it anyway.",
        identity: [Field("name", .identifier, "The published service's id.", origin: "client 15.2.0", required: true)],
        fields: [
            permissions(["read", "write", "deploy", "admin"], origin: "inferred"),
            Field("owner", .string, "The login of its owner.", origin: "inferred"),
            raw,
        ])
}
