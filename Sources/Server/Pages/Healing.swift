import Reports
import Resources

/// The form that puts back once what drifted, or why there is none.
struct Healing {
    let place: PagePlace
    let viewer: Viewer

    private var status: EnvironmentStatus { place.status }

    /// Empty where nothing drifted.
    var html: HTML {
        guard status.drifted > 0 else { return .none }
        if let obstacle { return "<p class=\"meta\">\(obstacle)</p>\n" }
        guard viewer.name != nil else {
            return viewer.canLogIn
                ? "<p class=\"meta\"><a href=\"\(PageLink.login(back: viewer.path))\">Log in</a> to put it back.</p>\n"
                : .none
        }
        return Frame.button("Put back", PageLink.action(place.place, "heal"), viewer)
    }

    /// Why nobody can ask for it now; nil: somebody can.
    private var obstacle: String? {
        if status.mode == .planOnly { return "Nothing is written here: put it back on the node, or declare it." }
        if status.reconciling != nil { return "An apply is under way." }
        if status.suspended != nil { return "Nothing is put back while it is suspended." }
        if let closed = status.closed { return "Nothing is put back now: \(closed)." }
        return status.drift == .heal ? "It is put back by itself." : nil
    }
}
