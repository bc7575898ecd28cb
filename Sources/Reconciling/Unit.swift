internal import Planning
internal import Resources

/// The changes that are carried out together: a service with its endpoints, or one change of its own.
struct Unit: Sendable {
    let address: Address
    /// In the order of the plan; a service before its endpoints.
    let changes: [Change]
    /// The units that must be done before this one.
    let waitsFor: Set<Address>

    /// The units of a plan, by address.
    static func units(of plan: Plan) -> [Address: Unit] {
        let groups = Dictionary(grouping: plan.changes, by: \.unit)
        let unitOf = Dictionary(plan.changes.map { ($0.address, $0.unit) }, uniquingKeysWith: { first, _ in first })
        return groups.reduce(into: [:]) { units, group in
            let waits = Set(group.value.flatMap(\.waitsFor).compactMap { unitOf[$0] }).subtracting([group.key])
            units[group.key] = Unit(
                address: group.key, changes: group.value.sorted { $0.address < $1.address }, waitsFor: waits)
        }
    }
}
