internal import Planning
internal import Resources

extension ReadScope {
    /// For finding out what became of writes that nobody knows the end of.
    init(_ intents: [Intent], hasDesigner: Bool) {
        self.init()
        for intent in intents {
            guard let kind = intent.kind, hasDesigner || !kind.isOnDesigner || kind == .publishPackage else { continue }
            let address = intent.address
            if kind.isOnDesigner, hasDesigner { projects.insert(address.path[0]) }
            switch kind {
            case .createAPIService: break
            case .saveAPIService: services.insert(address)
            case .createPackage, .deletePackage: if let service = address.service { packagesOf.insert(service) }
            case .publishPackage, .importVersion, .promoteVersion, .deleteVersion, .createPublishedService,
                .deletePublishedService:
                listsServices = true
            case .savePublishedService:
                listsServices = true
                publishedServices.insert(address.name)
            case .createInfra, .deleteInfra: listsInfras = true
            case .saveInfra:
                listsInfras = true
                infras.insert(address.name)
            case .createDeployment, .deleteDeployment, .startUpdate, .awaitHealth: listsDeployments = true
            case .saveDeployment, .disableDeployment:
                listsDeployments = true
                deployments.insert(address.name)
            }
        }
    }
}
