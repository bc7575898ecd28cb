package import DSS
internal import JSON
internal import Resources

/// The live nodes of one environment.
package struct Nodes: Sendable {
    /// The design node; nil where design-side kinds are only referred to.
    package let designer: DSSClient?
    package let deployer: DSSClient
    /// The deployer that versions are promoted from.
    package let source: DSSClient?
    /// Shared by all who update on this deployer from this process, since DSS bounds them together; nil: each run bounds its
    /// own.
    package let updates: Turnstile?

    package init(
        designer: DSSClient?, deployer: DSSClient, source: DSSClient?, updates: Turnstile? = nil
    ) {
        self.designer = designer
        self.deployer = deployer
        self.source = source
        self.updates = updates
    }
}

extension Nodes {
    /// A service's packages; none where design-side kinds are only referred to.
    func packages(of service: Address) async throws(DSSError) -> [PackageListItem] {
        guard let designer else { return [] }
        return try await designer.project(service.path[0]).apiService(service.name).listPackages()
    }

    /// An object's settings, a service's for what lies in it; an empty document where those are only referred to.
    func settings(of address: Address) async throws(DSSError) -> JSONValue {
        let deployer = deployer.apiDeployer
        switch address.kind {
        case .infra: return try await deployer.infra(address.name).getSettings()
        case .deployment: return try await deployer.deployment(address.name).getSettings()
        case .publishedService: return try await deployer.service(address.name).getSettings()
        case .apiService, .endpoint, .package:
            guard let designer else { return [:] }
            return try await designer.project(address.path[0]).apiService(address.name).getSettings()
        }
    }
}
