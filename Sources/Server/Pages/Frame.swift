import Reports
import Resources

/// What stands around each page: its head, the way to other pages, who looks at it.
struct Frame {
    /// The pages of one environment, in the order of its tabs.
    enum Tab: String, CaseIterable { case status, graph, timeline, plan, drift }

    let title: String
    let viewer: Viewer
    /// Nil for a page that tells nothing of how things stand.
    var snapshot: WatchSnapshot?
    var place: PagePlace?
    var tab: Tab?
    /// How soon a script looks again, in seconds; nil: never.
    var refresh: Int?
    /// Whether the browser itself looks again, where there is no script.
    var isMoving = false

    /// While something runs.
    static let secondsWhileMoving = 2
    static let secondsAtRest = 5

    init(
        _ title: String, _ viewer: Viewer, snapshot: WatchSnapshot? = nil, refresh: Int? = nil, isMoving: Bool = false
    ) {
        (self.title, self.viewer, self.snapshot) = (title, viewer, snapshot)
        (self.refresh, self.isMoving) = (refresh, isMoving)
    }

    init(
        _ title: String, _ viewer: Viewer, _ place: PagePlace, _ tab: Tab? = nil, refresh: Int? = nil,
        isMoving: Bool = false
    ) {
        self.init(title, viewer, snapshot: place.snapshot, refresh: refresh, isMoving: isMoving)
        (self.place, self.tab) = (place, tab)
    }

    func page(_ pages: Pages, _ content: HTML) -> String {
        let refreshes: HTML? = refresh.map { " data-refresh=\"\($0)\"" }
        let reload: HTML =
            isMoving
            ? "<noscript><meta http-equiv=\"refresh\" content=\"\(Frame.secondsWhileMoving)\"></noscript>\n" : .none
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en"\(refreshes)>
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title) · Mooring</title>
            <link rel="stylesheet" href="\(pages.stylePath)">
            <link rel="icon" type="image/svg+xml" href="\(pages.iconPath)">
            \(refresh == nil ? .none : "<script src=\"\(pages.scriptPath)\" defer></script>\n" as HTML)\(reload)</head>
            <body>
            \(Icon.sprite)<a class="skip" href="#content">Skip to the content</a>
            \(header)\(tabs)<main id="content" tabindex="-1">
            \(notice)\(content)</main>
            \(footer)</body>
            </html>

            """
        return page.text
    }

    private var header: HTML {
        """
        <header class="top">
        <a class="brand" href="/">\(Icon.anchor.html)<span>Mooring</span></a>
        <nav aria-label="Breadcrumbs"><ol class="crumbs">\(crumbs)</ol></nav>
        <div class="viewer">\(who)</div>
        </header>

        """
    }

    private var crumbs: [HTML] {
        let home = snapshot?.name ?? "Overview"
        guard let place else {
            return viewer.path == PageLink.overview
                ? ["<li><a href=\"/\" aria-current=\"page\">\(home)</a></li>"]
                : ["<li><a href=\"/\">\(home)</a></li>"]
        }
        return [
            "<li><a href=\"/\">\(home)</a></li>",
            """
            <li><a href="\(PageLink.environment(place.place))">\(place.repository.name)<span class="slash">/</span>\
            \(place.status.name)</a></li>
            """,
        ]
    }

    private var who: HTML {
        guard viewer.canLogIn else { return "<span class=\"soft\">Read-only</span>" }
        guard let name = viewer.name else { return "<a href=\"\(PageLink.login(back: viewer.path))\">Log in</a>" }
        return """
            <span class="name">\(name)</span>
            <form method="post" action="\(PageLink.logout)">\(Frame.csrf(viewer))<button class="quiet">Log out</button></form>
            """
    }

    private var tabs: HTML {
        guard let place else { return .none }
        let links = Tab.allCases.map { tab -> HTML in
            let current: HTML = tab == self.tab ? " aria-current=\"page\"" : .none
            return
                "<li><a href=\"\(tab.path(place.place))\"\(current)>\(capitalized(tab.rawValue))\(count(tab))</a></li>\n"
        }
        return
            "<nav id=\"tabs\" class=\"tabs\" data-live aria-label=\"\(place.place.description)\"><ul>\n\(links)</ul></nav>\n"
    }

    /// What waits behind a tab.
    private func count(_ tab: Tab) -> HTML {
        guard let status = place?.status else { return .none }
        switch tab {
        case .drift where status.drifted > 0:
            return " <span class=\"count\">\(status.drifted)<span class=\"hidden\"> drifted</span></span>"
        case .plan where status.pending != nil:
            return " <span class=\"count\">1<span class=\"hidden\"> pending</span></span>"
        default: return .none
        }
    }

    private var notice: HTML {
        guard let notice = viewer.notice else { return .none }
        return "<p class=\"notice\" role=\"status\">\(Icon.done.html)\(notice)</p>\n"
    }

    private var footer: HTML {
        let version: HTML? = snapshot.map { " \($0.version)" }
        let moment: HTML? = snapshot.map {
            "<span id=\"as-of\" data-live>As of \(Words(now: $0.now).moment($0.now))</span>"
        }
        return """
            <footer>
            <p id="stale" role="status" hidden>The daemon does not answer. This is how things stood then.</p>
            <p>\(moment)<span>Mooring\(version)</span><a href="/api/status">Status as JSON</a><a href="/metrics">Metrics</a></p>
            </footer>

            """
    }

    /// What each form of somebody who is logged in carries.
    static func csrf(_ viewer: Viewer) -> HTML { "<input type=\"hidden\" name=\"csrf\" value=\"\(viewer.csrf)\">" }

    /// A form that is one button.
    static func button(
        _ words: String, _ path: String, _ viewer: Viewer, fields: [(String, String)] = [], isMain: Bool = false
    ) -> HTML {
        let hidden = fields.map { "<input type=\"hidden\" name=\"\($0.0)\" value=\"\($0.1)\">" as HTML }
        return """
            <form method="post" action="\(path)">\(csrf(viewer))\(hidden)\
            <button\(isMain ? " class=\"main\"" as HTML : .none)>\(words)</button></form>

            """
    }
}

extension Frame.Tab {
    fileprivate func path(_ place: WatchPlace) -> String {
        switch self {
        case .status: PageLink.environment(place)
        case .graph: PageLink.graph(place)
        case .timeline: PageLink.timeline(place)
        case .plan: PageLink.plan(place)
        case .drift: PageLink.drift(place)
        }
    }
}
