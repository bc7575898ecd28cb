import Diagnostics
import Files
import HTTP
import JSON
import Reports
import Resources

extension WatchSite {
    /// What a form asks for.
    func submit(
        _ verb: WatchRoute.Verb, _ place: WatchPlace, _ form: PageQuery, _ request: WatchRequest
    ) async -> WatchAnswer {
        if let refusal = refusal(form, request) { return refusal }
        guard let name = session(request)?.name else { preconditionFailure("a form is only taken from a session") }
        guard PagePlace(desk.snapshot(), place) != nil else { return missing(request, isForPrograms: false) }
        var wish = Wish()
        wish.digest = form["digest"]
        wish.reason = form["reason"]
        wish.length = form["for"]
        wish.end = form["until"]
        if let (status, diagnostic) = await perform(verb, place, wish, by: name) {
            return message(status, status == 404 ? "Not found" : "Not done", "", diagnostic, request)
        }
        let path = "/r/\(PercentEncoding.segment(place.repository))/\(PercentEncoding.segment(place.environment))"
        guard let back = form["back"] else { return .redirect(to: path + "?done=\(verb.rawValue)") }
        return .redirect(to: WatchSite.local(back))
    }

    /// What a call asks for: JSON, by whoever has a token.
    func call(
        _ verb: WatchRoute.Verb, _ place: WatchPlace, _ body: [UInt8], _ request: WatchRequest
    ) async -> WatchAnswer {
        let name: String
        switch caller(request) {
        case .success(let caller): name = caller
        case .failure(let refusal): return refusal.answer
        }
        guard body.isEmpty || request["Content-Type"]?.lowercased().hasPrefix("application/json") == true else {
            return .refusal(415, Diagnostic(.error, "not-json", "a call's body is 'application/json'"))
        }
        guard PagePlace(desk.snapshot(), place) != nil else {
            return .refusal(404, Diagnostic(.error, "unknown-environment", "there is no environment '\(place)'"))
        }
        do throws(WishError) {
            let wish = try Wish(body)
            if let (status, diagnostic) = await perform(verb, place, wish, by: name) {
                return .refusal(status, diagnostic)
            }
            return .json(200, refusalDocument([]))
        } catch {
            return .refusal(400, error.diagnostic)
        }
    }

    private struct Unproved: Error { let answer: WatchAnswer }

    /// Whose token a call carries.
    private func caller(_ request: WatchRequest) -> Result<String, Unproved> {
        guard !callers.isEmpty else {
            return .failure(
                Unproved(
                    answer: .refusal(
                        403,
                        Diagnostic(
                            .error, "read-only", "nobody may act here: no token is configured",
                            hint: "Name one under 'tokens' in the watch file."))))
        }
        let words = (request["Authorization"] ?? "").split(separator: " ", maxSplits: 1)
        let isBearer = words.count == 2 && words[0].lowercased() == "bearer"
        if let (name, _) = callers.find(isBearer ? String(words[1]) : "") { return .success(name) }
        guard attempts.take(request.peer) else {
            tellAttempt(request, "too many attempts")
            return .failure(
                Unproved(
                    answer: .refusal(
                        429, Diagnostic(.error, "too-many-attempts", "too many attempts", hint: "Wait a minute."),
                        headers: [HTTPHeader("Retry-After", "60")])))
        }
        tellAttempt(request, isBearer ? "wrong token" : "no token")
        return .failure(
            Unproved(
                answer: .refusal(
                    401,
                    Diagnostic(
                        .error, "unauthorized", "the call carries nobody's token",
                        hint: "Send 'Authorization: Bearer TOKEN', with one of those in the watch file."),
                    headers: [HTTPHeader("WWW-Authenticate", "Bearer realm=\"mooring\"")])))
    }

    /// Nil: it was done; else with which status it is refused, and why.
    private func perform(
        _ verb: WatchRoute.Verb, _ place: WatchPlace, _ wish: Wish, by name: String
    ) async -> (Int, Diagnostic)? {
        let action: WatchAction
        do throws(WishError) {
            action = try wish.action(verb, place, now: desk.snapshot().now)
        } catch {
            return (400, error.diagnostic)
        }
        do throws(WatchRefusal) {
            try await desk.perform(action, name)
        } catch {
            return (error.reason == .unknown ? 404 : 409, error.diagnostic)
        }
        return nil
    }
}
