import Diagnostics
import Reports
import Resources

extension Pages {
    /// Where somebody says who they are; `problem` says why the last try failed.
    func login(back: String, problem: String?, _ viewer: Viewer) -> String {
        let failed: HTML? = problem.map { "<p class=\"notice bad\" role=\"alert\">\(Icon.problem.html)\($0)</p>\n" }
        return Frame("Log in", viewer).page(
            self,
            """
            <h1>Log in</h1>
            \(failed)<p>Whoever has a token may approve plans, put back drift, suspend, resume and reconcile. Everybody may look.</p>
            <form class="form" method="post" action="/login">
            <input type="hidden" name="back" value="\(back)">
            <label for="token">Token</label>
            <input id="token" type="password" name="token" autocomplete="current-password" required>
            <button class="main">Log in</button>
            </form>

            """)
    }

    /// Where somebody says why an environment is left alone, and for how long.
    func suspending(_ place: PagePlace, _ viewer: Viewer) -> String {
        let frame = Frame(
            "Suspend \(place.place)", viewer, place)
        guard viewer.name != nil else {
            let way: HTML =
                viewer.canLogIn
                ? "<a href=\"\(PageLink.login(back: viewer.path))\">Log in</a> to suspend it." : "This page only shows."
            return frame.page(self, "<h1>Suspend \(place.place.description)</h1>\n<p>\(way)</p>\n")
        }
        return frame.page(
            self,
            """
            <h1>Suspend \(place.place.description)</h1>
            <p>Commits are planned and shown meanwhile, and nothing is written: neither a commit nor what would undo drift.</p>
            <form class="form" method="post" action="\(PageLink.action(place.place, "suspend"))">
            \(Frame.csrf(viewer))
            <label for="reason">Why</label>
            <input id="reason" type="text" name="reason" maxlength="500" required>
            <label for="until">Until (UTC)</label>
            <input id="until" type="datetime-local" name="until" value="\(later(place.snapshot.now))" aria-describedby="until-hint">
            <p id="until-hint" class="meta">Left empty, it stays so until somebody resumes it.</p>
            <div class="row"><button class="main">Suspend</button>\
            <a class="button" href="\(PageLink.environment(place.place))">Cancel</a></div>
            </form>

            """)
    }

    /// Four hours ahead, at the full hour: what is suspended without an end is forgotten.
    private func later(_ now: Int) -> String {
        let hour = 3_600_000
        return String(Instant.short((now / hour + 5) * hour).prefix(16))
    }

    /// What went wrong with a request, in words.
    func message(
        status: Int, title: String, text: String, _ diagnostic: Diagnostic?, _ viewer: Viewer
    ) -> String {
        let told: HTML? = diagnostic.map { diagnosticsHTML([$0]) }
        return Frame(title, viewer).page(
            self,
            """
            <h1>\(title)</h1>
            \(text.isEmpty ? .none : "<p>\(text)</p>\n" as HTML)\(told)<p class="meta">Answered with \(status). <a href="/">What is live</a></p>

            """)
    }
}
