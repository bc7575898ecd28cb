package import Diagnostics
package import Files
internal import JSON
package import Resources
internal import YAML

/// Reads a watch file; nil when not all of it could be made.
///
/// With errors there may still be a watch, so that more can be told; it must not be run. `file` is the file as messages
/// name it; paths in it stay relative to its folder. `zones` says what is wrong with the name of a time zone; nil:
/// nothing, or that is not looked at. `isRange` tells a range of versions from other texts.
package func loadWatch(
    _ bytes: [UInt8], file: String, zones: (String) -> FileError? = { _ in nil },
    isRange: (String) -> Bool = { _ in true }
) -> (watch: Watch?, diagnostics: [Diagnostic]) {
    let (documents, problems) = readYAML(bytes, file: file)
    guard let document = documents.first else {
        let empty = Diagnostic(.error, "empty-watch", "'\(file)' holds no document", at: SourceMark(file: file))
        return (nil, problems.hasErrors ? problems : problems + [empty])
    }
    var reader = WatchReader(file: file)
    for second in documents.dropFirst() {
        reader.fields.error(second, "second-document", "'\(file)' holds one document")
    }
    let watch = reader.watch(document)
    reader.checkTimeZones(zones)
    for node in reader.ranges where !isRange(node.scalar?.text ?? "") {
        reader.fields.error(
            node, "bad-ref", "'semver' is no range of versions: '\(node.scalar?.text ?? "")'",
            hint: "Write it as \">=1.2 <2\", \"^1.2\" or \"1.x\".")
    }
    let diagnostics = (problems + reader.fields.diagnostics).presentable
    return (problems.hasErrors ? nil : watch, diagnostics)
}

/// Makes a watch of its document.
struct WatchReader: SettingsReading {
    let file: String
    // Paths are told from the folder of the file, whatever folder the program was started in.
    var fields = FieldReader(base: "")
    var timeZones: [YAMLNode] = []
    /// Where references are ranges of versions.
    var ranges: [YAMLNode] = []

    init(file: String) { self.file = file }

    mutating func watch(_ node: YAMLNode) -> Watch? {
        guard
            envelope(
                node, file: file, kind: "Watch",
                hint: "'mooring watch' has a file of its own; a workspace names no repositories.")
        else { return nil }
        let name = name(node, "The daemon's name.")
        guard let specNode = node["spec"],
            let spec = fields.object(specNode, WatchDefinition.fields, name: "'spec'")
        else { return nil }
        let shared = Shared(
            interval: interval(spec["interval"], specNode["interval"], hint: WatchReader.webhookHint)
                ?? Watch.defaultInterval,
            limits: limits(spec["limits"]), policy: policy(spec["policy"], specNode["policy"]))
        let repositories = repositories(spec, specNode, over: shared)
        var watch = Watch(
            name: name ?? "", data: spec["data"]?.string ?? ".",
            listen: listen(spec["listen"], specNode["listen"]) ?? Watch.defaultListen,
            url: pageURL(spec["url"], specNode["url"]), tokens: tokens(spec["tokens"], specNode["tokens"]),
            secrets: secretPolicy(spec["secrets"], else: SecretPolicy(environment: [], files: [])),
            repositories: repositories ?? [])
        if let node = specNode["state"], let key = spec["state"]?["fingerprintKey"]?.secret,
            let server = spec["state"]?["postgres"]?.secret
        {
            watch.state = StateSettings(place: .postgres(server), fingerprintKey: key, mark: node.mark)
        }
        watch.notifications = notifications(spec["notifications"], specNode["notifications"], watch)
        checkAllowance(specNode["secrets"]?["allow"], watch)
        return repositories == nil || spec["data"] == nil ? nil : watch
    }

    /// What the file says for all of its repositories.
    struct Shared {
        let interval: Duration
        let limits: Limits
        let policy: Policy
    }

    /// Faster than that no server wants to be asked, and nobody notices.
    static let shortestInterval = Duration.seconds(1)

    static let webhookHint = "A webhook tells of a push at once."

    mutating func interval(_ value: DeclaredValue?, _ node: YAMLNode?, hint: String? = nil) -> Duration? {
        guard let node, let duration = (value?.string).flatMap(Duration.init(text:)) else { return nil }
        guard duration >= WatchReader.shortestInterval else {
            fields.error(
                node, "out-of-range", "an interval is at least \(WatchReader.shortestInterval.text)", hint: hint)
            return nil
        }
        return duration
    }

    private mutating func listen(_ value: DeclaredValue?, _ node: YAMLNode?) -> ListenAddress? {
        guard let node, let text = value?.string else { return nil }
        // An IPv6 address stands in brackets and has colons of its own.
        let colon = text.lastIndex(of: ":")
        let host = colon.map { text[..<$0] } ?? ""
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let bare = isBracketed ? host.dropFirst().dropLast() : host
        let isHost = bare.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || 0x30...0x39 ~= scalar.value
                    || "-._%".unicodeScalars.contains(scalar))
                || isBracketed && scalar == ":"
        }
        guard let colon, let port = Int(text[text.index(after: colon)...]), 0...65535 ~= port, !bare.isEmpty, isHost
        else {
            fields.error(
                node, "bad-listen", "'listen' must be a host and a port, not '\(text)'",
                hint: "Write 127.0.0.1:8080, or 0.0.0.0:8080 to be reached from other machines.")
            return nil
        }
        return ListenAddress(host: String(bare), port: port)
    }

    private mutating func pageURL(_ value: DeclaredValue?, _ node: YAMLNode?) -> String? {
        guard let node, let text = value?.string else { return nil }
        return webURL(text, node, "'url'", example: "https://mooring.example.com")
    }

    /// A URL of http without a slash at its end; nil when it is none, which has been told.
    mutating func webURL(_ text: String, _ node: YAMLNode, _ name: String, example: String) -> String? {
        if let flaw = flaw(inURL: text) {
            fields.error(node, "bad-url", "\(name) \(flaw)", hint: "Write it as \(example).")
            return nil
        }
        var text = text
        while text.last == "/" { text.removeLast() }
        return text
    }

    private mutating func tokens(_ value: DeclaredValue?, _ node: YAMLNode?) -> [WatchToken] {
        var tokens: [WatchToken] = []
        for member in node?.mapping ?? [] {
            if let flaw = FieldReader.flaw(inIdentifier: member.name) {
                fields.error(
                    member.key, "bad-id", "the name of a token \(flaw)",
                    hint: "It says who acts: a person or a program.")
            }
            guard let secret = value?[member.name]?.secret else { continue }
            if let other = tokens.first(where: { $0.secret == secret }) {
                fields.error(
                    member.value, "duplicate-token", "'\(other.name)' and '\(member.name)' have the same token",
                    hint: "It could not be told which of them acts.")
            }
            tokens.append(WatchToken(name: member.name, secret: secret))
        }
        return tokens
    }

    /// What manifests may use is told where it lets them at the daemon's own, and where it can match nothing.
    private mutating func checkAllowance(_ node: YAMLNode?, _ watch: Watch) {
        for (name, element) in ["env", "file"].flatMap({ name in (node?[name]?.sequence ?? []).map { (name, $0) } }) {
            guard let text = element.scalar?.text else { continue }
            if name == "file", !text.hasPrefix("/") {
                fields.error(
                    element, "relative-secret", "'\(text)' is no absolute path",
                    hint: "Manifests that are read from a commit name files of this machine by absolute paths.")
                continue
            }
            let alone = SecretPolicy(environment: name == "env" ? [text] : [], files: name == "file" ? [text] : [])
            guard let own = watch.ownSecrets.first(where: { alone.permits($0, connections: []) }) else { continue }
            fields.warning(
                element, "own-secret-allowed", "'\(text)' lets manifests use \(own), which the daemon itself uses",
                hint: "Whoever can push could send it elsewhere. Allow the names that manifests need.")
        }
    }
}
