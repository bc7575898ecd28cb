internal import JSON
internal import Resources

/// Which deployments use which versions, published services and infrastructures: before a plan and after it.
///
/// What is not known counts as used: nothing is deleted on a guess.
struct DeploymentUses {
    struct Use: Hashable {
        let deployment: String
        /// The published service; nil: not known.
        let service: String?
        let infra: String?
        /// The versions that answer; nil: not known.
        let versions: Set<String>?
    }

    /// Uses, found by what is used.
    struct Index {
        private var byService: [String: [Use]] = [:]
        private var unplaced: [Use] = []
        private var byInfra: [String: [Use]] = [:]

        mutating func add(_ use: Use) {
            if let service = use.service { byService[service, default: []].append(use) } else { unplaced.append(use) }
            if let infra = use.infra { byInfra[infra, default: []].append(use) }
        }

        func on(infra: String) -> Set<String> { Set(byInfra[infra, default: []].map(\.deployment)) }

        /// The deployments that refer to a service; `unknown` are those that may.
        func of(service: String) -> (known: Set<String>, unknown: Set<String>) {
            (Set(byService[service, default: []].map(\.deployment)), Set(unplaced.map(\.deployment)))
        }

        /// The deployments that map to a version; `unknown` are those that may.
        func mapping(to version: PublishedVersion) -> (known: Set<String>, unknown: Set<String>) {
            var (known, unknown): (Set<String>, Set<String>) = ([], [])
            for use in byService[version.service, default: []] {
                guard let versions = use.versions else {
                    unknown.insert(use.deployment)
                    continue
                }
                if versions.contains(version.version) { known.insert(use.deployment) }
            }
            for use in unplaced where use.versions?.contains(version.version) ?? true { unknown.insert(use.deployment) }
            return (known, unknown)
        }
    }

    private(set) var before = Index()
    private(set) var after = Index()

    init(_ planner: Planner) {
        let live = planner.live
        let changes = Dictionary(
            planner.plan.changes.lazy.filter { $0.address.kind == .deployment }.map { ($0.address.name, $0) },
            uniquingKeysWith: { first, _ in first })
        var infras: [String: [String?]] = [:]
        for (infra, deployments) in live.deploymentsOfInfra {
            for deployment in deployments { infras[deployment, default: []].append(infra) }
        }
        var ids = Set(live.listed.lazy.filter { $0.kind == .deployment }.map(\.name))
        ids.formUnion(infras.keys)
        for id in ids {
            let settings = live.documents[Address(.deployment, id)]
            let service = live.serviceOfDeployment[id] ?? settings?["publishedServiceId"]?.string
            let mapping =
                live.mappings[id] ?? GenerationsMapping(settings?["generationsMapping"], dialect: planner.dialect)
            for infra in infras[id] ?? [settings?["infraId"]?.string] {
                let use = Use(
                    deployment: id, service: service, infra: infra, versions: mapping.map { Set($0.versions) })
                before.add(use)
                if let later = DeploymentUses.later(use, changes[id]) { after.add(later) }
            }
            // What was applied may say what live hides.
            if changes[id] != nil, let record = planner.state[Address(.deployment, id)] {
                let spec = DeploymentSpec(record.lastApplied(at: planner.desired.environment.mark))
                before.add(Use(id, spec))
            }
        }
        guard planner.options.purpose != .destroy else { return }
        for resource in planner.desired.resources(of: .deployment) where !resource.isExternal {
            after.add(Use(resource.address.name, DeploymentSpec(resource)))
        }
    }

    /// What a live deployment uses when its change is done; nil when it is gone. What is declared for it is added beside.
    private static func later(_ use: Use, _ change: Change?) -> Use? {
        switch change?.action {
        case .delete, .replace, .create: return nil
        case .update:
            guard let fields = change?.fields, fields.contains(where: \.isMapping) else { return use }
            return Use(deployment: use.deployment, service: use.service, infra: use.infra, versions: [])
        case .rollout, .noOp, nil: return use
        }
    }
}

extension DeploymentUses.Use {
    /// As a manifest has it. One that names no version leaves it alone: what is live says what it maps to.
    fileprivate init(_ id: String, _ spec: DeploymentSpec) {
        self.init(
            deployment: id, service: spec.publishedService, infra: spec.infra,
            versions: Set(spec.mapping?.versions ?? []))
    }
}

extension FieldChange {
    /// Whether it says which versions a deployment answers with.
    fileprivate var isMapping: Bool { path == "version" || path == "generations" }
}
