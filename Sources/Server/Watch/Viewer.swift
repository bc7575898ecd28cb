/// Who looks at a page, and what they may do there.
struct Viewer: Hashable, Sendable {
    /// Who is logged in; nil: nobody.
    let name: String?
    /// Whether anybody may act at all: with no token configured, pages have neither forms nor a way to log in.
    let canLogIn: Bool
    /// What every form of somebody who is logged in carries; empty for others.
    let csrf: String
    /// How the page was reached, as `https://mooring.example.com`.
    let site: String
    /// The path and query of the page that is shown.
    let path: String
    /// One line to show at the top, after something was done.
    let notice: String?

    init(
        name: String?, canLogIn: Bool, csrf: String = "", site: String = "http://localhost:8080", path: String,
        notice: String? = nil
    ) {
        self.name = name
        self.canLogIn = canLogIn
        self.csrf = csrf
        self.site = site
        self.path = path
        self.notice = notice
    }
}
