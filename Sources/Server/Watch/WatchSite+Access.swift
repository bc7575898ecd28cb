import Diagnostics
import Files
import HTTP
import Reports
import Resources

extension WatchSite {
    /// With the prefix a browser takes it only by https, for this host alone, and for all its paths.
    private func cookieName(_ request: WatchRequest) -> String {
        origin.isSecure(request) ? "__Host-mooring" : "mooring"
    }

    func session(_ request: WatchRequest) -> Sessions.Session? {
        request.cookie(cookieName(request)).flatMap(sessions.find)
    }

    func viewer(_ request: WatchRequest) -> Viewer {
        let session = session(request)
        let done = session == nil ? nil : PageQuery(of: request.target)["done"]
        return Viewer(
            name: session?.name, canLogIn: !callers.isEmpty, csrf: session?.csrf ?? "",
            site: origin.address(request), path: request.target, notice: done.flatMap(WatchRoute.Verb.init).map(\.done))
    }

    func loginPage(_ request: WatchRequest) -> WatchAnswer {
        let back = WatchSite.local(PageQuery(of: request.target)["back"])
        if session(request) != nil { return .redirect(to: back) }
        if callers.isEmpty { return missing(request, isForPrograms: false) }
        return .page(200, pages.login(back: back, problem: nil, viewer(request)))
    }

    func logIn(_ form: PageQuery, _ request: WatchRequest) -> WatchAnswer {
        let back = WatchSite.local(form["back"])
        guard origin.sentByUs(request) else { return foreign(request) }
        guard !callers.isEmpty else { return missing(request, isForPrograms: false) }
        guard let (name, code) = callers.find(form["token"] ?? "") else {
            guard attempts.take(request.peer) else {
                tellAttempt(request, "too many attempts")
                return .page(
                    429, pages.login(back: back, problem: "Too many attempts: wait a minute.", viewer(request)),
                    headers: [HTTPHeader("Retry-After", "60")])
            }
            tellAttempt(request, "wrong token")
            return .page(403, pages.login(back: back, problem: "That is nobody's token.", viewer(request)))
        }
        if let old = request.cookie(cookieName(request)) { sessions.end(old) }
        log(LogEntry(.info, "logged in", [("name", name), ("from", request.peer)]))
        return .redirect(to: back, headers: [cookie(sessions.begin(name, code), request)])
    }

    func logOut(_ form: PageQuery, _ request: WatchRequest) -> WatchAnswer {
        if let refusal = refusal(form, request) { return refusal }
        if let old = request.cookie(cookieName(request)) { sessions.end(old) }
        return .redirect(to: "/", headers: [cookie(nil, request)])
    }

    /// Why a form is not carried out; nil: somebody who is logged in sent it, from a page of ours.
    func refusal(_ form: PageQuery, _ request: WatchRequest) -> WatchAnswer? {
        guard origin.sentByUs(request) else { return foreign(request) }
        guard let session = session(request) else {
            return message(
                403, "Not logged in", "Log in first, and then do it again. Nothing was done.", nil, request)
        }
        guard isSame(Array(session.csrf.utf8), Array((form["csrf"] ?? "").utf8)) else { return foreign(request) }
        return nil
    }

    private func foreign(_ request: WatchRequest) -> WatchAnswer {
        message(
            403, "Not done",
            "This form was not sent by a page of this daemon. Load the page again, and send it from there.",
            nil, request)
    }

    private func cookie(_ value: String?, _ request: WatchRequest) -> HTTPHeader {
        let life = value == nil ? 0 : Sessions.longestLife.components.seconds
        let secure = origin.isSecure(request) ? "; Secure" : ""
        return HTTPHeader(
            "Set-Cookie",
            "\(cookieName(request))=\(value ?? ""); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(life)\(secure)")
    }

    func tellAttempt(_ request: WatchRequest, _ why: String) {
        throttle.tell(
            LogEntry(.warning, "token refused", [("why", why), ("from", request.peer)]), kind: "token \(why)")
    }

    /// A path on this server, and nothing that a browser takes for another one.
    static func local(_ path: String?) -> String {
        guard let path, path.hasPrefix("/"), !path.hasPrefix("//"), path.utf8.count <= longestPath,
            path.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return path
    }

    private static let longestPath = 2048
}

extension WatchRoute.Verb {
    /// What the page says once it is done.
    var done: String {
        switch self {
        case .approve: "Approved: the plan is being applied."
        case .suspend: "Suspended: nothing is written until it is resumed."
        case .resume: "Resumed."
        case .retry: "It is tried again."
        case .sync: "It is being looked at."
        case .heal: "What drifted is being put back."
        }
    }
}
