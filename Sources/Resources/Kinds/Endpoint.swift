/// The endpoint types that score a saved model, which they name by `modelRef`.
package let modelEndpointTypes = [
    "STD_PREDICTION", "STD_CLUSTERING", "STD_FORECAST", "STD_CAUSAL_PREDICTION", "STD_MULTITARGET_PREDICTION",
]

/// The endpoint types that run code of the user's.
package let codeEndpointTypes = ["CUSTOM_PREDICTION", "CUSTOM_R_PREDICTION", "PY_FUNCTION", "R_FUNCTION"]

extension KindDefinition {
    static let endpoint = KindDefinition(
        kind: .endpoint,
        text: "An endpoint of an API service: one model, function, lookup or query. It is saved with its service.",
        identity: [
            project, service, Field("name", .identifier, "The endpoint's id.", origin: "client 15.2.0", required: true),
        ],
        fields: endpointFields)

    static let endpointFields = [
        Field(
            "type", .enumeration(modelEndpointTypes + codeEndpointTypes + ["DATASETS_LOOKUP", "SQL_QUERY"]),
            "What the endpoint serves.", origin: "client 15.2.0", required: true),
        Field(
            "modelRef", .string, "The id of the saved model; required by the STD types.", origin: "client 15.2.0",
            example: "aBcD1234"),
        Field(
            "computePropensity", .boolean, "Whether STD_CAUSAL_PREDICTION also computes the propensity.",
            origin: "client 15.2.0"),
        Field("useJava", .boolean, "Whether the Java engine scores the model.", origin: "client 15.2.0"),
        Field(
            "code", .text, "The source of a function or custom model.", origin: "sample",
            example: "{file: score.py}"),
        Field("userFunctionName", .string, "The function in `code` that answers.", origin: "sample"),
        Field(
            "envSelection",
            .object([
                Field(
                    "envMode", .string, "EXPLICIT_ENV and INHERIT were seen; others may exist.", origin: "sample"),
                Field("envName", .string, "The code environment, with EXPLICIT_ENV.", origin: "sample"),
            ]), "The code environment that the code runs in.", origin: "sample"),
        Field(
            "inputFolderRefs", .list(.object([Field("ref", .string, "A managed folder's id.", origin: "sample")])),
            "The managed folders that the code reads.", origin: "sample"),
        Field(
            "testQueries",
            .list(
                .object([
                    Field("name", .string, "A name for people.", origin: "sample"),
                    Field(
                        "q", .open, "The body of the query: `{features: {…}}` for predictions.", origin: "client 15.2.0"
                    ),
                ])), "Queries that DSS can run as tests.", origin: "sample"),
        raw,
    ]
}
