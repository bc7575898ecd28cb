internal import JSON

extension KindDefinition {
    static let deployment = KindDefinition(
        kind: .deployment,
        text: "A published service that runs on an infrastructure, in one version or in several by weight.",
        identity: [Field("name", .identifier, "The deployment's id.", origin: "client 15.2.0", required: true)],
        fields: [
            Field(
                "publishedServiceId", .identifier, "The published service that is deployed.", origin: "client 15.2.0",
                required: true, immutable: true),
            Field(
                "infraId", .identifier, "The infrastructure that it runs on.", origin: "client 15.2.0", required: true,
                immutable: true),
            Field(
                "endpointId", .identifier, "The one endpoint to deploy, on deploy-anywhere infrastructures.",
                origin: "client 15.2.0", immutable: true),
            Field(
                "version", .identifier,
                "The version that answers: an id, or `auto` for that of the declared package.",
                origin: "client 15.2.0", wire: "generationsMapping", example: "v3"),
            Field(
                "generations",
                .keyedList(
                    key: "generation",
                    [
                        Field("generation", .identifier, "A version's id.", origin: "docs", required: true),
                        Field(
                            "proba", .number, "The share of queries it answers, 0 to 1; all add up to 1.",
                            origin: "docs", required: true),
                    ]), "Several versions by weight, instead of `version`.", origin: "inferred",
                wire: "generationsMapping", example: "[{generation: v1, proba: 0.9}, {generation: v2, proba: 0.1}]"),
            Field("enabled", .boolean, "Whether it answers queries.", origin: "client 15.2.0", default: true),
            Field(
                "authorizationsToQueryThroughDeployer",
                .keyedList(
                    key: "group",
                    [
                        Field("group", .string, "A group of DSS users.", origin: "client 15.2.0", required: true),
                        Field(
                            "queryThroughDeployer", .boolean, "Whether it may query through the deployer.",
                            origin: "client 15.2.0"),
                    ]), "Who may query through the deployer.", origin: "client 15.2.0"),
            Field(
                "rollout", .object(rolloutFields), "How Mooring rolls out; never sent to DSS.", origin: "mooring",
                wire: "-"),
            raw,
        ])

    private static let rolloutFields = [
        Field(
            "health", .list(.enumeration(["HEALTHY", "WARNING"])),
            "The states that count as success.", origin: "mooring", default: ["HEALTHY"]),
        Field(
            "timeout", .duration, "How long an update may take until it is healthy.", origin: "mooring", default: "30m"),
        Field(
            "failAfter", .duration, "How long ERROR or UNHEALTHY may last before the roll-out has failed.",
            origin: "mooring", default: "60s"),
        Field(
            "onFailure", .enumeration(["hold", "rollback"]),
            "What a failed roll-out leaves: the failed state to look at, or the mapping and settings before.",
            origin: "mooring", default: "hold"),
        Field(
            "ignoreWarnings",
            .object([
                Field("reason", .string, "Why warnings of DSS are passed over.", origin: "mooring", required: true),
                Field("until", .date, "The last day it holds.", origin: "mooring"),
            ]), "Passes over warnings when saving, with a reason.", origin: "mooring", wire: "ignoreWarnings"),
    ]
}
