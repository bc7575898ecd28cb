import Reports
import Resources

extension Pages {
    /// What uses what, one service at a time.
    func graph(_ place: PagePlace, _ detail: EnvironmentDetail?, _ viewer: Viewer) -> String {
        let frame = Frame(
            "Graph of \(place.place)", viewer, place, .graph)
        guard let detail, !detail.resources.isEmpty else {
            return frame.page(self, "<h1>Graph</h1>\n<p>Nothing was read of this environment yet.</p>\n")
        }
        let groups = Group.all(of: detail.resources)
        let asked = PageQuery(of: viewer.path)["of"].flatMap { Address($0) }
        let chosen = asked.flatMap { asked in groups.first { $0.addresses.contains(asked) } } ?? groups[0]
        let drawing = GraphDrawing(place: place.place, detail: detail, group: chosen)
        return frame.page(
            self,
            """
            <h1>Graph</h1>
            <p class="summary">What uses what: whatever stands left is made first.</p>
            \(groups.count > 1 ? choice(groups, chosen, place.place) : .none)\(drawing.html)
            """)
    }

    /// More names than that make no list that anybody looks through; the list of resources can be searched.
    private static let mostNames = 200

    private func choice(_ groups: [Group], _ chosen: Group, _ place: WatchPlace) -> HTML {
        let links = groups.prefix(Pages.mostNames).map { group -> HTML in
            let current: HTML = group.name == chosen.name ? " aria-current=\"true\"" : .none
            let path = PageLink.graph(place, of: group.name)
            return "<li><a href=\"\(path)\"\(current)>\(group.name.description)</a></li>\n"
        }
        let rest = groups.count - links.count
        return """
            <nav class="choice" aria-label="Services"><ul>
            \(links)\(rest > 0 ? "<li>and \(rest) more</li>\n" as HTML : .none)</ul></nav>

            """
    }
}

/// Resources that belong together: a service with all that is made of it, and the infrastructure that it runs on.
struct Group {
    /// What it is known by: its published service, else its service, else its first resource.
    let name: Address
    /// Sorted.
    let addresses: [Address]

    /// Sorted by name. Infrastructure ties nothing together, since everything may run on the same.
    static func all(of resources: [ResourceView]) -> [Group] {
        let known = Set(resources.map(\.address))
        var neighbours: [Address: [Address]] = [:]
        for resource in resources {
            for used in resource.uses where known.contains(used) && used.kind != .infra {
                neighbours[resource.address, default: []].append(used)
                neighbours[used, default: []].append(resource.address)
            }
        }
        let infrastructure = Dictionary(
            resources.map { ($0.address, $0.uses.filter { $0.kind == .infra && known.contains($0) }) },
            uniquingKeysWith: { first, _ in first })
        var seen: Set<Address> = []
        var groups: [Group] = []
        for start in resources.map(\.address) where start.kind != .infra && !seen.contains(start) {
            var members: [Address] = []
            var next = [start]
            while let address = next.popLast() {
                guard seen.insert(address).inserted else { continue }
                members.append(address)
                next += neighbours[address] ?? []
            }
            groups.append(Group(members + Set(members.flatMap { infrastructure[$0] ?? [] })))
        }
        let alone = known.filter { $0.kind == .infra }.subtracting(groups.flatMap(\.addresses))
        return (groups + alone.map { Group([$0]) }).sorted { $0.name < $1.name }
    }

    private init(_ members: [Address]) {
        addresses = members.sorted()
        name =
            addresses.first { $0.kind == .publishedService } ?? addresses.first { $0.kind == .apiService }
            ?? addresses[0]
    }
}
