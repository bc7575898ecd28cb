package import Diagnostics
package import Resources

/// The difference between what is declared and what is live, and how to remove it.
///
/// It is a value of its inputs alone: no clock, no chance, the same bytes for the same inputs.
package struct Plan: Hashable, Sendable {
    package var environment: String
    package var targets: PlanTargets
    /// The commit that the workspace's branch stands at, where it is in git. Whether files differ from it is not looked at.
    package var commit: String?
    /// Sorted by address; without those that need nothing.
    package var changes: [Change] = []
    /// Resources that are as declared, sorted.
    package var unchanged: [Address] = []
    /// Declared to exist and only referred to, sorted.
    package var external: [Address] = []
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

    package init() {}
}
