internal import Diagnostics
internal import Planning
internal import Resources

/// A list at the end of a plan: what an apply does besides the changes, and what it leaves alone.
struct PlanSection {
    let title: String
    let rows: [String]
}

extension Plan {
    /// Those that have rows, in the order in which they are shown. What is refused is not among them.
    var sections: [PlanSection] {
        let all = [
            PlanSection(title: "Not healthy:", rows: notHealthy.map(notHealthyRow)),
            PlanSection(
                title: "Adopts: \(counted(adopted.count, "resource")) as declared, recorded without a write.",
                rows: adopted.map(\.description)),
            PlanSection(title: "Orphaned, left as they are:", rows: orphaned.map { orphanRow($0, branch) }),
            PlanSection(title: "Forgotten, nothing is deleted:", rows: forgotten.map(\.description)),
            PlanSection(
                title: "No longer managed, live values stay:", rows: released.map { "\($0.address) \($0.path)" }),
            PlanSection(title: "Held after a rollback, until their manifests change:", rows: held.map(heldRow)),
            PlanSection(title: "Ignored by rule:", rows: ignored.map { "\($0.address) \(ruleText($0))" }),
            PlanSection(title: "Unmanaged, left as they are:", rows: unmanaged.map(\.description)),
            PlanSection(
                title: "Not compared: \(counted(uncheckedSecrets.count, "secret")) that live holds too.",
                rows: uncheckedSecrets.map { "\($0.address) \($0.path)" }),
        ]
        return all.filter { !$0.rows.isEmpty }
    }
}

private func notHealthyRow(_ address: Address, _ rollout: LiveRollout) -> String {
    let words = [rollout.health ?? "UNKNOWN"] + rollout.messages + (rollout.problem.map { [$0.message] } ?? [])
    return "\(address)  \(words.joined(separator: "; "))"
}

private func orphanRow(_ orphan: Orphan, _ branch: BranchComparison?) -> String {
    let words = branch?.orphaned[orphan.address] == .branch ? "; this branch lets go of it" : ""
    let place = words + (orphan.mark.flatMap(placeText).map { "; it was declared in \($0)" } ?? "")
    return "\(orphan.address)  \(orphan.reason)\(place)"
}

private func heldRow(_ held: HeldResource) -> String {
    "\(held.address)  \(held.hold.reason) (by \(held.hold.by), since \(Instant.short(held.hold.since)))"
}

/// `FILE:LINE`; nil for a place in no file.
func placeText(_ mark: SourceMark) -> String? { mark.file.isEmpty ? nil : "\(mark.file):\(mark.line)" }
