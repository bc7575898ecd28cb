internal import Diagnostics
internal import JSON
internal import Resources

/// Something declared that a rule of the environment's policy forbids.
struct PolicyBreach {
    var diagnostic: Diagnostic
    /// The resources whose changes would bring it about: while they stay as they are, it is only told.
    let carriers: [Address]
    /// Whether live fields that no manifest names could make it good.
    var dependsOnLive = false
}

/// Looks at what is declared in the light of the policy.
struct PolicyRules {
    let desired: DesiredState
    /// What is live; nil offline.
    let live: LiveState?
    /// As `2026-12-31`.
    let today: String

    /// In the order of the addresses.
    func breaches() -> [PolicyBreach] {
        let policy = desired.environment.policy
        var found: [PolicyBreach] = []
        if let rule = policy.allowPublicAuth, !rule.value { found += publicServices(rule.mark) }
        if let rule = policy.allowIgnoreWarnings, !rule.value { found += ignoredWarnings(rule.mark) }
        if let rule = policy.requireTestQueries, rule.value { found += untestedEndpoints(rule.mark) }
        return found
    }

    private func publicServices(_ rule: SourceMark) -> [PolicyBreach] {
        let carriers = carriersOfServices
        return desired.resources(of: .apiService).compactMap { service in
            guard !service.isExternal, let carriers = carriers[service.address] else { return nil }
            let declared = service.spec["authMethod"]
            let known = live?.documents[service.address]?["authMethod"]?.string
            guard declared?.string ?? known ?? "PUBLIC" == "PUBLIC" else { return nil }
            let reason =
                declared != nil
                ? "'authMethod' is PUBLIC" : known != nil ? "it is PUBLIC in DSS" : "'authMethod' is PUBLIC by default"
            return PolicyBreach(
                diagnostic: Diagnostic(
                    .error, "policy-allow-public-auth",
                    "the policy 'allowPublicAuth: false' forbids that '\(service.address)' answers everybody", at: rule,
                    hint: "Set 'authMethod' to API_KEYS or OAUTH2.", address: service.address.description,
                    related: [Diagnostic.Related(declared?.mark ?? service.mark, reason)]),
                carriers: carriers, dependsOnLive: declared == nil && desired.environment.designer != nil)
        }
    }

    private func ignoredWarnings(_ rule: SourceMark) -> [PolicyBreach] {
        desired.resources(of: .deployment).compactMap { deployment in
            guard !deployment.isExternal,
                let reason = DeploymentSpec(deployment).rollout.reasonToIgnoreWarnings(on: today)
            else { return nil }
            let place = deployment.spec["rollout"]?["ignoreWarnings"]?.mark ?? deployment.mark
            return PolicyBreach(
                diagnostic: Diagnostic(
                    .error, "policy-allow-ignore-warnings",
                    "the policy 'allowIgnoreWarnings: false' forbids that '\(deployment.address)' passes over warnings",
                    at: rule, hint: "Remove 'rollout.ignoreWarnings', and mend what DSS warns of.",
                    address: deployment.address.description,
                    related: [Diagnostic.Related(place, "its reason is '\(reason)'")]),
                carriers: [deployment.address])
        }
    }

    private func untestedEndpoints(_ rule: SourceMark) -> [PolicyBreach] {
        let carriers = carriersOfServices
        return desired.resources(of: .apiService).flatMap { service -> [PolicyBreach] in
            // To change a service harms nobody until it is packaged.
            guard let packaging = carriers[service.address]?.filter({ $0.kind != .apiService }), !packaging.isEmpty
            else { return [] }
            let elements = live?.documents[service.address]?["endpoints"]?.array ?? []
            let isTested = { (id: String) in
                elements.contains { $0["id"]?.string == id && $0["testQueries"]?.array?.isEmpty == false }
            }
            let declared = (desired.endpointsByService[service.address] ?? []).compactMap { desired[$0] }
            var found = declared.compactMap { endpoint -> PolicyBreach? in
                let queries = endpoint.spec["testQueries"]
                guard !endpoint.isExternal, queries?.elements?.isEmpty ?? !isTested(endpoint.address.name) else {
                    return nil
                }
                return untested(
                    endpoint.address, queries?.mark ?? endpoint.mark, rule, packaging,
                    dependsOnLive: queries == nil && desired.environment.designer != nil)
            }
            for id in elements.compactMap({ $0["id"]?.string }) where !id.isEmpty && !isTested(id) {
                let address = Address(.endpoint, path: service.address.path + [id])
                if desired[address] == nil { found.append(untested(address, service.mark, rule, packaging)) }
            }
            return found
        }
    }

    private func untested(
        _ endpoint: Address, _ place: SourceMark, _ rule: SourceMark, _ packaging: [Address],
        dependsOnLive: Bool = false
    ) -> PolicyBreach {
        PolicyBreach(
            diagnostic: Diagnostic(
                .error, "policy-require-test-queries",
                "the policy 'requireTestQueries: true' forbids that '\(endpoint)' is packaged without test queries",
                at: rule, hint: "Give the endpoint 'testQueries'.", address: endpoint.description,
                related: [
                    Diagnostic.Related(
                        place, desired[endpoint] == nil ? "the service, which packages it" : "the endpoint")
                ]), carriers: packaging, dependsOnLive: dependsOnLive)
    }

    /// For each declared service what brings it to those who query it: itself and its package, where the environment
    /// writes them, and the deployments of what its package publishes.
    private var carriersOfServices: [Address: [Address]] {
        let isDesignedHere = desired.environment.designer != nil
        var deployments: [String: [Address]] = [:]
        for deployment in desired.resources(of: .deployment) where !deployment.isExternal {
            deployments[DeploymentSpec(deployment).publishedService, default: []].append(deployment.address)
        }
        var carriers: [Address: [Address]] = [:]
        if isDesignedHere {
            for service in desired.resources(of: .apiService) { carriers[service.address] = [service.address] }
        }
        for package in desired.resources(of: .package) where !package.isExternal {
            let spec = PackageSpec(package)
            // What an archive holds is not known.
            guard spec.archive == nil, let service = package.address.service else { continue }
            let published = spec.publishedService.flatMap { deployments[$0] } ?? []
            let all = (isDesignedHere ? [package.address] : []) + published
            if !all.isEmpty { carriers[service, default: []] += all }
        }
        return carriers
    }
}
