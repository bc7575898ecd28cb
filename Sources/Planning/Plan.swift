package import Diagnostics
package import Resources

/// The difference between what is declared and what is live, and how to remove it.
///
/// It is a value of its inputs alone: no clock, no chance, the same bytes for the same inputs.
package struct Plan: Hashable, Sendable {
    package var environment: String
    package var targets: PlanTargets
    /// The commit that the workspace's branch stands at, where it is in git.
    package var commit: String?
    /// Whether files of the workspace were seen to differ from the commit; it is not always looked at.
    package var hasUncommitted = false
    /// What of it a branch changes, where that was asked for.
    package var branch: BranchComparison?
    /// Sorted by address; without those that need nothing.
    package var changes: [Change] = []
    /// Resources that are as declared, sorted.
    package var unchanged: [Address] = []
    /// Declared to exist and only referred to, sorted.
    package var external: [Address] = []
    /// Equal to their manifests and not remembered yet: an apply records them, and writes nothing to them. Sorted.
    package var adopted: [Address] = []
    /// Equal to their manifests, and remembered otherwise: an apply remembers them anew, and writes nothing to them. Sorted.
    package var rerecorded: [Address] = []
    /// Owned or adopted, and declared by no manifest: left as they are. Sorted by address.
    package var orphaned: [Orphan] = []
    /// No longer live, or declared external by now: an apply forgets them. Sorted.
    package var forgotten: [Address] = []
    /// Fields that the last applied manifest named and the new one does not: they keep their live value.
    package var released: [ReleasedField] = []
    /// Rolled back, and passed over until their manifest changes. Sorted by address.
    package var held: [HeldResource] = []
    /// Differences that are left alone by rule.
    package var ignored: [IgnoredField] = []
    /// What the plan is for.
    package var purpose = PlanPurpose.apply
    /// Live objects beside the declared ones that no manifest names, sorted.
    package var unmanaged: [Address] = []
    /// For every live object read: SHA-256 of its settings without what the server keeps.
    package var fingerprints: [Address: String] = [:]
    /// How the declared deployments run.
    package var rollouts: [Address: LiveRollout] = [:]
    package var checkedHealth = true
    /// Errors say what can't be planned; warnings and notes what to know.
    package var diagnostics: [Diagnostic] = []
    /// Why an apply will refuse: limits and protection.
    package var refusals: [Diagnostic] = []
    /// Declared secrets that live holds too, and that were therefore not compared.
    package var uncheckedSecrets: [UncheckedSecret] = []

    package init(environment: String, targets: PlanTargets) {
        self.environment = environment
        self.targets = targets
    }

    package var isEmpty: Bool { changes.isEmpty }

    package func count(_ action: Action) -> Int {
        // By index, which copies no change.
        action == .noOp ? unchanged.count : changes.indices.count { changes[$0].action == action }
    }
}

/// The nodes that a plan was made for: URL, or `sandbox:` and a folder.
package struct PlanTargets: Hashable, Sendable {
    package let designer: String?
    package let deployer: String
    /// The deployer that versions are promoted from.
    package let source: String?

    package init(designer: String?, deployer: String, source: String?) {
        self.designer = designer
        self.deployer = deployer
        self.source = source
    }
}

package struct UncheckedSecret: Hashable, Sendable {
    package let address: Address
    package let path: String

    package init(address: Address, path: String) {
        self.address = address
        self.path = path
    }
}

/// Which part of the declared resources a plan is about.
package struct PlanOptions: Sendable {
    /// Globs of addresses; empty: all. What a target depends on belongs to it.
    package var targets: [String] = []
    /// Globs of addresses; what depends on an excluded resource is excluded too.
    package var excludes: [String] = []
    /// Labels that a resource must have.
    package var selector: [String: String] = [:]
    package var checksHealth = true
    package var purpose = PlanPurpose.apply
    /// Whether orphans are deleted, whatever the environment says; nil: as it says.
    package var prune: Bool?
    /// Instead of the environment's `limits.maxDeletes`.
    package var maxDeletes: Bound?

    package init() {}
}

/// What a plan is for. A plan is carried out by the command that it was made for.
package enum PlanPurpose: String, Hashable, Sendable, CaseIterable {
    /// To make live what the manifests say.
    case apply
    /// To undo what others changed, and nothing else.
    case heal
    /// To delete all that Mooring owns.
    case destroy
    /// To go back to what was applied before.
    case rollback
}

/// An object that Mooring remembers and no manifest declares.
package struct Orphan: Hashable, Sendable {
    package let address: Address
    package let ownership: Record.Ownership
    /// Why it is not deleted.
    package let reason: String
    /// Where it was declared.
    package let mark: SourceMark?

    package init(address: Address, ownership: Record.Ownership, reason: String, mark: SourceMark?) {
        self.address = address
        self.ownership = ownership
        self.reason = reason
        self.mark = mark
    }
}

package struct ReleasedField: Hashable, Sendable {
    package let address: Address
    package let path: String

    package init(address: Address, path: String) {
        self.address = address
        self.path = path
    }
}

package struct HeldResource: Hashable, Sendable {
    package let address: Address
    package let hold: Hold

    package init(address: Address, hold: Hold) {
        self.address = address
        self.hold = hold
    }
}

package struct IgnoredField: Hashable, Sendable {
    package let address: Address
    package let path: String
    /// The rule's pointer, reason and last day.
    package let pointer: String
    package let reason: String?
    package let until: String?

    package init(address: Address, path: String, pointer: String, reason: String?, until: String?) {
        self.address = address
        self.path = path
        self.pointer = pointer
        self.reason = reason
        self.until = until
    }
}
