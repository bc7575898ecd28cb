import Diagnostics
import Reports
import Resources

/// What somebody should look at, the most pressing first.
struct Attention {
    struct Item {
        let tone: Words.Tone
        let icon: Icon
        /// Where it is, and what leads there.
        let subject: String
        let link: String
        let text: HTML
    }

    let items: [Item]

    init(_ snapshot: WatchSnapshot) {
        let words = Words(now: snapshot.now)
        var items: [Item] = []
        for repository in snapshot.repositories {
            if let problem = repository.problem {
                items.append(
                    Item(
                        tone: .bad, icon: .problem, subject: repository.name, link: "#repositories",
                        text: Attention.text(problem, words)))
            }
            for status in repository.environments {
                items += Attention.items(status, WatchPlace(repository.name, status.name), words)
            }
        }
        // What is broken, what waits for somebody, what is odd, what will be over by itself; each in the watch file's order.
        self.items = [Words.Tone.bad, .info, .warn, .calm].flatMap { tone in items.filter { $0.tone == tone } }
    }

    private static func text(_ problem: WatchProblem, _ words: Words) -> HTML {
        let message = problem.diagnostics.first?.message ?? "something is wrong"
        let rest: HTML = problem.diagnostics.count > 1 ? " (and \(problem.diagnostics.count - 1) more)" : .none
        let retry: HTML? = problem.retry.map { ", next try \(words.ahead($0))" }
        return "\(message)\(rest), for \(words.lasting(since: problem.since))\(retry)"
    }

    private static func items(_ status: EnvironmentStatus, _ place: WatchPlace, _ words: Words) -> [Item] {
        var items: [Item] = []
        func add(_ tone: Words.Tone, _ icon: Icon, _ text: HTML, link: String? = nil) {
            items.append(
                Item(
                    tone: tone, icon: icon, subject: place.description, link: link ?? PageLink.environment(place),
                    text: text))
        }
        if let problem = status.problem { add(.bad, .problem, text(problem, words)) }
        if let held = status.held {
            let rolledBack = held.rolledBack ? ", and what failed went back" : ""
            add(
                .bad, .held,
                "commit \(Words.revision(held.revision)) is held for \(words.lasting(since: held.since))\(rolledBack): \(held.reason)"
            )
        }
        if status.health == .degraded, status.held == nil {
            add(.bad, .degraded, "something is degraded", link: PageLink.environment(place) + "?health=Degraded")
        }
        if let suspended = status.suspended {
            let until: HTML? = suspended.until.map { " until \(words.moment($0))" }
            add(.warn, .suspended, "suspended by \(suspended.by)\(until): \(suspended.reason)")
        }
        if status.drifted > 0 {
            add(.warn, .drift, "\(counted(status.drifted, "object")) drifted", link: PageLink.drift(place))
        }
        if let pending = status.pending, pending.needsApproval {
            add(
                .info, .approval, "a plan waits for approval: \(Words.counts(pending.counts))",
                link: PageLink.plan(place))
        }
        if let closed = status.closed { add(.calm, .closed, "nothing is written now: \(closed)") }
        if let lock = status.lock {
            add(.calm, .locked, "locked by \(lock.owner) (\(lock.command)) for \(words.lasting(since: lock.since))")
        }
        return items
    }

    /// More than a reader takes in; the table below shows them all.
    private static let mostItems = 50

    var html: HTML {
        """
        <section class="attention" aria-labelledby="attention-title">
        <h2 id="attention-title">Needs attention</h2>
        <div id="attention" data-live>
        \(items.isEmpty ? "<p>\(Icon.done.html)Nothing.</p>\n" : list)</div>
        </section>

        """
    }

    private var list: HTML {
        let rows = items.prefix(Attention.mostItems).map { item -> HTML in
            """
            <li class="\(item.tone.rawValue)">\(item.icon.html)<span><a href="\(item.link)">\(item.subject)</a> \
            \(item.text)</span></li>

            """
        }
        let rest = items.count - rows.count
        return "<ul>\n\(rows)\(rest > 0 ? "<li>and \(rest) more</li>\n" as HTML : .none)</ul>\n"
    }
}
