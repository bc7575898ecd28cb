package import Diagnostics
package import Resources

/// The declared state with what was rolled back left as it was applied, until its manifest changes; and what is held so.
package func withHolds(_ desired: DesiredState, _ state: StateSnapshot) -> (DesiredState, [HeldResource]) {
    var held: [HeldResource] = []
    let resources = desired.resources.map { resource in
        guard !resource.isExternal, let record = state[resource.recordAddress], let hold = record.hold,
            hold.manifest == AppliedSpec(resource)
        else { return resource }
        held.append(HeldResource(address: resource.address, hold: hold))
        return resource.applied(record)
    }
    return held.isEmpty ? (desired, []) : (desired.with(resources), held)
}

/// The declared resources as they were last applied: what undoes the changes of others, and brings none of the manifests'.
///
/// What was never applied is left out, and so is what left the manifests or is to be told of only (`lifecycle.drift:
/// detect`). Of a package, it is the declared version, or else the one that was applied last.
package func healing(_ desired: DesiredState, _ state: StateSnapshot) -> DesiredState {
    let newest = newestVersions(state)
    let resources = desired.resources.compactMap { resource -> Resource? in
        if resource.isExternal { return resource }
        guard resource.metadata.lifecycle.drift != .detect else { return nil }
        let record = state[resource.recordAddress] ?? newest[resource.address]
        guard let record, !record.applied.isNone else { return nil }
        return resource.applied(record)
    }
    return desired.with(resources)
}

/// What to know of a plan that heals: which resources it leaves as others changed them, because their manifests say so.
package func healingNotes(_ desired: DesiredState) -> [Diagnostic] {
    desired.resources.filter { !$0.isExternal && $0.metadata.lifecycle.drift == .detect }.map { resource in
        Diagnostic(
            .note, "drift-detect-only", "'\(resource.address)' is left as it is", at: resource.mark,
            hint: "metadata.lifecycle.drift is 'detect': its drift is told, and not undone.",
            address: resource.address.description)
    }
}

/// Of each package, the record of the version that was applied last.
private func newestVersions(_ state: StateSnapshot) -> [Address: Record] {
    var result: [Address: Record] = [:]
    for (address, record) in state.records where address.version != nil && !record.applied.isNone {
        let package = address.withoutVersion
        if let other = result[package], (other.run ?? 0, other.address) > (record.run ?? 0, address) { continue }
        result[package] = record
    }
    return result
}
