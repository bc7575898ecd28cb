internal import Diagnostics
package import Planning
internal import Resources

/// The counts of a plan in words: `1 to create, 2 to update, 40 unchanged`.
package func summaryText(_ plan: Plan) -> String {
    var parts = actionCounts(plan.count)
    if parts.isEmpty { parts.append("nothing to change") }
    if !plan.adopted.isEmpty { parts.append("\(plan.adopted.count) to adopt") }
    if !plan.orphaned.isEmpty { parts.append("\(plan.orphaned.count) orphaned") }
    if !plan.unchanged.isEmpty { parts.append("\(plan.unchanged.count) unchanged") }
    if !plan.external.isEmpty { parts.append("\(plan.external.count) external") }
    return parts.joined(separator: ", ")
}

/// What a plan without changes says; of a part alone, `only`, it says nothing about the rest.
func noChanges(_ plan: Plan, _ only: String?) -> String {
    switch (plan.purpose, only) {
    case (.apply, nil) where !plan.held.isEmpty:
        "No changes. Live matches the manifests, but for what is held after a rollback."
    case (.apply, nil): "No changes. Live matches the manifests."
    case (.heal, nil): "No drift to undo. Live holds what was last applied."
    case (.destroy, nil): "Nothing to destroy."
    case (.rollback, nil): "Nothing to roll back. Live is as it was then."
    default: "No changes in the part that was looked at; the rest was not compared."
    }
}

extension PlanPurpose {
    /// What stands between `Plan` and the environment's name.
    var words: String {
        switch self {
        case .apply: "for"
        case .heal: "to undo drift in"
        case .destroy: "to destroy what Mooring owns in"
        case .rollback: "to roll back"
        }
    }

    /// What the last line begins with.
    var title: String { self == .apply ? "Plan" : "Plan (\(rawValue))" }
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
        case .package: address.version == nil ? PackageSpec(resource).version : nil
        case .deployment: DeploymentSpec(resource).mapping?.text
        default: nil
        }
    }

    /// What is meant by the change, beyond the address: of what goes, what it served.
    var subjectText: String? {
        guard action == .delete, fields.isEmpty, address.kind == .deployment else { return nil }
        let spec = DeploymentSpec(resource)
        guard !spec.publishedService.isEmpty, !spec.infra.isEmpty else { return nil }
        return "it runs '\(spec.publishedService)' on '\(spec.infra)'"
    }

    /// Why, and the place in the manifest.
    var causeText: String {
        switch (cause.reason, cause.placeText) {
        case (let reason?, let place?): "\(reason) (\(place))"
        case (let reason?, nil): reason
        case (nil, let place?): place
        case (nil, nil): "no manifest declares it"
        }
    }

    var causeSentence: String {
        if cause.reason != nil { return "because " + causeText }
        return cause.placeText == nil ? causeText : "declared in " + causeText
    }
}

extension Cause {
    /// Where it is declared; of what is not any more, where it was. No resource is declared in the workspace's own file.
    fileprivate var placeText: String? {
        let isGone = [.orphaned, .replaced].contains(kind) && !mark.file.hasSuffix("mooring.yaml")
        return Reports.placeText(mark).map { (isGone ? "it was declared in " : "") + $0 }
    }

    /// Why, where the place alone does not tell.
    var reason: String? {
        if let text { return text }
        return switch kind {
        case .manifest: nil
        case .outOfSync: "its nodes lack what is saved"
        case .dependency: "something that it depends on changes"
        case .drift: "live was changed since it was applied"
        case .conflict: "both live and the manifest were changed"
        case .orphaned: "no manifest declares it any more"
        case .replaced: "another resource takes its place"
        case .unfinished: "a run ended before it was done"
        case .request: "it was asked for"
        }
    }
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
