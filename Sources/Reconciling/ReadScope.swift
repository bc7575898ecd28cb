internal import Planning
internal import Resources

/// What a refresh reads: lists once, settings only of what is declared and selected.
struct ReadScope: Sendable {
    var projects: Set<String> = []
    /// Design-side services whose settings are read.
    var services: Set<Address> = []
    /// Design-side services of which only the existence counts.
    var external: Set<Address> = []
    /// Design-side services whose packages are listed.
    var packagesOf: Set<Address> = []
    var publishedServices: Set<String> = []
    var infras: Set<String> = []
    var deployments: Set<String> = []
    /// Deployments whose heavy status is read.
    var health: Set<String> = []
    var listsServices = false
    var listsInfras = false
    var listsDeployments = false
    var readsSource = false

    /// For a plan of what is declared and selected.
    init(_ desired: DesiredState, _ selection: Selection, checksHealth: Bool) {
        let hasDesigner = desired.environment.designer != nil
        for resource in desired.resources where selection.contains(resource.address) {
            let address = resource.address
            switch resource.kind {
            case .apiService, .endpoint:
                guard hasDesigner, let service = address.service else { continue }
                projects.insert(service.path[0])
                if resource.isExternal { external.insert(service) } else { services.insert(service) }
            case .package:
                guard !resource.isExternal else { continue }
                let spec = PackageSpec(resource)
                listsServices = listsServices || spec.publishedService != nil
                guard hasDesigner, spec.archive == nil, let service = address.service else { continue }
                projects.insert(service.path[0])
                packagesOf.insert(service)
            case .publishedService:
                listsServices = true
                if !resource.isExternal { publishedServices.insert(address.name) }
            case .infra:
                listsInfras = true
                if !resource.isExternal { infras.insert(address.name) }
            case .deployment:
                listsDeployments = true
                guard !resource.isExternal else { continue }
                listsServices = true
                readsSource = readsSource || desired.environment.promotesFrom != nil
                deployments.insert(address.name)
                if checksHealth { health.insert(address.name) }
            }
        }
    }

    /// The saved settings of one deployment.
    init(deployment id: String) {
        listsDeployments = true
        deployments = [id]
    }

    /// For finding out what moved since a plan was made.
    init(_ plan: Plan, hasDesigner: Bool) {
        listsServices = plan.changes.contains { change in change.steps.contains { $0.kind == .promoteVersion } }
        readsSource = listsServices
        for (address, print) in plan.fingerprints {
            switch address.kind {
            case .apiService, .endpoint:
                guard hasDesigner, let service = address.service else { continue }
                projects.insert(service.path[0])
                services.insert(service)
            case .package:
                listsServices = true
                let isArchive = VersionPrint(print)?.origin == .archive
                guard hasDesigner, !isArchive, let service = address.service else { continue }
                projects.insert(service.path[0])
                packagesOf.insert(service)
            case .publishedService:
                listsServices = true
                publishedServices.insert(address.name)
            case .infra:
                listsInfras = true
                infras.insert(address.name)
            case .deployment:
                listsDeployments = true
                deployments.insert(address.name)
            }
        }
    }
}
