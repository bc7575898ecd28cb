package import Resources

extension DesiredState {
    /// The graph of the declared resources, with an edge for each reference between them.
    ///
    ///     APIService <- Endpoint <- Package <- Deployment -> Infra
    ///                     PublishedService <-'    |
    ///                             ^---------------'
    ///
    /// A reference to something that no manifest declares makes no node: nothing here can wait for it.
    package var graph: DependencyGraph<Address> {
        var graph = DependencyGraph<Address>()
        let publishers = publishers
        for resource in resources {
            let address = resource.address
            graph.add(address)
            for other in references(of: resource, publishers) where self[other] != nil {
                graph.add(address, waitsFor: other)
            }
        }
        return graph
    }

    /// The declared packages that publish to each published service, by its id.
    package var publishers: [String: [Address]] {
        var result: [String: [Address]] = [:]
        for resource in resources where resource.kind == .package && !resource.isExternal {
            if let service = PackageSpec(resource).publishedService {
                result[service, default: []].append(resource.address)
            }
        }
        return result
    }

    private func references(of resource: Resource, _ publishers: [String: [Address]]) -> [Address] {
        guard !resource.isExternal else { return [] }
        switch resource.kind {
        case .apiService, .publishedService, .infra: return []
        case .endpoint: return resource.address.service.map { [$0] } ?? []
        case .package:
            guard let service = resource.address.service else { return [] }
            let published = PackageSpec(resource).publishedService.map { [Address(.publishedService, $0)] } ?? []
            return [service] + (endpointsByService[service] ?? []) + published
        case .deployment:
            let spec = DeploymentSpec(resource)
            return [Address(.publishedService, spec.publishedService), Address(.infra, spec.infra)]
                + publishers[spec.publishedService, default: []]
        }
    }
}
