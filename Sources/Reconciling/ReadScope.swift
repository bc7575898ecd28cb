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
    /// Objects that are remembered: a list that does not name one is no proof that it is gone.
    var remembered: Set<Address> = []

    /// Published services of which it counts what each live deployment maps to.
    var mappingsOf: Set<String> = []

    init() {}

    /// For a plan of what is declared and selected, and of what may have to go.
    init(_ desired: DesiredState, _ selection: Selection, _ state: StateSnapshot, _ options: PlanOptions) {
        if options.purpose != .destroy { addDeclared(desired, selection, checksHealth: options.checksHealth) }
        for reading in Departures(desired, state, options, selection).reads { add(reading) }
        for address in state.records.keys { remember(address, hasDesigner: desired.environment.designer != nil) }
    }

    /// Only what a list that is read could have named.
    private mutating func remember(_ address: Address, hasDesigner: Bool) {
        switch address.kind {
        case .apiService, .endpoint, .package:
            guard hasDesigner, let service = address.service, projects.contains(service.path[0]) else { return }
            remembered.insert(service)
        case .publishedService: if listsServices { remembered.insert(address) }
        case .infra: if listsInfras { remembered.insert(address) }
        case .deployment: if listsDeployments { remembered.insert(address) }
        }
    }

    private mutating func addDeclared(_ desired: DesiredState, _ selection: Selection, checksHealth: Bool) {
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

    private mutating func add(_ reading: Departures.Reading) {
        switch reading {
        case .existence(let address): addList(of: address)
        case .settings(let address):
            addList(of: address)
            switch address.kind {
            case .apiService: services.insert(address)
            case .publishedService: publishedServices.insert(address.name)
            case .infra: infras.insert(address.name)
            case .deployment: deployments.insert(address.name)
            case .endpoint, .package: break
            }
        case .packages(let service):
            projects.insert(service.path[0])
            packagesOf.insert(service)
        case .mappings(let service):
            listsDeployments = true
            mappingsOf.insert(service)
        }
    }

    /// With the settings of each deployment of which the list does not tell what it maps to, where that counts.
    func completed(by live: LiveState) -> ReadScope {
        guard !mappingsOf.isEmpty else { return self }
        var scope = self
        for address in live.listed where address.kind == .deployment && live.mappings[address.name] == nil {
            guard live.serviceOfDeployment[address.name].map(mappingsOf.contains) ?? true else { continue }
            scope.deployments.insert(address.name)
        }
        return scope
    }

    /// The deployer's lists name what nobody declares, too.
    mutating func addLists() {
        listsServices = true
        listsInfras = true
        listsDeployments = true
    }

    /// What names an object of that kind, and what may stand in the way of its end.
    private mutating func addList(of address: Address) {
        switch address.kind {
        case .apiService, .endpoint: projects.insert(address.path[0])
        case .package, .publishedService:
            listsServices = true
            listsDeployments = true
        case .infra:
            listsInfras = true
            listsDeployments = true
        case .deployment: listsDeployments = true
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
