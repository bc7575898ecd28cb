internal import Files
internal import Planning
internal import Resources

extension Reconciler {
    func worker(
        _ plan: Plan, _ known: [SecretReference: Secret], _ journal: Journal, _ book: Book, _ brake: Brake,
        _ desired: DesiredState?, _ observe: @escaping @Sendable (RunEvent) -> Void
    ) -> Worker {
        let declared = Set((desired?.resources(of: .publishedService) ?? []).map(\.address))
        return Worker(
            plan: plan, nodes: nodes, dialect: dialect, root: root, secrets: known, journal: journal, book: book,
            inventory: Inventory(nodes.deployer), rolloutsAfter: rolloutsAfter(plan),
            neighbours: neighbours(plan, desired),
            declaredServices: declared.union(
                plan.changes.lazy.map(\.address).filter { $0.kind == .publishedService }),
            managedServices: declared.filter { desired?[$0]?.isExternal == false },
            unfinished: Unfinished.all(in: book.state),
            updates: nodes.updates ?? Turnstile(places: environment.limits.updates), brake: brake, time: time,
            rollsBack: rollsBack,
            observe: observe)
    }

    private func neighbours(_ plan: Plan, _ desired: DesiredState?) -> [Address: [Change]] {
        var result: [Address: [Change]] = [:]
        for change in plan.changes {
            let rollouts = change.neighbours.compactMap { desired?[$0] }.map { resource in
                Change(
                    resource, .rollout,
                    cause: Cause(.dependency, at: resource.mark, "\(change.address) leaves its nodes"),
                    steps: Planner.rolloutSteps(
                        resource.address.name, DeploymentSpec(resource).rollout, isEnabled: true))
            }
            if !rollouts.isEmpty { result[change.address] = rollouts }
        }
        return result
    }

    private func rolloutsAfter(_ plan: Plan) -> [String: [Address]] {
        plan.changes.reduce(into: [:]) { result, change in
            guard change.address.kind == .deployment, change.cause.kind == .dependency else { return }
            result[DeploymentSpec(change.resource).infra, default: []].append(change.address)
        }
    }
}
