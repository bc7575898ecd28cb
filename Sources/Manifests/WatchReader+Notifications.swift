internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

extension WatchReader {
    private static let targets = ["webhook", "slack", "teams", "email"]

    mutating func notifications(_ value: DeclaredValue?, _ node: YAMLNode?, _ watch: Watch) -> [NotificationRoute] {
        let places = watch.repositories.flatMap { repository in
            repository.environments.map { "\(repository.name)/\($0.name)" }
        }
        var routes: [NotificationRoute] = []
        for element in node?.sequence ?? [] {
            guard let name = element["name"]?.scalar?.text, !routes.contains(where: { $0.name == name }),
                let declared = value?.elements?.first(where: { $0["name"]?.string == name }),
                let target = target(declared, element)
            else { continue }
            if let list = element["events"], list.sequence?.isEmpty == true {
                fields.error(
                    list, "no-events", "'events' is empty: nothing would be told", hint: "Leave it out for all.")
            }
            checkPlaces(element["places"], places)
            let events = strings(declared["events"])?.compactMap(WatchEvent.init(rawValue:)) ?? WatchEvent.allCases
            routes.append(
                NotificationRoute(
                    name: name, target: target, events: Set(events), places: strings(declared["places"]) ?? []))
        }
        return routes
    }

    /// A glob that matches nothing tells nobody, and nobody would notice.
    private mutating func checkPlaces(_ node: YAMLNode?, _ known: [String]) {
        if let node, node.sequence?.isEmpty == true {
            fields.error(node, "no-places", "'places' is empty: nothing would be told", hint: "Leave it out for all.")
        }
        for element in node?.sequence ?? [] {
            guard !known.isEmpty, let text = element.scalar?.text, !known.contains(where: Glob(text).matches) else {
                continue
            }
            let close = closest(to: text, among: known)
            fields.error(
                element, "unknown-place", "'\(text)' matches no environment",
                hint: close.map { "Did you mean '\($0)'?" } ?? "There are: \(known.joined(separator: ", ")).")
        }
    }

    private mutating func target(_ value: DeclaredValue, _ node: YAMLNode) -> NotificationRoute.Target? {
        let named = (node.mapping ?? []).filter { WatchReader.targets.contains($0.name) }
        guard let way = named.first, named.count == 1 else {
            fields.error(
                named.dropFirst().first?.key ?? node, named.isEmpty ? "missing-field" : "two-targets",
                "a notification goes by one of \(WatchReader.targets.joined(separator: ", "))",
                hint: named.isEmpty
                    ? "Write slack: {url: {env: NAME}}, say." : "Make a notification of its own for each.")
            return nil
        }
        let declared = value[way.name]
        switch way.name {
        case "webhook":
            return declared?["url"]?.secret.map { .webhook(url: $0, secret: declared?["secret"]?.secret) }
        case "slack": return declared?["url"]?.secret.map { .slack(url: $0) }
        case "teams": return declared?["url"]?.secret.map { .teams(url: $0) }
        default: return declared.flatMap { email($0, way.value) }.map { .email($0) }
        }
    }

    private mutating func email(_ value: DeclaredValue, _ node: YAMLNode) -> EmailSettings? {
        if (node["user"] == nil) != (node["password"] == nil) {
            fields.error(node, "missing-field", "'email' needs both of 'user' and 'password', or neither")
        }
        for place in [node["from"]].compactMap(\.self) + (node["to"]?.sequence ?? []) { checkAddress(place) }
        if let list = node["to"], list.sequence?.isEmpty == true {
            fields.error(list, "no-receivers", "'to' is empty: nobody would be told")
        }
        guard let server = value["server"]?.string, let from = value["from"]?.string, let to = strings(value["to"]),
            let place = node["server"], isMailServer(server, place)
        else { return nil }
        return EmailSettings(
            server: server, user: value["user"]?.string, password: value["password"]?.secret, from: from, to: to,
            caFile: value["caFile"]?.string)
    }

    /// Addresses become headers of a mail: a line break would begin another one.
    private mutating func checkAddress(_ node: YAMLNode) {
        guard let text = node.scalar?.text else { return }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = !text.unicodeScalars.contains {
            $0.value <= 0x20 || $0.value == 0x7F || "<>,;\"()".unicodeScalars.contains($0)
        }
        guard parts.count != 2 || parts.contains(where: \.isEmpty) || !isPlain else { return }
        fields.error(node, "bad-mail-address", "'\(text)' is no address of mail", hint: "Write it as ann@example.com.")
    }

    private mutating func isMailServer(_ text: String, _ node: YAMLNode) -> Bool {
        let schemes = ["smtp://", "smtps://"]
        let rest = schemes.first { text.lowercased().hasPrefix($0) }.map { text.dropFirst($0.count) }
        if let rest, !rest.contains("/"), flaw(inURL: "https://\(rest)") == nil { return true }
        fields.error(
            node, "bad-url", "'server' must be smtp://HOST:PORT or smtps://HOST:PORT, not '\(text)'",
            hint: "A login stands in 'user' and 'password'.")
        return false
    }
}
