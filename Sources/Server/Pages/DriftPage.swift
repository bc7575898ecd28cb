import Planning
import Reports
import Resources

extension Pages {
    /// Who changed what: the last drift report.
    func drift(_ place: PagePlace, _ report: DriftReport?, _ viewer: Viewer) -> String {
        let frame = Frame(
            "Drift of \(place.place)", viewer, place, .drift)
        guard let report else {
            let why = place.status.drift == .off ? "Drift is not looked for here." : "Drift was not looked at yet."
            return frame.page(self, "<h1>Drift</h1>\n<p>\(why)</p>\n")
        }
        let words = Words(now: place.snapshot.now)
        let healing = Healing(place: place, viewer: viewer).html
        let mode: HTML = healing.isEmpty ? "; what is found is \(Words.drift(place.status.drift))" : .none
        return frame.page(
            self,
            """
            <h1>Drift</h1>
            <p class="summary">Looked at \(words.ago(report.made))\(mode).</p>
            \(healing.isEmpty ? .none : "<section class=\"actions\" aria-label=\"What to do\">\(healing)</section>\n" as HTML)\
            <div class="report">
            \(driftSections(report))\(elsewhere(report))</div>

            """)
    }

    /// What else can be done about it, in git.
    private func elsewhere(_ report: DriftReport) -> HTML {
        guard let moved = report.rows.first(where: { [.drifted, .conflict].contains($0.verdict) }) else { return .none }
        return """
            <section>
            <h2>If it should stay</h2>
            <dl class="next">
            <dt>Keep it</dt><dd>Declare in git what is live.</dd>
            <dt>Leave it to others</dt><dd>Name the field under <code>lifecycle.ignore</code> in the manifest of \(moved.address.description).</dd>
            </dl>
            </section>

            """
    }
}
