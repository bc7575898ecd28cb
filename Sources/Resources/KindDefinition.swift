internal import JSON

/// All that Mooring knows about one kind: the names, the fields, and how a manifest becomes a document on the wire.
package struct KindDefinition: Sendable {
    package let kind: Kind
    /// One or two sentences.
    package let text: String
    /// The fields of `metadata` that name it, in the order of the address.
    package let identity: [Field]
    /// The fields of `spec`.
    package let fields: [Field]

    package static func of(_ kind: Kind) -> KindDefinition {
        switch kind {
        case .apiService: apiService
        case .endpoint: endpoint
        case .package: package
        case .publishedService: publishedService
        case .infra: infra
        case .deployment: deployment
        }
    }

    package func field(_ name: String) -> Field? { fields.first { $0.name == name } }

    /// The field through which anything that Mooring does not type reaches the wire.
    static let raw = Field(
        "raw", .openMap,
        "Fields of the wire document that Mooring does not type, merged into it verbatim. A key that is typed may not stand here.",
        origin: "mooring", wire: "*")

    /// Who may do what; the elements of `permissions` differ by kind.
    static func permissions(_ rights: [String], origin: String) -> Field {
        Field(
            "permissions",
            .keyedList(
                key: "group",
                [Field("group", .string, "A group of DSS users.", origin: origin, required: true)]
                    + rights.map { Field($0, .boolean, "Whether the group has the right '\($0)'.", origin: origin) }),
            "Rights of groups. The list is whole: a group that is not declared loses its rights.", origin: origin)
    }
}
