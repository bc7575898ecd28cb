import Diagnostics
import Reports
import Resources

/// The resources of an environment, filtered and in pages.
struct ResourceList {
    private let place: WatchPlace
    private let query: PageQuery
    private let words: Words
    private let all: [ResourceView]
    private let found: [ResourceView]

    /// So many rows are read and sent at once.
    static let rowsOfPage = 200

    enum Order: String, CaseIterable { case name, sync, health }

    private let order: Order

    init(_ detail: EnvironmentDetail, _ query: PageQuery, _ place: WatchPlace) {
        (self.place, self.query, words) = (place, query, Words(now: detail.made))
        all = detail.resources
        let (kind, sync, health) = (query["kind"], query["sync"], query["health"])
        let text = query["q"]?.lowercased()
        let order = query["sort"].flatMap(Order.init) ?? .name
        self.order = order
        let matching = detail.resources.filter { resource in
            (kind == nil || resource.address.kind.rawValue == kind)
                && (sync == nil || resource.sync.rawValue == sync)
                && (health == nil || resource.health.rawValue == health)
                && text.map { ResourceList.text(resource).contains($0) } ?? true
        }
        // By rank, then as they stand: by address.
        let ranks = matching.indices.map { index -> (Int, Int) in
            switch order {
            case .name: (0, index)
            case .sync: (ResourceList.rank(matching[index].sync), index)
            case .health: (ResourceList.rank(matching[index].health), index)
            }
        }
        found = ranks.sorted { $0 < $1 }.map { matching[$0.1] }
    }

    /// What a search looks through.
    private static func text(_ resource: ResourceView) -> String {
        [resource.address.description, resource.version, resource.declaredVersion, resource.infra, resource.verdict]
            .compactMap { $0 }.joined(separator: " ").lowercased()
    }

    /// The worst first.
    private static func rank(_ sync: SyncStatus) -> Int {
        switch sync {
        case .outOfSync: 0
        case .unknown: 1
        case .synced: 2
        }
    }

    private static func rank(_ health: Health) -> Int {
        switch health {
        case .degraded: 0
        case .missing: 1
        case .progressing: 2
        case .unknown: 3
        case .healthy: 4
        }
    }

    private var pages: Int { max(1, (found.count + ResourceList.rowsOfPage - 1) / ResourceList.rowsOfPage) }
    private var page: Int { min(max(1, query["page"].flatMap { Int($0) } ?? 1), pages) }

    var html: HTML {
        let first = (page - 1) * ResourceList.rowsOfPage
        let shown = found.dropFirst(first).prefix(ResourceList.rowsOfPage)
        let told =
            found.count == all.count
            ? counted(all.count, "resource") : "\(found.count) of \(counted(all.count, "resource"))"
        let table: HTML = shown.isEmpty ? "<p class=\"none\">No resource matches.</p>\n" : table(shown)
        return """
            <section aria-labelledby="resources-title">
            <h2 id="resources-title">Resources <span class="count">\(told)</span></h2>
            \(filters)<div id="resources" data-live>
            \(table)</div>
            \(pager)</section>

            """
    }

    // MARK: Filters

    private var filters: HTML {
        let kinds = Set(all.map(\.address.kind)).sorted().map(\.rawValue)
        let reset: HTML =
            found.count == all.count && order == .name
            ? .none : "<a href=\"\(PageLink.environment(place))#resources-title\">Show all</a>\n"
        return """
            <form class="filters" method="get" action="\(PageLink.environment(place))" role="search" aria-label="Resources">
            <label>Text <input type="search" name="q" value="\(query["q"] ?? "")" autocomplete="off"></label>
            \(select("Kind", "kind", [("", "all")] + kinds.map { ($0, $0) }))\
            \(select("Sync", "sync", [("", "all")] + ["Synced", "OutOfSync", "Unknown"].map { ($0, $0) }))\
            \(select("Health", "health", [("", "all")] + ["Healthy", "Progressing", "Degraded", "Missing", "Unknown"].map { ($0, $0) }))\
            \(select("Order", "sort", Order.allCases.map { ($0.rawValue, $0.words) }))<button>Show</button>
            \(reset)</form>

            """
    }

    private func select(_ label: String, _ name: String, _ options: [(value: String, words: String)]) -> HTML {
        let chosen = query[name] ?? (name == "sort" ? order.rawValue : "")
        let options = options.map { option -> HTML in
            let isChosen: HTML = option.value == chosen ? " selected" : .none
            return "<option value=\"\(option.value)\"\(isChosen)>\(option.words)</option>"
        }
        return "<label>\(label) <select name=\"\(name)\">\(options)</select></label>\n"
    }

    // MARK: Rows

    private func table(_ shown: some Sequence<ResourceView>) -> HTML {
        var groups: [(kind: Kind?, rows: [ResourceView])] = []
        for resource in shown {
            let kind = order == .name ? resource.address.kind : nil
            if groups.last?.kind == kind, !groups.isEmpty {
                groups[groups.count - 1].rows.append(resource)
            } else {
                groups.append((kind, [resource]))
            }
        }
        let bodies = groups.map { kind, rows -> HTML in
            let head: HTML? = kind.map { kind in
                """
                <tr class="group" role="row"><th colspan="5" scope="rowgroup" role="rowheader">\(kind.rawValue) \
                <span class="count">\(all.count { $0.address.kind == kind })</span></th></tr>

                """
            }
            return "<tbody role=\"rowgroup\">\n\(head)\(rows.map { row($0, withKind: kind == nil) })</tbody>\n"
        }
        return """
            <table class="stack resources" role="table"><caption class="hidden">Resources</caption>
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Name</th>\
            <th scope="col" role="columnheader">Version</th><th scope="col" role="columnheader">State</th>\
            <th scope="col" role="columnheader">What is known</th><th scope="col" role="columnheader">Declared in</th></tr></thead>
            \(bodies)</table>

            """
    }

    private func row(_ resource: ResourceView, withKind: Bool) -> HTML {
        let address = resource.address
        let kind: HTML = withKind ? "<span class=\"kind\">\(address.kind.rawValue)/</span>" : .none
        let name = address.description.dropFirst(address.kind.rawValue.count + 1)
        let declared: HTML? = resource.declaredVersion.map(Words.declared)
        let versions: HTML =
            resource.version == nil && declared == nil ? .none : "<span>\(resource.version ?? "")\(declared)</span>"
        var known: [HTML] = []
        if let verdict = resource.verdict, verdict != "clean" { known.append("\(verdict)") }
        if let hold = resource.hold { known.append("passed over: \(hold.reason)") }
        if !resource.fields.isEmpty {
            known.append("\(counted(resource.fields.count, "field")) differ\(resource.fields.count == 1 ? "s" : "")")
        }
        if known.isEmpty, let detail = resource.details.first { known.append("\(detail)") }
        if let infra = resource.infra { known.append("on \(infra)") }
        let place: HTML? = resource.mark.map { "<code class=\"place\">\($0.file):\($0.line)</code>" }
        return """
            <tr role="row"><th scope="row" role="rowheader"><a href="\(PageLink.resource(self.place, address))">\(kind)\(name)</a></th>
            <td role="cell" data-label="Version">\(versions)</td>
            <td role="cell" data-label="State">\(Words.badges(resource))</td>
            <td role="cell" data-label="Known">\(known.joined(", "))</td>
            <td role="cell" data-label="Declared in">\(place)</td></tr>

            """
    }

    private var pager: HTML { Pager(page: page, pages: pages, query: query, what: "resources").html }
}

/// The way to the other pages of a long list.
struct Pager {
    let page: Int
    let pages: Int
    let query: PageQuery
    let what: String

    var html: HTML {
        guard pages > 1 else { return .none }
        let back: HTML = page > 1 ? link("Previous", page - 1, "prev") : .none
        let ahead: HTML = page < pages ? link("Next", page + 1, "next") : .none
        return
            "<nav class=\"pager\" aria-label=\"Pages of \(what)\">\(back)<span>Page \(page) of \(pages)</span>\(ahead)</nav>\n"
    }

    private func link(_ words: String, _ page: Int, _ relation: String) -> HTML {
        "<a rel=\"\(relation)\" href=\"\(query.with(["page": "\(page)"]))\">\(words)</a>"
    }
}

extension ResourceList.Order {
    fileprivate var words: String {
        switch self {
        case .name: "by name"
        case .sync: "worst sync first"
        case .health: "worst health first"
        }
    }
}
