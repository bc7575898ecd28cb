import Diagnostics
import JSON
import Resources

/// The details of what somebody asks for, as they were sent.
struct Wish {
    var digest: String?
    var reason: String?
    /// How long, as `4h`.
    var length: String?
    /// Until when, as `2026-11-22T18:00` (UTC).
    var end: String?
    /// The same in milliseconds since 1970 (UTC).
    var endMilliseconds: Int?

    /// What somebody wrote is shown on every page.
    static let longestReason = 500

    init() {}

    /// Reads a call's body: a JSON object; none stands for an empty one.
    init(_ body: [UInt8]) throws(WishError) {
        guard !body.isEmpty else { return }
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(parsing: body) } catch {
            throw WishError("the body is no JSON: \(error.description)")
        }
        guard let object = json.object else { throw WishError("a call's body is a JSON object") }
        for member in object {
            switch (member.key, member.value) {
            case ("digest", .string(let text)): digest = text
            case ("reason", .string(let text)): reason = text
            case ("for", .string(let text)): length = text
            case ("until", .string(let text)): end = text
            case ("until", .number(let number)) where number.integer != nil: endMilliseconds = number.integer
            case (_, .null): break
            default: throw WishError("'\(member.key)' is not known here, or not of that type")
            }
        }
    }

    func action(_ verb: WatchRoute.Verb, _ place: WatchPlace, now: Int) throws(WishError) -> WatchAction {
        switch verb {
        case .approve:
            guard let digest else { throw WishError("an approval names the plan's digest") }
            guard Wish.isWhole(digest) else {
                throw WishError(
                    "'\(digest.prefix(100))' is no whole digest: that is 'sha256:' and 64 hexadecimal digits")
            }
            return .approve(place, digest: digest)
        case .suspend:
            let reason = (reason ?? "").filter { !$0.isNewline }
            guard !reason.allSatisfy(\.isWhitespace) else { throw WishError("a suspension has a reason") }
            guard reason.count <= Wish.longestReason else {
                throw WishError("the reason is longer than \(Wish.longestReason) characters")
            }
            return .suspend(place, reason: reason, until: try until(now))
        case .resume: return .resume(place)
        case .retry: return .retry(place)
        case .sync: return .sync(place)
        case .heal: return .heal(place)
        }
    }

    private static func isWhole(_ digest: String) -> Bool {
        let digits = digest.dropFirst(7).utf8
        return digest.hasPrefix("sha256:") && digits.count == 64
            && digits.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    private func until(_ now: Int) throws(WishError) -> Int? {
        var moment = endMilliseconds
        if let end {
            // As browsers send it, and as our own documents have it.
            guard let wall = WallTime(String(end.prefix(16))),
                end.dropFirst(16).allSatisfy({ "0123456789:.Z".contains($0) })
            else { throw WishError("'\(end)' is no time: write '2026-11-22T18:00', in UTC") }
            moment = wall.seconds * 1000
        } else if let length {
            guard let duration = Duration(text: length) else {
                throw WishError("'\(length)' is no duration: write '4h', or '2d'")
            }
            moment = now + Int(duration / .milliseconds(1))
        }
        if let moment, moment <= now { throw WishError("the time is over already") }
        return moment
    }
}

/// What is wrong with what somebody sent.
struct WishError: Error, Hashable {
    let diagnostic: Diagnostic

    init(_ message: String) { diagnostic = Diagnostic(.error, "bad-request", message) }
}
