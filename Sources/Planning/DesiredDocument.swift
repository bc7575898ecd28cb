package import DSS
package import Diagnostics
internal import JSON
package import Resources

/// The part of an object's wire document that a resource declares.
package struct DesiredDocument: Sendable {
    /// A map; names as on the wire.
    package let value: DeclaredValue
    /// The fields that are typed; all others are open.
    package let fields: [Field]
    /// A deployment's mapping, which is written whole.
    package let mapping: GenerationsMapping?
    /// Where the mapping is declared.
    package let mappingMark: SourceMark
    package let dialect: Dialect
    /// Whether it is for an object that Mooring creates.
    package let isNew: Bool

    /// With `creating`, omitted fields take their defaults: they apply when Mooring creates the object, and only then.
    package init(_ resource: Resource, dialect: Dialect, creating: Bool = false) {
        let definition = resource.definition
        var members: [DeclaredValue.Member] = []
        for member in resource.spec.members ?? [] {
            if member.key == "raw" {
                members += member.value.members ?? []
            } else if definition.field(member.key)?.wire == nil {
                members.append(member)
            }
        }
        if creating {
            for field in definition.fields where field.wire == nil {
                guard let value = field.defaultValue, !members.contains(where: { $0.key == field.name }) else {
                    continue
                }
                members.append(DeclaredValue.Member(field.name, DeclaredValue(value, at: resource.mark)))
            }
        }
        value = DeclaredValue(.map(members), at: resource.spec.mark)
        fields = definition.fields.filter { $0.wire == nil }
        mapping = resource.kind == .deployment ? DeploymentSpec(resource).mapping : nil
        mappingMark = (resource.spec["version"] ?? resource.spec["generations"])?.mark ?? resource.mark
        self.dialect = dialect
        isNew = creating
    }
}
