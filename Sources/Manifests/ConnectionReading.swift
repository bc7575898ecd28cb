internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

extension SettingsReading {
    /// Makes a connection of its checked fields; nil when what is wrong with it has been told.
    mutating func connection(_ declared: DeclaredValue, _ node: YAMLNode?) -> Connection? {
        guard let node, let target = target(declared, node) else { return nil }
        var connection = Connection(
            target: target, authentication: authentication(declared, node, target), mark: declared.mark)
        if let path = declared["basePath"]?.string {
            if !path.isEmpty, !path.hasPrefix("/"), let place = node["basePath"] {
                fields.error(place, "bad-url", "'basePath' must begin with a slash", hint: "Write '/\(path)'.")
            }
            connection.basePath = path.last == "/" ? String(path.dropLast()) : path
        }
        for header in declared["headers"]?.members ?? [] { addHeader(header, node["headers"], to: &connection) }
        connection.proxyUser = declared["proxyUser"]?.string
        connection.verifyTLS = declared["verifyTLS"]?.bool ?? true
        if !connection.verifyTLS, let place = node["verifyTLS"] {
            fields.warning(
                place, "tls-not-verified", "certificates are not checked: anyone on the way can read the key",
                hint: "Name the authority's certificate by 'caFile' instead.")
        }
        connection.caFile = declared["caFile"]?.string.map { resolvePath($0) }
        if let pair = declared["clientCertificate"], let certificate = pair["cert"]?.string,
            let key = pair["key"]?.string
        {
            connection.clientCertificate = Connection.ClientCertificate(
                certificate: resolvePath(certificate), key: resolvePath(key))
        }
        return connection
    }

    private mutating func target(_ declared: DeclaredValue, _ node: YAMLNode) -> Connection.Target? {
        switch (node["url"], node["sandbox"]) {
        case (nil, nil):
            fields.error(
                node, "missing-field", "the connection lacks 'url'",
                hint: "Write 'url', or 'sandbox' for the built-in emulator.")
            return nil
        case (_?, let sandbox?):
            fields.error(sandbox, "url-and-sandbox", "a connection has 'url' or 'sandbox', not both")
            return nil
        case (nil, _?):
            return declared["sandbox"]?.string.map(Connection.Target.sandbox)
        case (let place?, nil):
            guard let text = declared["url"]?.string else { return nil }
            if let flaw = flaw(inURL: text) {
                // A line that may hold a password is not shown.
                fields.error(
                    place, text.contains("@") ? Diagnostic.literalSecretCode : "bad-url", "'url' \(flaw)",
                    hint: "Write scheme, host and port, as https://dss.example.com:11200.")
                return nil
            }
            var url = text
            while url.last == "/" { url.removeLast() }
            return .url(url)
        }
    }

    private mutating func authentication(
        _ declared: DeclaredValue, _ node: YAMLNode, _ target: Connection.Target
    ) -> Connection.Authentication {
        if node["apiKey"] != nil, let token = node["bearerToken"] {
            fields.error(token, "two-keys", "a connection has 'apiKey' or 'bearerToken', not both")
        }
        if let key = declared["apiKey"]?.secret { return .apiKey(key) }
        if let token = declared["bearerToken"]?.secret { return .bearerToken(token) }
        // A gateway in front of the node may take its key in a header.
        if case .url = target, node["apiKey"] == nil, node["bearerToken"] == nil, node["headers"] == nil {
            fields.error(
                node, "missing-field", "the connection lacks 'apiKey'",
                hint: "Write apiKey: {env: NAME}, or 'bearerToken'.")
        }
        return .none
    }

    private mutating func addHeader(_ header: DeclaredValue.Member, _ node: YAMLNode?, to connection: inout Connection)
    {
        let place = node?.mapping?.first { $0.name == header.key }
        let letters = "!#$%&'*+-.^_`|~"
        let isToken = header.key.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || 0x30...0x39 ~= $0.value || letters.unicodeScalars.contains($0))
        }
        if header.key.isEmpty || !isToken, let place {
            fields.error(place.key, "bad-header", "'\(header.key)' is no name of a header")
        }
        if let secret = header.value.secret {
            connection.headers.append(Connection.Header(name: header.key, value: .secret(secret)))
        } else if let text = header.value.string {
            if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }), let place {
                fields.error(place.value, "bad-header", "a header may not hold control characters")
            }
            connection.headers.append(Connection.Header(name: header.key, value: .text(text)))
        }
    }
}

/// What is wrong with the URL of a node or of a page, as the end of a sentence; nil when nothing is.
func flaw(inURL text: String) -> String? {
    guard let separator = text.firstRange(of: "://") else { return "has no scheme" }
    guard ["http", "https"].contains(text[..<separator.lowerBound].lowercased()) else {
        return "must begin with https:// or http://"
    }
    let rest = text[separator.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if authority.contains("@") { return "may not hold a login" }
    if text.contains("?") || text.contains("#") { return "may not hold a query" }
    if text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F || $0 == "\\" }) {
        return "may not hold spaces"
    }
    // An IPv6 address stands in brackets and has colons of its own.
    let hasBrackets = authority.hasPrefix("[")
    let end =
        hasBrackets
        ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : authority.firstIndex(of: ":")
    let host = authority[..<(end ?? authority.endIndex)]
    if host.isEmpty || hasBrackets && end == nil { return "has no host" }
    let port = authority[host.endIndex...]
    if port.isEmpty { return nil }
    guard port.first == ":", let number = Int(port.dropFirst()), 1...65535 ~= number else {
        return "has no valid port"
    }
    return nil
}
