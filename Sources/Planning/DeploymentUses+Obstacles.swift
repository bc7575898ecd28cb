/// Why something can't be deleted although it should be: some deployment uses it once the plan is done.
extension DeploymentUses {
    func obstacle(to version: PublishedVersion) -> String? {
        let (known, unknown) = after.mapping(to: version)
        return obstacle(known, "still maps to it", "still map to it")
            ?? obstacle(unknown, "may map to it", "may map to it")
    }

    /// `left` are the versions that the service will still have.
    func obstacle(toService id: String, left: Set<String>) -> String? {
        let (known, unknown) = after.of(service: id)
        if let reason = obstacle(known, "still refers to it", "still refer to it")
            ?? obstacle(unknown, "may refer to it", "may refer to it")
        {
            return reason
        }
        guard !left.isEmpty else { return nil }
        return left.count > 1
            ? "versions \(shortened(left)) are left on it" : "version \(shortened(left)) is left on it"
    }

    func obstacle(toInfra id: String) -> String? {
        obstacle(after.on(infra: id), "still runs on it", "still run on it")
    }

    private func obstacle(_ deployments: Set<String>, _ one: String, _ several: String) -> String? {
        switch deployments.count {
        case 0: nil
        case 1: "deployment \(shortened(deployments)) \(one)"
        default: "deployments \(shortened(deployments)) \(several)"
        }
    }

    /// The first few, in order, and how many more there are.
    private func shortened(_ names: Set<String>) -> String {
        // More would push what matters out of a line.
        let most = 5
        let shown = names.sorted().prefix(most).joined(separator: ", ")
        return names.count > most ? "\(shown) and \(names.count - most) more" : shown
    }
}
