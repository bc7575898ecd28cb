import Diagnostics
import JSON
import Reports
import Resources

extension Pages {
    /// One resource: what is declared, what is live, what differs and why.
    func resource(
        _ place: PagePlace, _ detail: EnvironmentDetail, _ resource: ResourceView, _ viewer: Viewer
    ) -> String {
        let asked = PageQuery(of: viewer.path)["tab"].flatMap(ResourcePage.Tab.init)
        let page = ResourcePage(
            place: place, detail: detail, resource: resource,
            tab: asked ?? (resource.live == resource.desired ? .live : .diff),
            isWhole: PageQuery(of: viewer.path)["whole"] != nil)
        let frame = Frame(
            "\(resource.address) on \(place.place)", viewer, place)
        return frame.page(self, page.html)
    }
}

struct ResourcePage {
    enum Tab: String, CaseIterable { case diff, live, desired, uses }

    let place: PagePlace
    let detail: EnvironmentDetail
    let resource: ResourceView
    let tab: Tab
    /// Whether equal lines are shown too.
    let isWhole: Bool

    private var words: Words { Words(now: place.snapshot.now) }

    var html: HTML {
        let address = resource.address
        let name = address.description.dropFirst(address.kind.rawValue.count + 1)
        return """
            <div class="title"><h1><span class="kind">\(address.kind.rawValue)/</span>\(name)</h1>
            <div>\(Words.badges(resource))</div></div>
            \(hold)\(facts)\(tabs)<section class="panel" aria-label="\(tab.words)">
            \(content)</section>

            """
    }

    private var facts: HTML {
        var rows: [(String, HTML)] = []
        if resource.version != nil || resource.declaredVersion != nil {
            let declared: HTML? = resource.declaredVersion.map { ", declared: <b>\($0)</b>" }
            rows.append(("Version", "\(resource.version ?? "none")\(declared)"))
        }
        if let infra = resource.infra {
            rows.append(("Runs on", link(Address(.infra, infra), words: infra)))
        }
        if let verdict = resource.verdict { rows.append(("Drift", "\(verdict)")) }
        rows.append(("Next apply", resource.action == .noOp ? "leaves it as it is" : "\(resource.action.does) it"))
        if let by = resource.changedBy {
            let verb = resource.address.kind == .deployment ? "Last update by" : "Last changed by"
            let when: HTML? = resource.changedAt.map { ", \(words.ago($0))" }
            rows.append((verb, "<b>\(by)</b>\(when)"))
        }
        if let mark = resource.mark {
            rows.append(("Declared in", "<code class=\"place\">\(mark.file):\(mark.line)</code>"))
        }
        if !resource.serviceURLs.isEmpty {
            rows.append(("Answers at", "\(resource.serviceURLs.map { "<code>\($0)</code>" as HTML }.joined("<br>"))"))
        }
        // Which fields differ stands below.
        let told = Set(resource.fields.map { "\($0.path) differs" })
        let known = resource.details.filter { !told.contains($0) }.map { "\($0)" as HTML }
        if !known.isEmpty { rows.append(("What is known", "\(known.joined("<br>"))")) }
        let list = rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as HTML }
        return "<dl class=\"facts\">\n\(list)</dl>\n"
    }

    private var hold: HTML {
        resource.hold.map { hold in
            """
            <section class="callout warn" aria-label="Passed over"><h2>\(Icon.held.html)Passed over until its manifest changes</h2>
            <p>\(hold.reason)</p><p class="meta">By \(hold.by), \(words.ago(hold.since))</p></section>

            """
        } ?? .none
    }

    private var tabs: HTML {
        let links = Tab.allCases.map { tab -> HTML in
            let current: HTML = tab == self.tab ? " aria-current=\"page\"" : .none
            let path = PageLink.resource(place.place, resource.address, tab: tab.rawValue)
            return "<li><a href=\"\(path)\"\(current)>\(tab.words)</a></li>\n"
        }
        return "<nav class=\"tabs inner\" aria-label=\"\(resource.address.description)\"><ul>\n\(links)</ul></nav>\n"
    }

    private var content: HTML {
        switch tab {
        case .live: document(resource.live, none: "It is not there.")
        case .desired: document(resource.desired, none: "No manifest declares it.")
        case .diff: difference
        case .uses: relations
        }
    }

    /// In bytes of a document: what is longer is cut, since a browser would not show it any more than a reader would read it.
    private static let longestDocument = 400_000

    private func document(_ json: JSONValue, none: String) -> HTML {
        guard json != .null else { return "<p class=\"none\">\(none)</p>\n" }
        let text = json.text(.pretty)
        let shown =
            text.utf8.count > ResourcePage.longestDocument ? String(text.prefix(ResourcePage.longestDocument)) : text
        let rest: HTML =
            shown.utf8.count < text.utf8.count
            ? "<p class=\"meta\">Cut after \(shown.utf8.count) of \(text.utf8.count) bytes.</p>\n" : .none
        return """
            <pre tabindex="0" aria-label="\(tab.words)">\(lines: shown)</pre>
            \(rest)
            """
    }

    // MARK: What differs

    private var difference: HTML {
        // Declared may hold what no node keeps, as how to roll out: that alone is no difference.
        let isEqual = resource.sync == .synced || resource.live == resource.desired
        guard !resource.fields.isEmpty || !isEqual else {
            return "<p class=\"none\">Live holds what is declared.</p>\n"
        }
        let (before, after) = (text(resource.live), text(comparable))
        let context = isWhole ? before.utf8.count + after.utf8.count : 3
        let way: HTML =
            isWhole
            ? "<a href=\"\(PageLink.resource(place.place, resource.address, tab: "diff"))\">Only what differs</a>"
            : "<a href=\"\(PageLink.resource(place.place, resource.address, tab: "diff"))&amp;whole=1\">With all equal lines</a>"
        return """
            \(fields)<div class="over"><h2>Line by line</h2>\(way)</div>
            \(SideBySide(before, after, context: context).html)
            """
    }

    /// What is declared, without what no node keeps: what is not there live and is none of the fields that differ.
    private var comparable: JSONValue {
        guard let desired = resource.desired.object, let live = resource.live.object, !resource.fields.isEmpty else {
            return resource.desired
        }
        return .object(
            JSONObject(
                members: desired.filter { member in
                    live[member.key] != nil
                        || resource.fields.contains { $0.path.prefix { $0 != "." && $0 != "[" } == member.key }
                }))
    }

    private func text(_ json: JSONValue) -> String { json == .null ? "" : readable(json) + "\n" }

    /// As text of several lines, where a text breaks too: one line of JSON that holds a program nobody reads.
    private func readable(_ json: JSONValue) -> String {
        let plain = json.text(.pretty)
        guard plain.utf8.count <= ResourcePage.longestDocument else {
            return String(plain.prefix(ResourcePage.longestDocument))
        }
        var result = ""
        var indent = ""
        var isIndent = true
        var isEscape = false
        for character in plain {
            result.append(character)
            if character == "\n" { (indent, isIndent) = ("", true) }
            if isIndent, character == " " { indent += " " } else if character != "\n" { isIndent = false }
            if isEscape, character == "n" { result += "\n  " + indent }
            isEscape = character == "\\" && !isEscape
        }
        return result
    }

    private var fields: HTML {
        guard !resource.fields.isEmpty else { return .none }
        let rows = resource.fields.map { field -> HTML in
            """
            <tr role="row"><th scope="row" role="rowheader">\(field.path)</th>
            <td role="cell" data-label="Live">\(value(field.live))</td>
            <td role="cell" data-label="Declared">\(value(field.desired))</td>
            <td role="cell" data-label="Moved">\(ResourcePage.moved(field.origin))</td></tr>

            """
        }
        return """
            <table class="stack fields" role="table"><caption class="hidden">Fields that differ</caption>
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Field</th>\
            <th scope="col" role="columnheader">Live</th><th scope="col" role="columnheader">Declared</th>\
            <th scope="col" role="columnheader">Who moved</th></tr></thead>
            <tbody role="rowgroup">
            \(rows)</tbody></table>

            """
    }

    /// In characters: longer values, and those of several lines, are told below.
    private static let longestValue = 200

    private func value(_ text: String) -> HTML {
        if text.isEmpty { return "<span class=\"none\">nothing</span>" }
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).count
        if lines > 2 { return "<span class=\"none\">\(lines) lines, see below</span>" }
        return text.count > ResourcePage.longestValue ? "\(text.prefix(ResourcePage.longestValue)) …" : "\(text)"
    }

    private static func moved(_ origin: String) -> String {
        switch origin {
        case "drift": "live changed"
        case "conflict": "both changed"
        default: "manifest changed"
        }
    }

    // MARK: What belongs to it

    private var relations: HTML {
        let users = detail.resources.filter { $0.uses.contains(resource.address) }.map(\.address)
        return """
            <div class="columns"><section><h2>Uses</h2>
            \(list(resource.uses))</section>
            <section><h2>Used by</h2>
            \(list(users))</section></div>
            <p><a href="\(PageLink.graph(place.place, of: resource.address))">Show it in the graph</a></p>

            """
    }

    private func list(_ addresses: [Address]) -> HTML {
        guard !addresses.isEmpty else { return "<p class=\"none\">Nothing.</p>\n" }
        return
            "<ul class=\"plain\">\n\(addresses.map { "<li>\(link($0, words: $0.description))</li>\n" as HTML })</ul>\n"
    }

    private func link(_ address: Address, words: String) -> HTML {
        detail.resources.contains { $0.address == address }
            ? "<a href=\"\(PageLink.resource(place.place, address))\">\(words)</a>" : "\(words)"
    }
}

extension ResourcePage.Tab {
    var words: String {
        switch self {
        case .diff: "Difference"
        case .live: "Live"
        case .desired: "Declared"
        case .uses: "Uses"
        }
    }
}

extension Action {
    /// What an apply does with a resource, as `updates`.
    fileprivate var does: String {
        switch self {
        case .create: "creates"
        case .update: "updates"
        case .replace: "deletes and makes anew"
        case .delete: "deletes"
        case .rollout: "rolls out"
        case .noOp: "leaves"
        }
    }
}
