import Planning
import Reports
import Resources

extension Pages {
    /// The plan that waits or is being applied: what it changes, by which calls, and the way to approve it.
    func plan(_ place: PagePlace, _ plan: Plan?, _ viewer: Viewer) -> String {
        let frame = Frame(
            "Plan of \(place.place)", viewer, place, .plan)
        guard let plan else {
            return frame.page(
                self,
                "<h1>Plan</h1>\n<p>No plan waits: live is as the newest commit says, or it could not be planned.</p>\n")
        }
        let words = Words(now: place.snapshot.now)
        var facts: [(String, HTML)] = []
        if let pending = place.status.pending {
            facts.append(("Commit", words.commit(pending.revision)))
            facts.append(("Made", words.ago(pending.made)))
            facts.append(("Digest", "<code class=\"digest\">\(pending.digest)</code>"))
        }
        facts.append(("Deployer", "<span class=\"url\">\(plan.targets.deployer)</span>"))
        if let designer = plan.targets.designer, designer != plan.targets.deployer {
            facts.append(("Designer", "<span class=\"url\">\(designer)</span>"))
        }
        if let source = plan.targets.source {
            facts.append(("Promotes from", "<span class=\"url\">\(source)</span>"))
        }
        let rows = facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as HTML }
        let approval = Approval(place: place, viewer: viewer).html
        let closed: HTML? = place.status.closed.map { "<p class=\"meta\">Nothing is written now: \($0)</p>\n" }
        return frame.page(
            self,
            """
            <h1>Plan</h1>
            <p class="summary">\(capitalized(summaryText(plan))).</p>
            <dl class="facts">
            \(rows)</dl>
            \(approval.isEmpty ? .none : "<section class=\"actions\" aria-label=\"Approval\">\(approval)\(closed)</section>\n" as HTML)\
            <div class="report">
            \(planSections(plan) { PageLink.resource(place.place, $0.withoutVersion) })</div>

            """)
    }
}
