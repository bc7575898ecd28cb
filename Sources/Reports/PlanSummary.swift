internal import Diagnostics
package import Planning
internal import Resources

/// The counts of a plan in words: `1 to create, 2 to update, 40 unchanged`.
package func summaryText(_ plan: Plan) -> String {
    let words: [(Action, String)] = [
        (.create, "to create"), (.update, "to update"), (.replace, "to replace"), (.delete, "to delete"),
        (.rollout, "to roll out"),
    ]
    var parts = words.compactMap { action, word in
        plan.count(action) > 0 ? "\(plan.count(action)) \(word)" : nil
    }
    if parts.isEmpty { parts.append("nothing to change") }
    if !plan.unchanged.isEmpty { parts.append("\(plan.unchanged.count) unchanged") }
    if !plan.external.isEmpty { parts.append("\(plan.external.count) external") }
    return parts.joined(separator: ", ")
}

/// What a plan without changes says; of a part alone, `only`, it says nothing about the rest.
func noChanges(_ only: String?) -> String {
    only == nil
        ? "No changes. Live matches the manifests."
        : "No changes in the part that was looked at; the rest was not compared."
}

extension Change {
    /// What becomes of the object, as `will be created`.
    var verb: String {
        switch action {
        case .create: "will be created"
        case .update: address.kind == .package ? "will be published" : "will be updated"
        case .replace: "will be deleted and made anew"
        case .delete: "will be deleted"
        case .rollout: "will be rolled out again"
        case .noOp: "needs nothing"
        }
    }

    /// The version that it is about, where that says more than the address.
    var versionText: String? {
        switch address.kind {
        case .package: PackageSpec(resource).version
        case .deployment: DeploymentSpec(resource).mapping?.text
        default: nil
        }
    }

    /// The place in the manifest, and why, where the place alone does not tell.
    var causeText: String {
        let place = "\(cause.mark.file):\(cause.mark.line)"
        return cause.text.map { "\($0) (\(place))" } ?? place
    }

    var causeSentence: String { (cause.text == nil ? "declared in " : "because ") + causeText }
}

extension Action {
    /// What the sign stands for, in the legend.
    var legend: String {
        switch self {
        case .create: "create"
        case .update: "update in place"
        case .replace: "delete and create anew"
        case .delete: "delete"
        case .rollout: "roll out again"
        case .noOp: "nothing"
        }
    }

    var tint: TextStyle.Tint {
        switch self {
        case .create: .green
        case .update: .yellow
        case .replace, .delete: .red
        case .rollout: .cyan
        case .noOp: .dim
        }
    }
}

extension Plan {
    /// Deployments that do not run as declared, whether they change or not, sorted.
    var notHealthy: [(address: Address, rollout: LiveRollout)] {
        let warned = Set(diagnostics.filter { $0.code == "not-healthy" }.compactMap(\.address))
        let changes = Dictionary(changes.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        return rollouts.filter { address, rollout in
            if rollout.problem != nil || warned.contains(address.description) { return true }
            guard let change = changes[address], change.action != .create else { return false }
            let spec = DeploymentSpec(change.resource)
            return spec.enabled != false && rollout.status(accepted: spec.rollout.health) != .healthy
        }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
