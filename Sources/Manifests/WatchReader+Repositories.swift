internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

extension WatchReader {
    /// Nil when not all could be made, which has been told.
    mutating func repositories(_ spec: DeclaredValue, _ node: YAMLNode, over shared: Shared) -> [WatchedRepository]? {
        let elements = node["repositories"]?.sequence ?? []
        if let place = node["repositories"], place.sequence?.isEmpty == true {
            fields.error(
                place, "no-repositories", "nothing is watched", hint: "Add a repository: its name and its url.")
        }
        var result: [WatchedRepository] = []
        for element in elements {
            guard let name = element["name"]?.scalar?.text, !result.contains(where: { $0.name == name }),
                let declared = spec["repositories"]?.elements?.first(where: { $0["name"]?.string == name }),
                let repository = repository(element, declared, over: shared)
            else { continue }
            checkTwins(of: repository, element, result)
            result.append(repository)
        }
        return result.isEmpty || result.count < elements.count ? nil : result
    }

    private mutating func repository(
        _ node: YAMLNode, _ declared: DeclaredValue, over shared: Shared
    ) -> WatchedRepository? {
        let name = declared["name"]?.string ?? ""
        checkName(name, node["name"] ?? node, "a repository's name")
        // All is read before anything is missed, so that all that is wrong is told.
        let url = (declared["url"]?.string).flatMap { self.url($0, node["url"] ?? node) }
        let ref = ref(declared["ref"], node["ref"])
        let interval = interval(declared["interval"], node["interval"], hint: WatchReader.webhookHint)
        let path = path(declared["path"], node["path"])
        let verification = verification(declared["verify"], node["verify"])
        var access = Access()
        if let url { access = self.access(declared, node, url.parts) }
        let environments = environments(declared, node, over: shared)
        guard let url, let ref, let environments else { return nil }
        var repository = WatchedRepository(
            name: name, url: url.text, ref: ref, path: path, interval: interval ?? shared.interval,
            credentials: access.credentials, verification: verification,
            allowsRewrites: declared["allowRewrites"]?.bool ?? false, forge: access.forge, environments: environments,
            mark: (node["name"] ?? node).mark)
        repository.caFile = declared["caFile"]?.string
        if let pair = declared["clientCertificate"], let certificate = pair["cert"]?.string,
            let key = pair["key"]?.string
        {
            repository.clientCertificate = Connection.ClientCertificate(certificate: certificate, key: key)
        }
        if let size = (declared["maxFetch"]?.string).flatMap(TextForm.bytes) { repository.mostFetchedBytes = size }
        if let hook = declared["webhook"], let secret = hook["secret"]?.secret,
            let provider = (hook["provider"]?.string).flatMap(WebhookSettings.Provider.init(rawValue:))
        {
            repository.webhook = WebhookSettings(provider: provider, secret: secret)
        }
        return repository
    }

    /// What depends on the form of the URL.
    private struct Access {
        var credentials = GitCredentials.none
        var forge: ForgeSettings?
    }

    private mutating func access(_ declared: DeclaredValue, _ node: YAMLNode, _ url: RepositoryURL) -> Access {
        for name in ["caFile", "clientCertificate"] where url.transport != .https {
            guard let member = node.mapping?.first(where: { $0.name == name }) else { continue }
            fields.error(member.key, "field-without-use", "'\(name)' is for a 'url' that begins with https://")
        }
        return Access(
            credentials: credentials(declared["credentials"], node["credentials"], url, node),
            forge: forge(declared["forge"], node["forge"], url))
    }

    /// Names are parts of URLs and of paths in the data folder.
    mutating func checkName(_ name: String, _ node: YAMLNode, _ what: String) {
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || 0x30...0x39 ~= $0.value || "._-".unicodeScalars.contains($0))
        }
        guard !isPlain || name.hasPrefix(".") || name.hasSuffix(".git") || name.utf8.count > WatchReader.longestName
        else { return }
        fields.error(
            node, "bad-id", "\(what) cannot be part of a URL: '\(name)'",
            hint: "Use letters, digits, '.', '_' and '-'; not '.' at the beginning, nor '.git' at the end.")
    }

    /// Characters of a name: half of what a name in a folder may have.
    private static let longestName = 127

    private mutating func url(_ text: String, _ node: YAMLNode) -> (text: String, parts: RepositoryURL)? {
        do throws(RepositoryURL.Flaw) {
            let parts = try RepositoryURL(text)
            return (parts.transport == .path ? resolvePath(text) : text, parts)
        } catch {
            // A line with a password in it is not shown.
            let code = error.isSecret ? Diagnostic.literalSecretCode : "bad-url"
            fields.error(node, code, "'url' \(error.text)", hint: error.hint)
            return nil
        }
    }

    private mutating func ref(_ value: DeclaredValue?, _ node: YAMLNode?) -> RefSelector? {
        guard let node else { return .head }
        let members = node.mapping ?? []
        guard members.count == 1, let member = members.first else {
            if node.mapping != nil {
                fields.error(
                    node, "bad-ref", "'ref' must name one of branch, tag, semver and commit",
                    hint: "Leave it out to follow what the repository's HEAD points to.")
            }
            return nil
        }
        guard let text = value?[member.name]?.string else { return nil }
        switch member.name {
        case "branch", "tag":
            let prefix = member.name == "branch" ? "refs/heads/" : "refs/tags/"
            let name = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
            if let flaw = WatchReader.flaw(inReference: name) {
                fields.error(member.value, "bad-ref", "'\(member.name)' \(flaw)")
            }
            return member.name == "branch" ? .branch(name) : .tag(name)
        case "semver":
            ranges.append(member.value)
            return .semver(text)
        default:
            guard [40, 64].contains(text.utf8.count), text.utf8.allSatisfy(isHexadecimal) else {
                fields.error(
                    member.value, "bad-ref", "'commit' must be 40 or 64 hexadecimal digits",
                    hint: "An abbreviation may come to mean another commit.")
                return nil
            }
            return .commit(text.lowercased())
        }
    }

    private func isHexadecimal(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x61...0x66 ~= byte || 0x41...0x46 ~= byte
    }

    /// What is wrong with a name of a branch or tag by git's rules, as the end of a sentence; nil when nothing is.
    private static func flaw(inReference name: String) -> String? {
        if name.isEmpty { return "is empty" }
        let forbidden = name.unicodeScalars.contains {
            $0.value <= 0x20 || $0.value == 0x7F || "~^:?*[\\".unicodeScalars.contains($0)
        }
        if forbidden { return "may not hold spaces or any of ~ ^ : ? * [ \\" }
        if name.contains("..") || name.contains("@{") || name.contains("//") {
            return "may not hold '..', '@{' or '//'"
        }
        if name.hasPrefix("/") || name.hasSuffix("/") || name.hasSuffix(".") || name.hasPrefix("-") {
            return "may not begin with '/' or '-', nor end with '/' or '.'"
        }
        return nil
    }

    private mutating func path(_ value: DeclaredValue?, _ node: YAMLNode?) -> String {
        guard let node, let text = value?.string else { return "." }
        let path = resolvePath(text)
        if leadsOutside(path) {
            fields.error(
                node, "outside", "'path' leads out of the repository: '\(text)'",
                hint: "Name a folder from the repository's top on, as apis/churn.")
        }
        return path
    }

    private mutating func verification(_ value: DeclaredValue?, _ node: YAMLNode?) -> CommitVerification {
        guard let node, let value, let mode = (value["mode"]?.string).flatMap(CommitVerification.Mode.init(rawValue:))
        else { return CommitVerification() }
        let result = CommitVerification(
            mode: mode, allowedSigners: value["allowedSigners"]?.string, openPGPKeys: value["openPGPKeys"]?.string)
        if mode != .none, node["allowedSigners"] == nil, node["openPGPKeys"] == nil {
            fields.error(
                node, "missing-field", "'verify' does not say whose signatures count",
                hint: "Name a file by 'allowedSigners' (SSH) or 'openPGPKeys'.")
        }
        return result
    }

    /// Two entries that keep the same nodes at the same manifests would take turns.
    private mutating func checkTwins(
        of repository: WatchedRepository, _ node: YAMLNode, _ others: [WatchedRepository]
    ) {
        for other in others where other.url == repository.url && other.path == repository.path {
            for environment in repository.environments {
                guard let twin = other.environment(environment.name),
                    twin.deployer.targetText == environment.deployer.targetText
                else { continue }
                let place = node["environments"]?.mapping?.first { $0.name == environment.name }?.key ?? node
                fields.error(
                    place, "watched-twice",
                    "the environment '\(environment.name)' is watched as '\(other.name)/\(environment.name)' already",
                    hint: "It is the same folder of the same repository, and the same node.",
                    related: [Diagnostic.Related(twin.mark, "first")])
            }
        }
    }
}
