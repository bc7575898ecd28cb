import Reports
import Resources

/// One group as a drawing whose nodes are links, and as a list that says the same.
struct GraphDrawing {
    let place: WatchPlace
    let group: Group
    private let views: [Address: ResourceView]

    init(place: WatchPlace, detail: EnvironmentDetail, group: Group) {
        (self.place, self.group) = (place, group)
        views = Dictionary(detail.resources.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A drawing of more nodes is a maze: the list says more.
    static let mostNodes = 60

    var html: HTML {
        guard group.addresses.count <= GraphDrawing.mostNodes else {
            return """
                <p>\(group.addresses.count) resources belong together here: more than a drawing can show.</p>
                \(list)
                """
        }
        return """
            <div class="scroll graph" tabindex="0" role="region" aria-label="Drawing of \(group.name.description)">
            \(drawing)</div>
            \(list)
            """
    }

    // MARK: The drawing

    /// In units of the drawing, which are pixels.
    private static let (width, height, gapAcross, gapDown, margin) = (216, 48, 56, 16, 8)

    private var drawing: HTML {
        let graph = LayeredGraph(group.addresses) { views[$0]?.uses ?? [] }
        let across = GraphDrawing.width + GraphDrawing.gapAcross
        let down = GraphDrawing.height + GraphDrawing.gapDown
        let total = (
            graph.layers * across - GraphDrawing.gapAcross + 2 * GraphDrawing.margin,
            graph.rows * down - GraphDrawing.gapDown + 2 * GraphDrawing.margin
        )
        // Short layers stand in the middle.
        let counts = Dictionary(grouping: graph.nodes, by: \.layer).mapValues(\.count)
        let corners = graph.nodes.map { node in
            (
                x: GraphDrawing.margin + node.layer * across,
                y: GraphDrawing.margin + node.row * down + (graph.rows - (counts[node.layer] ?? 0)) * down / 2
            )
        }
        let edges = graph.edges.map { edge -> HTML in
            let (start, end) = (corners[edge.to], corners[edge.from])
            let (x1, y1) = (start.x + GraphDrawing.width, start.y + GraphDrawing.height / 2)
            let (x2, y2) = (end.x - 5, end.y + GraphDrawing.height / 2)
            let bend = max(20, (x2 - x1) / 2)
            return """
                <path class="edge" d="M\(x1) \(y1)C\(x1 + bend) \(y1) \(x2 - bend) \(y2) \(x2) \(y2)" marker-end="url(#arrow)"/>

                """
        }
        let nodes = zip(graph.nodes, corners).map { node, corner in draw(node.address, corner.x, corner.y) }
        return """
            <svg class="graph" width="\(total.0)" height="\(total.1)" viewBox="0 0 \(total.0) \(total.1)" role="group" \
            aria-label="What uses what around \(group.name.description)">
            <defs><marker id="arrow" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="8" markerHeight="8" orient="auto">\
            <path class="head" d="M1 1l6 3-6 3z"/></marker></defs>
            \(edges)\(nodes)</svg>

            """
    }

    private func draw(_ address: Address, _ x: Int, _ y: Int) -> HTML {
        let view = views[address]
        let (sync, health) = (view?.sync ?? .unknown, view?.health ?? .unknown)
        let isToCome = view?.action == .create
        let tone = Words.tone(sync, health, isToCome: isToCome)
        let words = "\(address.description), \(sync.rawValue), \(health.rawValue)"
        return """
            <a href="\(PageLink.resource(place, address))" class="node \(tone.rawValue)" aria-label="\(words)">\
            <title>\(words)</title>\
            <rect x="\(x)" y="\(y)" width="\(GraphDrawing.width)" height="\(GraphDrawing.height)" rx="6"/>\
            <rect class="tone" x="\(x)" y="\(y)" width="5" height="\(GraphDrawing.height)" rx="2"/>\
            <text class="kind" x="\(x + 14)" y="\(y + 18)">\(address.kind.rawValue)</text>\
            <text x="\(x + 14)" y="\(y + 36)">\(GraphDrawing.short(address.name))</text>\
            <use class="\(Words.tone(sync).rawValue)" href="#i-\(Words.icon(sync).rawValue)" x="\(x + GraphDrawing.width - 44)" y="\(y + 8)" width="14" height="14"/>\
            <use class="\(Words.tone(health, isToCome: isToCome).rawValue)" href="#i-\(Words.icon(health).rawValue)" x="\(x + GraphDrawing.width - 24)" y="\(y + 8)" width="14" height="14"/>\
            </a>

            """
    }

    /// As much of a name as fits into a node.
    private static func short(_ name: String) -> String { name.count > 26 ? name.prefix(25) + "…" : name }

    // MARK: The list

    private var list: HTML {
        let rows = group.addresses.map { address -> HTML in
            let view = views[address]
            let uses = (view?.uses ?? []).map { used -> HTML in
                views[used] == nil
                    ? "\(used.description)" : "<a href=\"\(PageLink.resource(place, used))\">\(used.description)</a>"
            }
            return """
                <tr role="row"><th scope="row" role="rowheader"><a href="\(PageLink.resource(place, address))">\(address.description)</a></th>
                <td role="cell" data-label="State">\(Words.badges(view))</td>
                <td role="cell" data-label="Uses">\(uses.isEmpty ? "<span class=\"none\">nothing</span>" : uses.joined("<br>"))</td></tr>

                """
        }
        return """
            <section aria-labelledby="list-title"><h2 id="list-title">As a list</h2>
            <table class="stack" role="table"><caption class="hidden">What uses what</caption>
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Resource</th>\
            <th scope="col" role="columnheader">State</th><th scope="col" role="columnheader">Uses</th></tr></thead>
            <tbody role="rowgroup">
            \(rows)</tbody></table></section>

            """
    }
}
