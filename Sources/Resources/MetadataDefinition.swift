/// The fields of `metadata` besides the names that make the address.
package enum MetadataDefinition {
    package static let fields = [
        Field(
            "environments", .list(.string), "The environments that the document is for; by default all.",
            origin: "mooring", example: "[prod]"),
        Field("labels", .map(.string), "For selection and reports.", origin: "mooring", example: "{team: growth}"),
        Field(
            "external", .boolean,
            "`true` declares, without a `spec`, that the object exists and is only referred to.", origin: "mooring"),
        Field(
            "replaces", .list(.form(.address)),
            "Objects of the same kind that this one takes the place of, as after a change of its name: deleted, if Mooring owns them, when this one is there and healthy.",
            origin: "mooring", example: "[Deployment/scoring-old]"),
        Field("lifecycle", .object(lifecycleFields), "What may be done to the object.", origin: "mooring"),
    ]

    static let lifecycleFields = [
        Field("protect", .boolean, "Never deleted or replaced.", origin: "mooring"),
        Field("prune", .boolean, "Deleted when nothing declares it any more.", origin: "mooring"),
        Field("replace", .boolean, "Replaced when an immutable field changed.", origin: "mooring"),
        Field(
            "ignore",
            .either([
                .list(
                    .either([
                        .string,
                        .object([
                            Field(
                                "fields", .list(.string), "JSON pointers into the wire document.", origin: "mooring",
                                required: true),
                            Field("reason", .string, "Why.", origin: "mooring"),
                            Field("until", .date, "The last day it holds.", origin: "mooring"),
                        ]),
                    ]))
            ]), "Differences that are left alone: JSON pointers, or maps of `fields`, `reason` and `until`.",
            origin: "mooring", example: "[/tags]"),
        Field(
            "drift", .enumeration(["detect", "heal"]), "What the watcher does about drift.", origin: "mooring"),
    ]
}
