internal import Diagnostics
internal import JSON
package import Planning
package import Resources
internal import StateStorage

extension Reconciler {
    /// So many rows of one object's history are looked through for something else than what is applied now.
    private static let mostRows = 100

    /// Plans the way back. What it changes is held there by its apply: `held` of the plan says which manifests are passed
    /// over then.
    package func rollbackPlan(
        to target: RollbackTarget, _ desired: DesiredState
    ) async throws(ReconcileError) -> Plan {
        let (state, _) = try await remembered()
        let (earlier, notes) =
            switch target {
            case .run(let number): try await specs(asOf: number, desired)
            case .resource(let address, let version):
                try await spec(of: address, version: version, desired, state)
            }
        let resources = earlier.compactMap { address, spec in
            desired[address].map { resource in
                Resource(
                    address: address, metadata: resource.metadata, spec: spec.value(at: resource.spec.mark),
                    mark: resource.mark)
            }
        }
        var options = PlanOptions()
        options.purpose = .rollback
        let reading = try await read(desired.with(resources), options)
        let held = resources.sorted { $0.address < $1.address }.compactMap { resource -> HeldResource? in
            guard let manifest = desired[resource.address].map(AppliedSpec.init), manifest != AppliedSpec(resource)
            else { return nil }
            return HeldResource(
                address: resource.address, hold: Hold(reason: "", by: "", since: 0, manifest: manifest))
        }
        var plan = Planner.plan(
            desired: reading.wanted, live: reading.live, state: reading.state, options: options,
            selection: reading.selection, dialect: dialect, targets: targets, now: try moment(),
            secrets: reading.secrets, held: held)
        for index in plan.changes.indices {
            plan.changes[index].cause = Cause(.request, at: plan.changes[index].cause.mark, target.text)
        }
        plan.diagnostics += reading.notes + notes + (await unknownStages(in: plan))
        return plan
    }

    private typealias Earlier = (specs: [Address: AppliedSpec], notes: [Diagnostic])

    private func spec(
        of address: Address, version: String?, _ desired: DesiredState, _ state: StateSnapshot
    ) async throws(ReconcileError) -> Earlier {
        guard let resource = desired[address], !resource.isExternal, address.kind != .package else {
            let hint =
                address.kind == .package
                ? "A version never changes. Roll the deployments back that map to it."
                : closest(to: address, among: desired.resources.map(\.address)).map {
                    "Did you mean '\($0)'?"
                }
            throw ReconcileError(
                Diagnostic(.error, "not-to-roll-back", "'\(address)' can't be rolled back", hint: hint))
        }
        guard let record = state[address], !record.applied.isNone else {
            throw ReconcileError(
                Diagnostic(
                    .error, "nothing-applied", "nothing is remembered of '\(address)'", at: resource.mark,
                    hint: "Only what an apply or an adoption recorded can be gone back to."))
        }
        if let version {
            guard address.kind == .deployment else {
                throw ReconcileError(
                    Diagnostic(
                        .error, "not-to-roll-back", "'\(address)' has no version to go back to",
                        hint: "Leave '--to' out: it goes back to what was applied before the last change."))
            }
            return ([address: record.applied.mapped(to: version)], [])
        }
        let rows = try await stored { () throws(StateError) in
            try await store.changes(to: address, in: environment.name, limit: Reconciler.mostRows)
        }
        for (_, change) in rows {
            if let before = change.before, !before.isNone, before != record.applied { return ([address: before], []) }
        }
        throw ReconcileError(
            Diagnostic(
                .error, "nothing-before", "history knows nothing else of '\(address)' than what is applied now",
                at: resource.mark,
                hint: address.kind == .deployment
                    ? "Name a version with '--to'. `mooring status \(address)` tells which there are." : nil))
    }

    /// What was applied, when a run had ended, to all that changed after it.
    private func specs(asOf number: Int, _ desired: DesiredState) async throws(ReconcileError) -> Earlier {
        let name = environment.name
        let (known, runs) = try await stored { () throws(StateError) in
            (
                try await store.run(number, of: name),
                try await store.runs(of: name, limit: RunHistory.maximumRuns, before: nil)
            )
        }
        guard known != nil else {
            let oldest = runs.last?.number ?? 0
            let isGone = number > 0 && number < oldest
            throw ReconcileError(
                Diagnostic(
                    .error, "unknown-run", "history knows no run \(number) of '\(name)'",
                    hint: (isGone
                        ? "The newest \(RunHistory.maximumRuns) runs are kept: those before run \(oldest) are gone. "
                        : "")
                        + "`mooring history` lists them."))
        }
        var first: [Address: RunChange] = [:]
        for run in runs.filter({ $0.number > number }).sorted(by: { $0.number < $1.number }) {
            let changes = try await stored { () throws(StateError) in try await store.changes(of: run.number, in: name)
            }
            for change in changes where first[change.address] == nil && change.before != change.after {
                first[change.address] = change
            }
        }
        var result: Earlier = ([:], [])
        for (address, change) in first.sorted(by: { $0.key < $1.key }) where address.kind != .package {
            if let before = change.before, !before.isNone, let resource = desired[address], !resource.isExternal {
                result.specs[address] = before
            } else {
                let reason =
                    desired[address] == nil
                    ? "no manifest declares it any more" : "it was made or taken over after run \(number)"
                result.notes.append(
                    Diagnostic(
                        .note, "left-as-it-is", "'\(address)' is left as it is: \(reason)",
                        address: address.description))
            }
        }
        return result
    }
}

extension RollbackTarget {
    fileprivate var text: String {
        switch self {
        case .run(let number): "this goes back to run \(number)"
        case .resource(_, let version?): "this goes back to version '\(version)'"
        case .resource: "this goes back to what was applied before"
        }
    }
}

extension AppliedSpec {
    /// A deployment's fields with the mapping to one version.
    fileprivate func mapped(to version: String) -> AppliedSpec {
        guard case .object(var object)? = try? JSONValue(parsing: bytes) else { return self }
        object["generations"] = nil
        object["version"] = .string(version)
        return AppliedSpec(bytes: JSONValue.object(object).canonicalBytes)
    }
}
