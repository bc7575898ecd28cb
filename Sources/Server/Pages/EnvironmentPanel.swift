import Reports
import Resources

/// The upper part of an environment's page: what is live, what stands in the way, what may be done.
struct EnvironmentPanel {
    let place: PagePlace
    let viewer: Viewer

    private var status: EnvironmentStatus { place.status }
    private var words: Words { Words(now: place.snapshot.now) }

    // MARK: What runs

    /// The running apply, and one line of it that is read aloud when it changes.
    var running: HTML {
        """
        <div id="running" data-live>
        \(status.running.map(applying) ?? reconciling)</div>
        <p id="spoken" class="progress" role="status" data-live>\(status.running.map(progress) ?? "")</p>

        """
    }

    private func applying(_ running: RunningApply) -> HTML {
        let commit: HTML? = status.reconciling.map { " of commit \(words.commit($0))" }
        let items = running.items.map { item -> HTML in
            """
            <tr role="row"><th scope="row" role="rowheader"><span class="sign \(item.action.rawValue)" aria-hidden="true">\
            \(item.action.sign)</span> <a href="\(PageLink.resource(place.place, item.address))">\(item.address.description)</a></th>
            <td role="cell" data-label="Doing">\(item.text)</td>
            <td role="cell" data-label="For" class="number">\(elapsedText(place.snapshot.now - item.since))</td></tr>

            """
        }
        let table: HTML =
            items.isEmpty
            ? .none
            : """
            <table class="stack" role="table"><caption class="hidden">What is under way</caption>
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Resource</th>\
            <th scope="col" role="columnheader">Doing</th><th scope="col" role="columnheader" class="number">For</th></tr></thead>
            <tbody role="rowgroup">
            \(items)</tbody></table>

            """
        return """
            <section class="callout info" aria-labelledby="running-title">
            <h2 id="running-title">\(Icon.progressing.html)Applying</h2>
            <p class="meta">Started \(words.ago(running.started))\(commit)</p>
            <progress aria-label="Changes done" value="\(running.done)" max="\(max(1, running.total))"></progress>
            \(table)</section>

            """
    }

    private var reconciling: HTML {
        guard let commit = status.reconciling else { return .none }
        return """
            <section class="callout info" aria-labelledby="running-title">
            <h2 id="running-title">\(Icon.progressing.html)Reading and planning</h2>
            <p>\(words.commit(commit))</p>
            </section>

            """
    }

    private func progress(_ running: RunningApply) -> String {
        "\(running.done) of \(counted(running.total, "change")) done"
            + (running.failed > 0 ? ", \(running.failed) failed" : "")
    }

    // MARK: What stands in the way

    /// What needs a reader's eye, each in a box of its own.
    var callouts: HTML {
        let boxes = [problem, held, suspended, drifted, pending, closed, locked]
        return "<div id=\"callouts\" data-live>\(boxes)</div>\n"
    }

    private func box(_ tone: Words.Tone, _ icon: Icon, _ title: String, _ content: HTML) -> HTML {
        """
        <section class="callout \(tone.rawValue)" aria-label="\(title)">
        <h2>\(icon.html)\(title)</h2>
        \(content)</section>

        """
    }

    private var problem: HTML {
        let all = [
            (place.repository.problem, "The repository is out of reach"), (status.problem, "It does not work out"),
        ]
        return "\(all.map { problem, title in problem.map { box(.bad, .problem, title, text($0)) } ?? .none })"
    }

    private func text(_ problem: WatchProblem) -> HTML {
        let retry: HTML =
            problem.retry.map { "The next try is \(words.ahead($0))." } ?? "It is not tried again by itself."
        return """
            <p class="meta">For \(words.lasting(since: problem.since)). \(retry) What is live stays as it is.</p>
            \(diagnosticsHTML(problem.diagnostics))
            """
    }

    private var held: HTML {
        guard let held = status.held else { return .none }
        let undone = held.rolledBack ? " What failed went back to what it was." : ""
        let retry: HTML =
            viewer.name == nil
            ? .none : Frame.button("Apply it once more", PageLink.action(place.place, "retry"), viewer)
        return box(
            .bad, .held, "A commit is held",
            """
            <p>\(words.commit(held.revision))</p>
            <p class="meta">For \(words.lasting(since: held.since)), until a newer commit comes or somebody asks for it.\(undone)</p>
            \(diagnosticsHTML(held.reasons))\(retry)
            """)
    }

    private var suspended: HTML {
        guard let suspended = status.suspended else { return .none }
        let until: HTML = suspended.until.map { "until \(words.moment($0))" } ?? "until somebody resumes it"
        let resume: HTML =
            viewer.name == nil ? .none : Frame.button("Resume", PageLink.action(place.place, "resume"), viewer)
        return box(
            .warn, .suspended, "Suspended",
            """
            <p>\(suspended.reason)</p>
            <p class="meta">By \(suspended.by), \(words.ago(suspended.since)), \(until). Nothing is written meanwhile.</p>
            \(resume)
            """)
    }

    private var drifted: HTML {
        guard status.drifted > 0 else { return .none }
        let checked: HTML? = status.driftChecked.map { "Looked at \(words.ago($0)). " }
        return box(
            .warn, .drift, "\(counted(status.drifted, "object")) drifted",
            """
            <p class="meta">\(checked)<a href="\(PageLink.drift(place.place))">See what differs</a></p>
            \(Healing(place: place, viewer: viewer).html)
            """)
    }

    private var pending: HTML {
        guard let pending = status.pending else { return .none }
        let title = pending.needsApproval ? "A plan waits for approval" : "A plan waits"
        let approve: HTML = pending.needsApproval ? Approval(place: place, viewer: viewer).html : .none
        return box(
            .info, .approval, title,
            """
            <p>\(Words.counts(pending.counts)), by commit \(words.commit(pending.revision))</p>
            <p class="meta">Made \(words.ago(pending.made)), digest \(Words.digest(pending.digest)). \
            <a href="\(PageLink.plan(place.place))">See what it changes</a></p>
            \(approve)
            """)
    }

    private var closed: HTML {
        guard let closed = status.closed else { return .none }
        return box(.calm, .closed, "Nothing is written now", "<p>\(capitalized(closed))</p>\n")
    }

    private var locked: HTML {
        guard let lock = status.lock else { return .none }
        return box(
            .calm, .locked, "Locked",
            """
            <p>By \(lock.owner), \(words.ago(lock.since)), for <code>\(lock.command)</code></p>

            """)
    }

    // MARK: How it stands

    var facts: HTML {
        var rows: [(String, HTML)] = []
        rows.append(("Live", status.revision.map(words.commit) ?? "<span class=\"none\">nothing applied yet</span>"))
        if !status.deployments.isEmpty { rows.append(("Serves", serves)) }
        if let head = place.repository.head, head.id != status.revision?.id {
            rows.append(("Newest commit", words.commit(head)))
        }
        rows.append(("Follows", "<span class=\"url\">\(place.repository.url)</span>, \(place.repository.ref)"))
        rows.append(("New commits", "\(Words.mode(status.mode))"))
        rows.append(("Drift", drift))
        if let run = status.lastRun {
            let finished: HTML? = run.finished.map { ", \(words.ago($0))" }
            rows.append(
                (
                    "Last run",
                    "<a href=\"\(PageLink.run(place.place, run.number))\">Run \(run.number)</a>: \(run.result.words)\(finished)"
                ))
        }
        if let success = status.lastSuccess { rows.append(("Last seen in sync", words.ago(success))) }
        if status.holds > 0 { rows.append(("Rolled back by hand", "\(counted(status.holds, "object")) passed over")) }
        if status.orphaned > 0 {
            rows.append(("Orphaned", "\(counted(status.orphaned, "object")) that no manifest declares"))
        }
        let list = rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as HTML }
        return """
            <section id="state" data-live aria-label="How it stands">
            <dl class="facts">
            \(list)</dl>
            </section>

            """
    }

    /// More of them are found below.
    private static let mostServed = 5

    private var serves: HTML {
        let served = status.deployments.prefix(EnvironmentPanel.mostServed).map { deployment -> HTML in
            let path = PageLink.resource(place.place, Address(.deployment, deployment.name))
            let declared: HTML? = deployment.declaredVersion.map(Words.declared)
            let version: HTML = deployment.version.map { "<b>\($0)</b>" } ?? "<span class=\"none\">nothing</span>"
            return "<a href=\"\(path)\">\(deployment.name)</a> \(version)\(declared)"
        }
        let rest = status.deployments.count - served.count
        return "\(served.joined("<br>"))\(rest > 0 ? "<br>and \(rest) more" as HTML : .none)"
    }

    private var drift: HTML {
        let found: HTML =
            status.drifted > 0
            ? "<a href=\"\(PageLink.drift(place.place))\">\(counted(status.drifted, "object")) drifted</a>"
            : "none found"
        guard status.drift != .off else { return "\(Words.drift(.off))" }
        let checked: HTML = status.driftChecked.map { "looked at \(words.ago($0))" } ?? "not looked at yet"
        return "\(status.driftChecked == nil ? .none : found + ", ")\(checked), \(Words.drift(status.drift)) when found"
    }

    // MARK: What may be done

    var actions: HTML {
        guard viewer.name != nil else {
            return viewer.canLogIn
                ? """
                <p class="meta"><a href="\(PageLink.login(back: viewer.path))">Log in</a> to reconcile, approve or suspend.</p>

                """ : .none
        }
        let resumes: HTML =
            status.suspended == nil && status.mode != .planOnly
            ? "<a class=\"button\" href=\"\(PageLink.action(place.place, "suspend"))\">Suspend …</a>\n" : .none
        return """
            <section id="actions" class="actions" data-live aria-label="Actions">
            \(Frame.button("Reconcile now", PageLink.action(place.place, "sync"), viewer))\(resumes)</section>

            """
    }
}

/// The form that approves one plan, and no other.
struct Approval {
    let place: PagePlace
    let viewer: Viewer

    var html: HTML {
        guard let pending = place.status.pending, pending.needsApproval else { return .none }
        guard viewer.name != nil else {
            return viewer.canLogIn
                ? "<p class=\"meta\"><a href=\"\(PageLink.login(back: viewer.path))\">Log in</a> to approve it.</p>\n"
                : .none
        }
        return Frame.button(
            "Approve \(Words.short(pending.digest))", PageLink.action(place.place, "approve"), viewer,
            fields: [("digest", pending.digest)], isMain: true)
    }
}
