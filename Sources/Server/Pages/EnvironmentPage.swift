import Diagnostics
import Reports
import Resources

extension Pages {
    /// How one environment stands, what may be done about it, and its resources.
    func environment(
        _ place: PagePlace, _ detail: EnvironmentDetail?, _ timeline: [TimelineEntry], _ viewer: Viewer
    ) -> String {
        let isMoving = place.status.running != nil || place.status.reconciling != nil
        let frame = Frame(
            place.place.description, viewer, place, .status,
            refresh: isMoving ? Frame.secondsWhileMoving : Frame.secondsAtRest, isMoving: isMoving)
        let badges = Words.badges(place.status.sync, place.status.health, isToCome: place.status.revision == nil)
        let panel = EnvironmentPanel(place: place, viewer: viewer)
        let list: HTML =
            detail.map { ResourceList($0, PageQuery(of: viewer.path), place.place).html }
            ?? "<section><h2>Resources</h2><p>Nothing was read of this environment yet.</p></section>\n"
        return frame.page(
            self,
            """
            <div class="title"><h1>\(place.repository.name)<span class="slash">/</span>\(place.status.name)</h1>
            <div id="badges" data-live>\(badges)\(Matrix.chips(place.status))</div>
            \(panel.actions)</div>
            \(panel.running)\(panel.callouts)\(panel.facts)\(recent(timeline, place))\(told(detail))\(list)\
            \(badge(place, viewer))
            """)
    }

    /// The picture for a README, and what to write there.
    private func badge(_ place: PagePlace, _ viewer: Viewer) -> HTML {
        let name = place.place.description
        let (picture, page) = (PageLink.badge(place.place), PageLink.environment(place.place))
        return """
            <details class="embed"><summary>Badge</summary>
            <p><img src="\(picture)" alt="\(name)" height="20" loading="lazy"></p>
            <pre tabindex="0" aria-label="Markdown">[![\(name)](\(viewer.site)\(picture))](\(viewer.site)\(page))</pre>
            </details>

            """
    }

    /// What the last reading said beside how things stand.
    private func told(_ detail: EnvironmentDetail?) -> HTML {
        guard let told = detail?.diagnostics.filter({ $0.severity != .note }), !told.isEmpty else { return .none }
        return """
            <section aria-labelledby="told-title"><h2 id="told-title">What reading it told</h2>
            \(diagnosticsHTML(told))</section>

            """
    }

    /// The newest entries; the whole timeline has a page of its own.
    private func recent(_ timeline: [TimelineEntry], _ place: PagePlace) -> HTML {
        let shown = 5
        let entries: HTML =
            timeline.isEmpty
            ? "<p>Nothing happened yet.</p>\n"
            : Timeline(place: place.place, now: place.snapshot.now).list(timeline.prefix(shown))
        return """
            <section id="recent" data-live aria-labelledby="recent-title">
            <h2 id="recent-title">Recently</h2>
            \(entries)<p><a href="\(PageLink.timeline(place.place))">The whole timeline</a></p>
            </section>

            """
    }
}
