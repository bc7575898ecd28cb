import Reports
import Resources

extension Pages {
    /// What is live where, and what needs attention.
    func overview(_ snapshot: WatchSnapshot, _ viewer: Viewer) -> String {
        let isMoving = snapshot.repositories.contains { $0.environments.contains { $0.running != nil } }
        let frame = Frame(
            "\(snapshot.name): what is live", viewer, snapshot: snapshot,
            refresh: isMoving ? Frame.secondsWhileMoving : Frame.secondsAtRest, isMoving: isMoving)
        return frame.page(
            self,
            """
            <h1>What is live</h1>
            \(Overview.summary(snapshot))\(Attention(snapshot).html)\(Matrix(snapshot).html)\(Overview.repositories(snapshot))
            """)
    }
}

enum Overview {
    static func summary(_ snapshot: WatchSnapshot) -> HTML {
        let all = snapshot.repositories.flatMap(\.environments)
        let parts: [String] = [
            counted(snapshot.repositories.count, "repository", "repositories"),
            counted(all.count, "environment"),
            "\(all.count { $0.sync == .synced }) in sync",
            "\(all.count { $0.health == .healthy }) healthy",
        ]
        return "<p id=\"summary\" class=\"summary\" data-live>\(parts.joined(separator: " · "))</p>\n"
    }

    static func repositories(_ snapshot: WatchSnapshot) -> HTML {
        let words = Words(now: snapshot.now)
        let rows = snapshot.repositories.map { repository -> HTML in
            let head: HTML = repository.head.map(words.commit) ?? "<span class=\"none\">none seen yet</span>"
            let lookedUp: HTML = repository.lookedUp.map(words.ago) ?? "<span class=\"none\">never</span>"
            let next: HTML? = repository.nextLookUp.map { "<br><span class=\"soft\">again \(words.ahead($0))</span>" }
            let problem: HTML? = repository.problem.map { diagnosticsHTML($0.diagnostics) }
            let path: HTML = repository.path == "." ? .none : "<br><span class=\"soft\">in \(repository.path)</span>"
            return """
                <tr><th scope="row" role="rowheader">\(repository.name)</th>
                <td role="cell" data-label="Follows"><span class="url">\(repository.url)</span><br>\
                <span class="soft">\(repository.ref)</span>\(path)</td>
                <td role="cell" data-label="Newest commit">\(head)\(problem)</td>
                <td role="cell" data-label="Looked up">\(lookedUp)\(next)</td></tr>

                """
        }
        return """
            <section id="repositories" data-live aria-labelledby="repositories-title">
            <h2 id="repositories-title">Repositories</h2>
            <table class="stack repositories" role="table"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Name</th>\
            <th scope="col" role="columnheader">Follows</th><th scope="col" role="columnheader">Newest commit</th>\
            <th scope="col" role="columnheader">Looked up</th></tr></thead>
            <tbody role="rowgroup">
            \(rows)</tbody></table>
            </section>

            """
    }
}
