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
        return frame.page(
            self,
            """
            <h1>Drift</h1>
            <p class="summary">Looked at \(words.ago(report.made)); what is found is \(Words.drift(place.status.drift)).</p>
            <div class="report">
            \(driftSections(report))</div>

            """)
    }
}
