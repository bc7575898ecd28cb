internal import DSS
internal import Resources

/// Versions of packages that go: what is made is made for good, and what a mapping names stays.
extension Planner {
    /// Deletes a version on the deployer and on the design node, unless a deployment maps to it once the plan is done.
    ///
    /// An earlier version of a declared package that has to stay is no orphan, and no word is lost on it.
    mutating func deleteVersion(_ departing: Departing, _ uses: DeploymentUses) {
        let (resource, spec) = (departing.resource, PackageSpec(departing.resource))
        let isEarlier = options.purpose != .destroy && desired[resource.address.withoutVersion] != nil
        // What is not on the deployer can't be mapped to.
        if let service = spec.publishedService, live.versions[service]?.contains(spec.version) ?? false,
            let reason = uses.obstacle(to: PublishedVersion(service: service, version: spec.version))
        {
            if !isEarlier { orphan(departing.record, reason) }
            return
        }
        let steps = versionSteps(resource, spec)
        if !steps.isEmpty {
            delete(departing, steps)
        } else if !isEarlier {
            orphan(departing.record, "the packages of its service were not read")
        }
    }

    private func versionSteps(_ resource: Resource, _ spec: PackageSpec) -> [Step] {
        var steps: [Step] = []
        if let target = spec.publishedService, live.versions[target]?.contains(spec.version) ?? false {
            let call = Call.deleteVersion(spec.version, service: target)
            steps.append(Step(.deleteVersion, call.line, on: .deployer, subject: target))
        }
        if spec.archive == nil, let service = resource.address.service,
            live.packages[service]?.contains(spec.version) ?? false
        {
            let call = Call.deletePackage(spec.version, service: service.name, project: service.path[0])
            steps.append(Step(.deletePackage, call.line, on: .designer))
        }
        return steps
    }

    /// The versions of each published service that the plan deletes, by the service's id.
    var deletedVersions: [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for change in plan.changes where change.action == .delete && change.address.kind == .package {
            let spec = PackageSpec(change.resource)
            if let service = spec.publishedService { result[service, default: []].insert(spec.version) }
        }
        return result
    }
}
