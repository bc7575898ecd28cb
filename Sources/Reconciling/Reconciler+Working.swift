internal import Files
internal import Planning
internal import Resources

extension Reconciler {
    func worker(
        _ plan: Plan, _ known: [SecretReference: Secret], _ journal: Journal, _ book: Book, _ brake: Brake,
        _ desired: DesiredState?, _ observe: @escaping @Sendable (RunEvent) -> Void
    ) -> Worker {
        Worker(
            plan: plan, nodes: nodes, dialect: dialect, root: root, secrets: known, journal: journal, book: book,
            inventory: Inventory(nodes.deployer), rolloutsAfter: rolloutsAfter(plan),
            declaredServices: Set(
                plan.changes.map(\.address).filter { $0.kind == .publishedService }
                    + (desired?.resources(of: .publishedService).map(\.address) ?? [])),
            unfinished: Unfinished.all(in: book.state),
            updates: Turnstile(places: environment.limits.updates), brake: brake, time: time, observe: observe)
    }

    private func rolloutsAfter(_ plan: Plan) -> [String: [Address]] {
        plan.changes.reduce(into: [:]) { result, change in
            guard change.address.kind == .deployment, change.cause.kind == .dependency else { return }
            result[DeploymentSpec(change.resource).infra, default: []].append(change.address)
        }
    }
}
