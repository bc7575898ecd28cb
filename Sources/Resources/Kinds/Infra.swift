internal import JSON

extension KindDefinition {
    static let infra = KindDefinition(
        kind: .infra,
        text:
            "An infrastructure of the API Deployer: where deployments run. Only global administrators may create one.",
        identity: [Field("name", .identifier, "The infrastructure's id.", origin: "client 15.2.0", required: true)],
        fields: [
            Field(
                "type", .enumeration(["STATIC", "K8S", "AZURE_ML", "SAGEMAKER", "SNOWPARK", "VERTEX_AI"]),
                "What the infrastructure is. Others by `raw.type`.", origin: "client 15.2.0", immutable: true),
            Field(
                "stage", .string, "The stage of the deployment's life, one that the deployer knows.",
                origin: "client 15.2.0", example: "Production"),
            Field(
                "governCheckPolicy", .enumeration(["NO_CHECK", "WARN", "PREVENT"]),
                "What happens when Govern has not approved a version.", origin: "client 15.2.0", default: "NO_CHECK"),
            Field(
                "apiNodes",
                .keyedList(
                    key: "url",
                    [
                        Field(
                            "url", .string, "The API node's base URL.", origin: "client 15.2.0", required: true,
                            example: "http://apinode-1:12000"),
                        Field(
                            "adminAPIKey", .secret, "The node's admin key. It comes back encrypted.",
                            origin: "client 15.2.0", example: "{env: NODE_KEY}"),
                        Field("graphitePrefix", .string, "A prefix for the node's metrics.", origin: "client 15.2.0"),
                    ]), "The API nodes of a STATIC infrastructure.", origin: "client 15.2.0"),
            permissions(["read", "deploy", "admin"], origin: "sample"),
            Field(
                "carbonAPISettings",
                .object([
                    Field("carbonAPIURL", .string, "Where metrics are read from.", origin: "sample")
                ]), "Settings of the metrics server.", origin: "sample"),
            raw,
        ])
}
