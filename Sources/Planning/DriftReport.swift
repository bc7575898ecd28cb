package import Diagnostics
package import Resources

/// Who changed what: desired, last applied and live, compared layer by layer. Nothing was written.
package struct DriftReport: Hashable, Sendable {
    /// How a resource stands. Raw values are what reports print.
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        case clean
        /// Live changed.
        case drifted
        /// The manifest changed.
        case pending
        /// Both changed.
        case conflict
        /// Declared and remembered, and not there.
        case missing
        /// Remembered and not declared.
        case orphaned
        /// There, and neither declared nor remembered.
        case unmanaged
        /// Saved and not rolled out.
        case outOfSync = "out-of-sync"
        /// Rolled out as it is saved, and its nodes are not well: nobody moved, so that it is no drift.
        case unhealthy
        /// Differs only where a rule says to leave it.
        case ignored
        /// Could not be read.
        case unknown
    }

    /// Where what differs lies: `git -> designer -> deployer -> nodes`.
    package enum Layer: String, Hashable, Sendable, CaseIterable { case git, designer, deployer, nodes }

    package struct Field: Hashable, Sendable {
        package let path: String
        package let desired: ShownValue
        package let applied: ShownValue
        package let live: ShownValue
        package let origin: FieldChange.Origin
        /// Where it is declared.
        package let mark: SourceMark?

        package init(
            path: String, desired: ShownValue, applied: ShownValue, live: ShownValue, origin: FieldChange.Origin,
            mark: SourceMark?
        ) {
            self.path = path
            self.desired = desired
            self.applied = applied
            self.live = live
            self.origin = origin
            self.mark = mark
        }
    }

    /// Who last changed an object, as far as DSS tells.
    package struct Author: Hashable, Sendable {
        package let login: String?
        /// In milliseconds since 1970 (UTC), before the year 10000.
        package let when: Int?

        /// What is no such moment is left out: a server may say anything, and its age is reckoned.
        package init(login: String?, when: Int?) {
            self.login = login
            self.when = when.flatMap { 0..<253_402_300_800_000 ~= $0 ? $0 : nil }
        }
    }

    package struct Row: Hashable, Sendable {
        package let address: Address
        package let verdict: Verdict
        /// The layers that do not hold what the layer before them does, in their order; empty when clean, and for what
        /// an apply leaves as it is.
        package var layers: [Layer] = []
        package var fields: [Field] = []
        package var ignored: [IgnoredField] = []
        package var author: Author?
        /// DSS's words, why it is orphaned, what could not be read.
        package var details: [String] = []
        /// `heal` or `detect`, where the manifest says.
        package var mode: Lifecycle.DriftMode?
        /// Where it is declared, or was.
        package var mark: SourceMark?

        package init(_ address: Address, _ verdict: Verdict) {
            self.address = address
            self.verdict = verdict
        }
    }

    package let environment: String
    package let targets: PlanTargets
    package var commit: String?
    /// Sorted by address; clean ones too.
    package var rows: [Row]
    package var diagnostics: [Diagnostic]
    package var checkedHealth: Bool
    /// When it was made, in milliseconds since 1970 (UTC).
    package let made: Int

    package init(
        environment: String, targets: PlanTargets, commit: String? = nil, rows: [Row], diagnostics: [Diagnostic],
        checkedHealth: Bool, made: Int
    ) {
        self.environment = environment
        self.targets = targets
        self.commit = commit
        self.rows = rows
        self.diagnostics = diagnostics
        self.checkedHealth = checkedHealth
        self.made = made
    }

    package func count(_ verdict: Verdict) -> Int { rows.count { $0.verdict == verdict } }

    /// Whether live moved by itself: drifted, missing, out of sync, or in conflict.
    package var hasDrift: Bool {
        rows.contains { [.drifted, .conflict, .missing, .outOfSync].contains($0.verdict) }
    }

    /// Whether an apply of the manifests would do something; an orphan that it leaves is only listed, as in a plan.
    package var hasPending: Bool {
        rows.contains { [.pending, .conflict].contains($0.verdict) || $0.layers.contains(.git) }
    }
}
