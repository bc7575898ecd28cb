internal import DSS
internal import Diagnostics
internal import Files
internal import JSON
internal import Planning
internal import Resources

/// Carries out one unit of a plan, call by call.
///
/// Each document is read, checked against the plan's fingerprint, overlaid, written, read back and compared.
struct Worker: Sendable {
    let plan: Plan
    let nodes: Nodes
    let dialect: Dialect
    /// The workspace's folder, which archives' paths start from.
    let root: String
    /// All secrets that the plan's resources use.
    let secrets: [SecretReference: Secret]
    let journal: Journal
    let book: Book
    let inventory: Inventory
    let watches = Watches()
    /// The deployments that are rolled out because the nodes of an infrastructure change, by its id.
    let rolloutsAfter: [String: [Address]]
    /// The roll-outs of the deployments that are pushed again when another one is deleted, by that one's address.
    let neighbours: [Address: [Change]]
    /// The published services that manifests declare, or that the plan makes.
    let declaredServices: Set<Address>
    /// Those of them whose settings manifests declare.
    let managedServices: Set<Address>
    /// Roll-outs of earlier runs whose health nobody saw.
    let unfinished: [Address: Unfinished]
    /// Deployment updates under way.
    let updates: Turnstile
    let brake: Brake
    let time: Timekeeper
    /// Whether every deployment that ends unhealthy goes back, whatever its manifest says.
    let rollsBack: Bool
    let observe: @Sendable (RunEvent) -> Void

    func goesBack(_ policy: RolloutPolicy) -> Bool { rollsBack || policy.onFailure == .rollback }

    func carryOut(_ unit: Unit) async throws(StepFailure) -> UnitResult {
        switch unit.address.kind {
        case .apiService, .endpoint: try await saveService(unit)
        case .deployment: return try await deploy(unit.changes[0])
        case _ where unit.changes[0].action == .delete: try await delete(unit.changes[0])
        case .package: try await makePackage(unit.changes[0])
        case .publishedService: return try await savePublishedService(unit.changes[0])
        case .infra: try await saveInfra(unit.changes[0])
        }
        return UnitResult()
    }

    func announce(_ kind: Step.Kind, of change: Change) {
        if let step = change.steps.first(where: { $0.kind == kind }) { observe(.step(change.address, step)) }
    }

    func perform<T>(_ work: () async throws(DSSError) -> T) async throws(StepFailure) -> T {
        do throws(DSSError) { return try await work() } catch { throw StepFailure(error) }
    }

    /// The object must still be as it was when the plan was made.
    func checkUnmoved(_ address: Address, _ document: JSONValue) throws(StepFailure) {
        guard let print = plan.fingerprints[address], print != "absent", print != Fingerprint.of(document, dialect)
        else {
            return
        }
        throw StepFailure(
            Diagnostic(
                .error, "moved", "'\(address)' changed since the plan was made, and was not written to",
                hint: "Plan again to see what changed."), .moved)
    }

    /// Lays the declared fields over the live document.
    func overlaid(_ resource: Resource, over live: JSONValue, creating: Bool) throws(StepFailure) -> JSONValue {
        let overlay = Overlay<StepFailure>(ignoring: resource.metadata.lifecycle.ignoreRules(on: time.today())) {
            (reference) throws(StepFailure) in
            guard let secret = secrets[reference] else {
                preconditionFailure("all secrets of a plan are resolved before its first write")
            }
            return .string(secret.reveal())
        }
        let document = DesiredDocument(resource, dialect: dialect, creating: creating)
        return try overlay.laid(document, over: live)
    }

    /// What was written must come back: DSS drops what it does not know, and answers 200.
    func checkKept(_ resource: Resource, _ document: JSONValue?, creating: Bool) throws(StepFailure) {
        let problems = notKept(resource, document, creating: creating)
        guard problems.isEmpty else { throw StepFailure(.failed, problems) }
    }

    func notKept(_ resource: Resource, _ document: JSONValue?, creating: Bool) -> [Diagnostic] {
        var comparison = Comparison(ignoring: resource.metadata.lifecycle.ignoreRules(on: time.today()))
        comparison.compare(DesiredDocument(resource, dialect: dialect, creating: creating), with: document)
        return comparison.changes.map { change in
            Diagnostic(
                .error, "field-not-kept", "DSS did not keep '\(change.path)' of '\(resource.address)'",
                at: change.mark,
                hint: "It answered that it was saved. This release may not know the field, or set it by itself.")
        }
    }
}
