internal import Diagnostics
internal import JSON
internal import Resources

/// Which version of each design-side service its manifest declares, and where that is published.
///
/// The lists do not say which service a published version came from. A published service of the same id that holds
/// the version is taken for its target; else one whose versions are all packages of this service and of no other.
struct VersionAttribution {
    struct Declared {
        let version: String
        /// Nil when it is published nowhere.
        let publishedService: String?

        func spec(service: String) -> JSONObject {
            var spec: JSONObject = ["version": .string(Substitution.escaped(version))]
            if let publishedService {
                if publishedService != service {
                    spec["publish"] = ["service": .string(Substitution.escaped(publishedService))]
                }
            } else {
                spec["publish"] = false
            }
            return spec
        }
    }

    /// By the package's address.
    private(set) var packages: [Address: Declared] = [:]
    private(set) var notes: [Diagnostic] = []

    init(_ estate: LiveEstate, declared: Set<Address>) {
        let targets = Dictionary(estate.publishedServices.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rivals = Dictionary(grouping: estate.services, by: \.id)
        for service in estate.services {
            guard let target = targets[service.id], VersionAttribution.newest(service.packages, in: target) != nil,
                VersionAttribution.best(rivals[service.id] ?? [], for: target) == service.project
            else { continue }
            declare(service, target)
        }
        let elsewhere = VersionAttribution.elsewhere(estate)
        for service in estate.services where packages[VersionAttribution.address(service)] == nil {
            let address = VersionAttribution.address(service)
            let found = elsewhere[address]
            declare(service, found)
            guard let found else { continue }
            notes.append(
                Diagnostic(
                    .note, "published-elsewhere",
                    "'\(address)' is taken to be published as '\(found.id)': each version there has the id of one of its packages",
                    hint: "Correct 'publish' in its manifest if that is not so.", address: address.description))
        }
        packages = packages.filter { !declared.contains($0.key) }
    }

    private static func address(_ service: LiveEstate.Service) -> Address {
        Address(.package, service.project, service.id)
    }

    private mutating func declare(_ service: LiveEstate.Service, _ target: LiveEstate.PublishedService?) {
        let version = target.flatMap { VersionAttribution.newest(service.packages, in: $0) }
        guard let version = version ?? VersionAttribution.newest(service.packages) else { return }
        packages[VersionAttribution.address(service)] = Declared(version: version, publishedService: target?.id)
    }

    /// The newest version that a manifest can name; of several of one age the last in the list.
    private static func newest(_ versions: [LiveEstate.Version]) -> String? {
        let usable = versions.filter { $0.id != "auto" && FieldReader.flaw(inIdentifier: $0.id) == nil }
        return usable.enumerated().max {
            ($0.element.createdOn ?? 0, $0.offset) < ($1.element.createdOn ?? 0, $1.offset)
        }?
        .element.id
    }

    /// The newest version of a published service that is one of these packages.
    private static func newest(
        _ packages: [LiveEstate.Version], in service: LiveEstate.PublishedService
    ) -> String? {
        let ids = Set(packages.map(\.id))
        return newest(service.versions.filter { ids.contains($0.id) })
    }

    /// Of services of one id in several projects, the project that most versions come from; the first of equals.
    private static func best(_ rivals: [LiveEstate.Service], for target: LiveEstate.PublishedService) -> String? {
        let published = Set(target.versions.map(\.id))
        let shares = rivals.map { service in (service.project, service.packages.count { published.contains($0.id) }) }
        let most = shares.map(\.1).max() ?? 0
        return shares.filter { $0.1 == most }.map(\.0).min()
    }

    /// The published services that have an id of no service, by the one package that all their versions may come from.
    private static func elsewhere(_ estate: LiveEstate) -> [Address: LiveEstate.PublishedService] {
        let names = Set(estate.services.map(\.id))
        var holders: [String: Set<Int>] = [:]
        for (index, service) in estate.services.enumerated() {
            for package in service.packages { holders[package.id, default: []].insert(index) }
        }
        var result: [Address: LiveEstate.PublishedService] = [:]
        for target in estate.publishedServices
        where !names.contains(target.id) && FieldReader.flaw(inIdentifier: target.id) == nil {
            // The rarest version first: most services have a `v1`.
            let sources = target.versions.map { holders[$0.id] ?? [] }.sorted { $0.count < $1.count }
            guard let rarest = sources.first else { continue }
            let common = sources.dropFirst().reduce(rarest) { $0.intersection($1) }
            guard common.count == 1, let index = common.first else { continue }
            let service = estate.services[index]
            if result[address(service)] == nil, newest(service.packages, in: target) != nil {
                result[address(service)] = target
            }
        }
        return result
    }
}
