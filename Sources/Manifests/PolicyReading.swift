internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

extension WorkspaceReader {
    /// Makes a policy of its checked fields; what is wrong with a rule has been told, and the rule left out.
    mutating func policy(_ declared: DeclaredValue?, _ node: YAMLNode?) -> Policy {
        var policy = Policy()
        for member in node?.mapping ?? [] {
            guard let value = declared?[member.name] else { continue }
            let mark = member.key.mark
            switch member.name {
            case "allowPublicAuth": policy.allowPublicAuth = value.bool.map { Policy.Rule($0, at: mark) }
            case "allowIgnoreWarnings": policy.allowIgnoreWarnings = value.bool.map { Policy.Rule($0, at: mark) }
            case "requireTestQueries": policy.requireTestQueries = value.bool.map { Policy.Rule($0, at: mark) }
            case "protect":
                for element in member.value.sequence ?? [] { checkGlob(element) }
                policy.protect = Policy.Rule(value.elements?.compactMap(\.string) ?? [], at: mark)
            case "freeze":
                let elements = member.value.sequence ?? []
                for element in elements { if let window = freeze(element) { policy.freezes.append(window) } }
            default: break
            }
        }
        return policy
    }

    /// A glob that can match no address protects nothing, and nobody would notice.
    private mutating func checkGlob(_ node: YAMLNode) {
        guard let text = node.scalar?.text else { return }
        let kind = String(text.prefix { $0 != "/" })
        let kinds = Kind.allCases.map(\.rawValue)
        // `*` stands for any text, slashes too.
        let isPattern = { (text: String) in text.contains { $0 == "*" || $0 == "?" } }
        if !isPattern(kind), !kinds.contains(kind) {
            let close = closest(to: kind, among: kinds).map { "Did you mean '\($0)\(text.dropFirst(kind.count))'?" }
            fields.error(
                node, "unknown-kind", "'\(text)' matches no address: there is no kind '\(kind)'",
                hint: close ?? "An address begins with one of \(kinds.joined(separator: ", ")).")
        } else if kind == text, !isPattern(text) {
            fields.error(
                node, "bad-address", "'\(text)' matches no address: it has no name", hint: "Write '\(text)/*'.")
        } else if !isPattern(text), Address(text) == nil {
            fields.error(node, "bad-address", "'\(text)' is no address", hint: TextForm.address.hint)
        }
    }

    /// Reads one freeze. The element has been read by its fields before, so their own forms are right or told.
    private mutating func freeze(_ node: YAMLNode) -> FreezeWindow? {
        if let zone = node["timeZone"] { timeZones.append(zone) }
        let span = node["days"] == nil ? once(node) : weekly(node)
        guard let span, let zone = node["timeZone"]?.scalar?.text else { return nil }
        return FreezeWindow(span: span, timeZone: zone, reason: node["reason"]?.scalar?.text, mark: node.mark)
    }

    private mutating func once(_ node: YAMLNode) -> FreezeWindow.Span? {
        for name in ["from", "until"] where node.mapping != nil && node[name] == nil {
            fields.error(
                node, "missing-field", "the freeze lacks '\(name)'",
                hint: "Write 'from' and 'until' as 2026-12-20T18:00, or 'days' for a freeze of each week.")
        }
        guard let from = edge(node, "from"), let until = edge(node, "until") else { return nil }
        guard let start = WallTime(from.text), var end = WallTime(until.text) else { return nil }
        // A date alone is the last day, as in all other exceptions that end.
        if !until.text.contains("T") { end = WallTime(seconds: end.seconds + WallTime.secondsOfDay) }
        guard start < end else {
            fields.error(until.node, "bad-time", "the freeze ends before it begins")
            return nil
        }
        return .once(from: start, until: end)

        func edge(_ node: YAMLNode, _ name: String) -> (node: YAMLNode, text: String)? {
            guard let place = node[name], let text = place.scalar?.text, TextForm.time.allows(text) else { return nil }
            guard WallTime(text) != nil else {
                fields.error(
                    place, "bad-time", "'\(name)' must be a date, as 2026-12-20T18:00",
                    hint: "A time of day alone is for a freeze of each week; that names its 'days'.")
                return nil
            }
            return (place, text)
        }
    }

    private mutating func weekly(_ node: YAMLNode) -> FreezeWindow.Span? {
        let names = (node["days"]?.sequence ?? []).compactMap { $0.scalar?.text }
        if let days = node["days"], days.sequence?.isEmpty == true {
            fields.error(days, "no-days", "'days' is empty: the freeze would never begin")
        }
        let days = FreezeWindow.dayNames.indices.filter { names.contains(FreezeWindow.dayNames[$0]) }.map { $0 + 1 }
        guard let from = edge("from", else: 0), let until = edge("until", else: 24 * 60), !days.isEmpty else {
            return nil
        }
        guard from != until, from < 24 * 60 else {
            fields.error(
                node["until"] ?? node["from"] ?? node, "bad-time", "the freeze has no length",
                hint: "For a whole day leave 'from' and 'until' out.")
            return nil
        }
        let minutes = until > from ? until - from : until + 24 * 60 - from
        return .weekly(days: days, startMinute: from, minutes: minutes)

        func edge(_ name: String, else default: Int) -> Int? {
            guard let place = node[name] else { return `default` }
            guard let text = place.scalar?.text, TextForm.time.allows(text) else { return nil }
            guard let minute = WallTime.minuteOfDay(text) else {
                fields.error(
                    place, "bad-time", "'\(name)' must be a time of day, as 16:00",
                    hint: "The freeze names 'days', so it is one of each week.")
                return nil
            }
            return minute
        }
    }

    /// Tells of time zones that there are not.
    mutating func checkTimeZones(_ problem: (String) -> FileError?) {
        for node in timeZones {
            guard let name = node.scalar?.value.string, let told = problem(name)?.diagnostic else { continue }
            fields.error(node, told.code, told.message, hint: told.hint)
        }
    }
}
