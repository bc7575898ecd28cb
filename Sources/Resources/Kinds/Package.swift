internal import JSON

extension KindDefinition {
    static let package = KindDefinition(
        kind: .package,
        text:
            "The version of an API service that should exist now. A package is a snapshot; it is made once and never changed.",
        identity: [project, service],
        fields: packageFields)

    static let packageFields = [
        Field(
            "version", .identifier,
            "The id, or `auto` for an id that is derived from the service's definition, as the environment has it that makes the version.",
            origin: "client 15.2.0", required: true, wire: "id", example: "v3"),
        Field(
            "revision", .string, "With `version: auto`: any text that should lead to another id, as a model's version.",
            origin: "mooring", wire: "-"),
        Field(
            "releaseNotes", .string, "Notes that DSS keeps with the package.", origin: "client 15.2.0"),
        Field(
            "publish",
            .either([
                .boolean,
                .object([
                    Field(
                        "service", .identifier, "The published service.", origin: "client 15.2.0", required: true,
                        wire: "publishedServiceId")
                ]),
            ]),
            "Where the package is published on the API Deployer: `true` for the same id as the service, `{service: ID}` for another, `false` for nowhere.",
            origin: "client 15.2.0", default: true, wire: "publishedServiceId"),
        Field(
            "archive",
            .object([
                Field("file", .path, "The archive, in the workspace.", origin: "mooring", required: true),
                Field(
                    "sha256", .string,
                    "The archive's SHA-256 in hexadecimal; another one is an error, and so is another one under a version that is published. Without it, an archive that changes under a published version is not noticed.",
                    origin: "mooring"),
            ]),
            "A package archive that is imported straight into the published service, instead of one made on the design node.",
            origin: "client 15.2.0", wire: "-"),
    ]
}
