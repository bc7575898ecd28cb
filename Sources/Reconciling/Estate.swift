internal import DSS
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources

/// The patterns of an import: which objects are meant.
struct EstateSelection {
    let globs: [String]

    /// Whether an object is meant; all are without any pattern.
    func contains(_ address: Address) -> Bool {
        globs.isEmpty || globs.contains { address.matches($0) }
    }

    private static func hasWildcard(_ text: Substring) -> Bool { text.contains { "*?".contains($0) } }

    /// The patterns that may mean an object of the design node, in their parts.
    private var designParts: [[Substring]] {
        globs.map { $0.split(separator: "/", omittingEmptySubsequences: false) }.filter { parts in
            guard let kind = parts.first else { return false }
            return EstateSelection.hasWildcard(kind) || Kind(rawValue: String(kind))?.isDesignSide ?? false
        }
    }

    /// Whether a pattern may mean an object of the design node.
    var wantsDesign: Bool { globs.isEmpty || !designParts.isEmpty }

    /// The projects that patterns name in full.
    var namedProjects: Set<String> {
        Set(designParts.filter { $0.count > 2 && !EstateSelection.hasWildcard($0[1]) }.map { String($0[1]) })
    }

    /// Whether a project may hold what is meant: by its name alone it is ruled out only when every pattern names another.
    func mayHold(project: String) -> Bool {
        globs.isEmpty
            || designParts.contains { parts in
                // A star may stand for slashes too.
                guard parts.count > 2, !EstateSelection.hasWildcard(parts[0]), !EstateSelection.hasWildcard(parts[1])
                else { return true }
                return parts[1] == project
            }
    }
}

/// What was read so far.
struct EstateReading {
    let selection: EstateSelection
    let known: Set<String>
    var notes: [Diagnostic] = []
    /// The services of the design node that are meant.
    var services: [Address] = []
    var infras: [String] = []
    var published: [ServiceStatus] = []
    var deployments: [DeploymentStatus] = []
    var settings: [Address: JSONValue] = [:]
    var packages: [Address: [LiveEstate.Version]] = [:]

    init(selection: EstateSelection, known: Set<String>) {
        self.selection = selection
        self.known = known
    }

    /// The services of a project. One is meant by the address of its package or of an endpoint, too.
    mutating func add(_ items: [APIServiceListItem], of project: String) {
        for item in items where EstateReading.isAddressable([project, item.id]) {
            let endpoints = item.endpoints.compactMap { $0["id"]?.string }.filter { EstateReading.isAddressable([$0]) }
            let addresses =
                [Address(.apiService, project, item.id), Address(.package, project, item.id)]
                + endpoints.map { Address(.endpoint, project, item.id, $0) }
            if addresses.contains(where: selection.contains) { services.append(addresses[0]) }
        }
    }

    /// The objects whose settings are read, sorted.
    var wanted: [Address] {
        let others =
            infras.filter { EstateReading.isAddressable([$0]) }.map { Address(.infra, $0) }
            + published.map(\.id).filter { EstateReading.isAddressable([$0]) }.map { Address(.publishedService, $0) }
            + deployments.map(\.id).filter { EstateReading.isAddressable([$0]) }.map { Address(.deployment, $0) }
        return Set(services + others.filter(selection.contains)).sorted()
    }

    /// A name that is empty or holds a slash has no address; the list would have to be broken.
    private static func isAddressable(_ names: [String]) -> Bool {
        names.allSatisfy { !$0.isEmpty && !$0.contains("/") }
    }

    /// All sorted, whatever the order in which the answers came.
    func finished(_ dialect: Dialect) -> LiveEstate {
        var estate = LiveEstate()
        estate.selected = Set(wanted)
        for address in services.sorted() {
            guard let document = settings[address] else { continue }
            estate.services.append(
                LiveEstate.Service(
                    project: address.path[0], id: address.name, settings: document, packages: packages[address] ?? []))
        }
        for status in published.sorted(by: { $0.id < $1.id }) where EstateReading.isAddressable([status.id]) {
            estate.publishedServices.append(
                LiveEstate.PublishedService(
                    id: status.id, settings: settings[Address(.publishedService, status.id)],
                    versions: status.packages.map { LiveEstate.Version(id: $0.id, createdOn: $0.createdOn) }))
        }
        for id in infras.sorted() where EstateReading.isAddressable([id]) {
            estate.infras.append(LiveEstate.Infra(id: id, settings: settings[Address(.infra, id)]))
        }
        for status in deployments.sorted(by: { $0.id < $1.id }) where EstateReading.isAddressable([status.id]) {
            guard let document = settings[Address(.deployment, status.id)] else { continue }
            estate.deployments.append(
                LiveEstate.Deployment(
                    id: status.id, settings: document,
                    mapping: GenerationsMapping(document["generationsMapping"], dialect: dialect)))
        }
        estate.notes = notes.sorted { $0.message < $1.message }
        return estate
    }
}
