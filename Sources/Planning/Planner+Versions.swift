internal import DSS
internal import Resources

/// Versions of packages that go: what is made is made for good, and what a mapping names stays.
extension Planner {
    /// Deletes versions on the deployer and on the design node, unless a deployment maps to them once the plan is done.
    ///
    /// An earlier version of a declared package that has to stay is no orphan, and no word is lost on it.
    mutating func deleteVersions(_ going: [Departing], _ uses: DeploymentUses) {
        guard !going.isEmpty else { return }
        var taken = versionsOfOthers(than: Set(going.map(\.record.address)))
        for one in going {
            let spec = PackageSpec(one.resource)
            let isEarlier = options.purpose != .destroy && desired[one.resource.address.withoutVersion] != nil
            var steps: [Step] = []
            if let published = published(spec), taken.insert(published).inserted {
                if let reason = uses.obstacle(to: published) {
                    // Another package's deletion must meet the same obstacle.
                    taken.remove(published)
                    if !isEarlier { orphan(one.record, reason) }
                    continue
                }
                let call = Call.deleteVersion(published.version, service: published.service)
                steps.append(Step(.deleteVersion, call.line, on: .deployer, subject: published.service))
            }
            if spec.archive == nil, let service = one.resource.address.service,
                live.packages[service]?.contains(spec.version) ?? false
            {
                let call = Call.deletePackage(spec.version, service: service.name, project: service.path[0])
                steps.append(Step(.deletePackage, call.line, on: .designer))
            }
            // What is left of it is another package's.
            if steps.isEmpty { plan.forgotten.append(one.record.address) } else { delete(one, steps) }
        }
    }

    /// The version on the deployer that a package published, where it is there.
    private func published(_ spec: PackageSpec) -> PublishedVersion? {
        guard let service = spec.publishedService, live.versions[service]?.contains(spec.version) ?? false else {
            return nil
        }
        return PublishedVersion(service: service, version: spec.version)
    }

    /// The published versions that stay because packages beside these publish them too: one that was renamed, say.
    private func versionsOfOthers(than going: Set<Address>) -> Set<PublishedVersion> {
        var result = options.purpose == .destroy ? [] : declaredVersions
        for record in state.records.values where record.address.kind == .package && !going.contains(record.address) {
            if let version = published(PackageSpec(record.lastApplied(at: desired.environment.mark))) {
                result.insert(version)
            }
        }
        return result
    }

    /// The versions of each published service that the plan deletes, by the service's id.
    var deletedVersions: [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for change in plan.changes where change.action == .delete && change.address.kind == .package {
            for step in change.steps where step.kind == .deleteVersion {
                guard let service = step.subject, let version = change.address.version else { continue }
                result[service, default: []].insert(version)
            }
        }
        return result
    }
}
