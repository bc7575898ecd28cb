internal import JSON

extension KindDefinition {
    static let apiService = KindDefinition(
        kind: .apiService,
        text: "An API service on the design node: settings that its endpoints share. No call deletes one.",
        identity: [project, Field("name", .identifier, "The service's id.", origin: "client 15.2.0", required: true)],
        fields: [
            Field(
                "authMethod", .enumeration(["PUBLIC", "API_KEYS", "OAUTH2"]), "Who may query the service.",
                origin: "client 15.2.0", default: "PUBLIC"),
            Field(
                "authRealm",
                .object([
                    Field(
                        "queryKeys", .set(.secret), "The keys that may query, with `authMethod: API_KEYS`.",
                        origin: "client 11.4.1", example: "[{env: SCORING_KEY}]")
                ]), "Keys for `authMethod: API_KEYS`.", origin: "client 11.4.1"),
            Field(
                "oauth2Config", .openMap, "Settings for `authMethod: OAUTH2`; its fields are not documented.",
                origin: "client 11.4.1"),
            Field(
                "tags", .set(.string), "Tags; DSS sorts them, so their order does not count.", origin: "client 11.4.1"),
            Field("customFields", .openMap, "Custom fields, kept verbatim by DSS.", origin: "sample"),
            Field(
                "endpoints",
                .keyedList(
                    key: "id",
                    [Field("id", .identifier, "The endpoint's id.", origin: "client 15.2.0", required: true)]
                        + endpointFields),
                "The service's endpoints, written inline. Each is a resource of its own: `Endpoint/PROJECT/SERVICE/ID`.",
                origin: "client 15.2.0"),
            Field("package", .object(packageFields), "The service's package, written inline.", origin: "mooring"),
            raw,
        ])

    /// The project that a design-side object belongs to.
    static let project = Field(
        "project", .identifier, "The key of the DSS project.", origin: "client 15.2.0", required: true)
    /// The service that an endpoint or a package belongs to.
    static let service = Field(
        "service", .identifier, "The id of the API service.", origin: "client 15.2.0", required: true)
}
