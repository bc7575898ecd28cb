import Reports
import Resources

extension Pages {
    /// One run: who, when, why, and what became of each change.
    func run(_ place: PagePlace, _ run: RunRecord, _ changes: [RunChange], _ viewer: Viewer) -> String {
        let words = Words(now: place.snapshot.now)
        let tone: Words.Tone =
            switch run.result {
            case .applied: .good
            case .failed, .rolledBack, .abandoned: .bad
            case .partly, .interrupted: .warn
            case .open: .info
            }
        let icon: Icon =
            switch run.result {
            case .applied: .synced
            case .open: .progressing
            default: .problem
            }
        let finished: HTML =
            run.finished.map { "\(words.moment($0)), after \(elapsedText($0 - run.started))" }
            ?? "<span class=\"none\">not yet</span>"
        var facts: [(String, HTML)] = [
            ("By", "\(run.actor)"), ("Command", "<code>\(run.command)</code>"),
            ("Started", "\(words.moment(run.started)) (\(words.ago(run.started)))"), ("Finished", finished),
        ]
        if let reason = run.reason { facts.append(("Reason", "\(reason)")) }
        if let commit = run.commit { facts.append(("Commit", "<code>\(commit)</code>")) }
        if let digest = run.planDigest { facts.append(("Plan", Words.digest(digest))) }
        facts.append(("Changes", "\(countsText(run))"))
        let rows = facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as HTML }
        let isMoving = run.result == .open && place.status.running != nil
        let frame = Frame(
            "Run \(run.number) of \(place.place)", viewer, place, refresh: isMoving ? Frame.secondsWhileMoving : nil,
            isMoving: isMoving)
        return frame.page(
            self,
            """
            <div id="run" data-live><div class="title"><h1>Run \(run.number)</h1>
            <div>\(Words.badge(capitalized(run.result.words), icon, tone))</div></div>
            <dl class="facts">
            \(rows)</dl>
            <h2>Changes</h2>
            <div class="report">
            \(runSections(changes) { PageLink.resource(place.place, $0.withoutVersion) })</div></div>

            """)
    }
}
