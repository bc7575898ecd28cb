internal import Diagnostics
internal import JSON
internal import Resources
internal import YAML

extension SettingsReading {
    /// Reads one freeze, or what else `word` calls it. The element has been read by its fields before, so their own forms are right or told.
    mutating func freeze(_ node: YAMLNode, word: String = "freeze") -> FreezeWindow? {
        if let zone = node["timeZone"] { timeZones.append(zone) }
        let span = node["days"] == nil ? once(node, word) : weekly(node, word)
        guard let span, let zone = node["timeZone"]?.scalar?.text else { return nil }
        return FreezeWindow(span: span, timeZone: zone, reason: node["reason"]?.scalar?.text, mark: node.mark)
    }

    private mutating func once(_ node: YAMLNode, _ word: String) -> FreezeWindow.Span? {
        for name in ["from", "until"] where node.mapping != nil && node[name] == nil {
            fields.error(
                node, "missing-field", "the \(word) lacks '\(name)'",
                hint: "Write 'from' and 'until' as 2026-12-20T18:00, or 'days' for a \(word) of each week.")
        }
        guard let from = edge(node, "from"), let until = edge(node, "until") else { return nil }
        guard let start = WallTime(from.text), var end = WallTime(until.text) else { return nil }
        // A date alone is the last day, as in all other exceptions that end.
        if !until.text.contains("T") { end = WallTime(seconds: end.seconds + WallTime.secondsOfDay) }
        guard start < end else {
            fields.error(until.node, "bad-time", "the \(word) ends before it begins")
            return nil
        }
        return .once(from: start, until: end)

        func edge(_ node: YAMLNode, _ name: String) -> (node: YAMLNode, text: String)? {
            guard let place = node[name], let text = place.scalar?.text, TextForm.time.allows(text) else { return nil }
            guard WallTime(text) != nil else {
                fields.error(
                    place, "bad-time", "'\(name)' must be a date, as 2026-12-20T18:00",
                    hint: "A time of day alone is for a \(word) of each week; that names its 'days'.")
                return nil
            }
            return (place, text)
        }
    }

    private mutating func weekly(_ node: YAMLNode, _ word: String) -> FreezeWindow.Span? {
        let names = (node["days"]?.sequence ?? []).compactMap { $0.scalar?.text }
        if let days = node["days"], days.sequence?.isEmpty == true {
            fields.error(days, "no-days", "'days' is empty: the \(word) would never begin")
        }
        let days = FreezeWindow.dayNames.indices.filter { names.contains(FreezeWindow.dayNames[$0]) }.map { $0 + 1 }
        guard let from = edge("from", else: 0), let until = edge("until", else: 24 * 60), !days.isEmpty else {
            return nil
        }
        guard from != until, from < 24 * 60 else {
            fields.error(
                node["until"] ?? node["from"] ?? node, "bad-time", "the \(word) has no length",
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
                    hint: "The \(word) names 'days', so it is one of each week.")
                return nil
            }
            return minute
        }
    }
}
