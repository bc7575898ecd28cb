package import DSS
package import Diagnostics
internal import JSON
package import Resources

/// Which version runs where, and how it fares.
package struct StatusReport: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        package let address: Address
        package let sync: SyncStatus
        package let health: Health
        /// `v2`, or `v1 90% / v2 10%`; a package's id; nil where nothing has a version.
        package let version: String?
        /// What is declared, where it differs.
        package let declaredVersion: String?
        /// Where it runs: the infrastructure.
        package let infra: String?
        /// DSS's word for the health, its messages, why it is not synced.
        package let details: [String]
        package let serviceURLs: [String]

        package init(
            address: Address, sync: SyncStatus, health: Health, version: String?, declaredVersion: String?,
            infra: String?, details: [String], serviceURLs: [String]
        ) {
            self.address = address
            self.sync = sync
            self.health = health
            self.version = version
            self.declaredVersion = declaredVersion
            self.infra = infra
            self.details = details
            self.serviceURLs = serviceURLs
        }
    }

    package let environment: String
    package let targets: PlanTargets
    /// Sorted by address.
    package let rows: [Row]
    package let diagnostics: [Diagnostic]

    package init(environment: String, targets: PlanTargets, rows: [Row], diagnostics: [Diagnostic]) {
        self.environment = environment
        self.targets = targets
        self.rows = rows
        self.diagnostics = diagnostics
    }

    /// The status of each declared resource, as a plan and what it was made from tell it.
    package init(plan: Plan, desired: DesiredState, live: LiveState, dialect: Dialect) {
        let changes = Dictionary(plan.changes.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        let unchanged = Set(plan.unchanged)
        let held = Dictionary(plan.held.map { ($0.address, $0.hold) }, uniquingKeysWith: { first, _ in first })
        rows = desired.resources.filter { !$0.isExternal && !$0.isReference(in: desired.environment) }.map { resource in
            StatusReport.row(
                resource, changes[resource.address], held[resource.address],
                isUnchanged: unchanged.contains(resource.address), live, dialect)
        }
        environment = plan.environment
        targets = plan.targets
        diagnostics = plan.diagnostics
    }

    /// Whether what was read proves that there is no such object; what a plan makes is missing as well.
    private static func isMissing(_ address: Address, _ live: LiveState) -> Bool {
        switch address.kind {
        case .endpoint, .package: false
        default: live.unreadable[address] == nil && !live.listed.contains(address)
        }
    }

    private static func row(
        _ resource: Resource, _ change: Change?, _ hold: Hold?, isUnchanged: Bool, _ live: LiveState,
        _ dialect: Dialect
    ) -> Row {
        let address = resource.address
        let isMissing = change?.action == .create || isMissing(address, live)
        let sync: SyncStatus = change != nil || isMissing ? .outOfSync : isUnchanged ? .synced : .unknown
        var health: Health = isMissing ? .missing : isUnchanged || change != nil ? .healthy : .unknown
        var (version, declared, infra): (String?, String?, String?)
        var details: [String] = []
        var urls: [String] = []
        if address.kind == .package {
            declared = PackageSpec(resource).version
            version = change?.action == .create ? nil : declared
        }
        if address.kind == .deployment {
            let spec = DeploymentSpec(resource)
            infra = spec.infra
            declared = spec.mapping?.text
            version = GenerationsMapping(live.documents[address]?["generationsMapping"], dialect: dialect)?.text
            if let running = live.rollouts[address.name] {
                health = running.status(accepted: spec.rollout.health)
                details = [running.health].compactMap(\.self) + running.messages
                urls = running.serviceURLs
            } else if live.documents[address] != nil {
                health = .unknown
            }
            if live.documents[address]?["enabled"]?.bool == false {
                // What its nodes still run goes with the next roll-out, however well it runs.
                if !isMissing { health = .unknown }
                details.insert("disabled", at: 0)
            }
        }
        if let change {
            if let text = change.cause.text { details.append(text) }
            details += change.fields.map { "\($0.path) differs" }
        }
        if let hold { details.append("held by \(hold.by): \(hold.reason)") }
        return Row(
            address: address, sync: sync, health: health, version: version,
            declaredVersion: declared == version ? nil : declared, infra: infra, details: details, serviceURLs: urls)
    }
}
