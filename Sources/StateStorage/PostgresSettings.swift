internal import CLibPQ
internal import Files
internal import Glibc

/// How to reach a PostgreSQL server: the user's connection string, all `PG*` variables and files that libpq knows, and
/// what we take for granted where none of them says otherwise.
struct PostgresSettings: Sendable {
    private let text: Secret
    /// Passwords in it, in no error's text.
    private let passwords: [Secret]
    private let namesTLS: Bool

    /// An attempt to connect to one address takes no longer: a lease lasts 30 s.
    static let connectSeconds = 10
    /// A statement takes no longer on the server, and a wait for another's lock.
    static let statementMilliseconds = 10_000
    static let lockMilliseconds = 5_000
    /// Then the answer counts as lost: the server has given up by itself before, if it lives.
    static let answerMilliseconds = 15_000

    init(_ connection: Secret) throws(StateError) {
        guard clibpq_load() != 0 else { throw .withoutLibrary }
        let text = connection.reveal()
        guard PostgresSettings.isConnection(text) else { throw .noConnectionString }
        // Its own message quotes the string, and so perhaps the password.
        guard let options = PostgresOptions(PQconninfoParse(text, nil)) else { throw .noConnectionString }
        self.text = connection
        let variable = getenv("PGPASSWORD").map { String(cString: $0) }
        passwords = [options["password"], options["sslpassword"], variable].compactMap { $0 }.filter { !$0.isEmpty }
            .map(Secret.init)
        namesTLS = options["sslmode"] != nil || getenv("PGSSLMODE") != nil
    }

    private static func isConnection(_ text: String) -> Bool {
        guard !text.utf8.contains(0) else { return false }
        // libpq takes what is neither for the name of a database.
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else { return text.contains("=") }
        // A password that is not escaped could be taken for a host or a port, and be told as one.
        let rest = text.drop { $0 != ":" }.dropFirst(3)
        let signs = rest.count { $0 == "@" }
        return signs <= 1 && signs == rest.prefix { !"/?#".contains($0) }.count { $0 == "@" }
    }

    /// A connection that works; libpq's word for it otherwise.
    func connect() throws(PostgresFailure) -> OpaquePointer {
        var defaults = PostgresSettings.defaults
        if !namesTLS { defaults += assumedTLS() }
        if getenv("PGCONNECT_TIMEOUT") == nil {
            defaults.append(("connect_timeout", "\(PostgresSettings.connectSeconds)"))
        }
        guard let handle = open(defaults, PQconnectdbParams) else { throw .lost("no memory for a connection") }
        guard PQstatus(handle) == CONNECTION_OK else {
            let message = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
            PQfinish(handle)
            throw .lost(message)
        }
        clibpq_silence(handle)
        PQsetnonblocking(handle, 1)
        return handle
    }

    /// `message` without the connection string and its passwords, on one line.
    func scrubbed(_ message: String) -> String {
        var message = message
        for secret in [text] + passwords { message = message.replacing(secret.reveal(), with: "(secret)") }
        let lines = message.split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0.isWhitespace })
        }
        return lines.joined(separator: "; ")
    }

    /// A server that is gone without a word, as behind a firewall that forgot the connection, is noticed.
    private static let defaults = [
        ("fallback_application_name", "mooring"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
        ("keepalives_count", "3"), ("tcp_user_timeout", "\(answerMilliseconds)"),
    ]

    /// Over a network, a server must prove who it is unless the user says that it need not: what is kept there decides
    /// what is deleted. libpq's own default takes any server, and no encryption if it wants none.
    private func assumedTLS() -> [(String, String)] {
        // Only libpq knows what string, variables and service files come to. This one is started, and sends nothing.
        guard let handle = open(PostgresSettings.defaults, PQconnectStartParams) else { return [] }
        defer { PQfinish(handle) }
        guard let options = PostgresOptions(PQconninfo(handle)), options["sslmode"] == "prefer", !options.isLocal
        else { return [] }
        var assumed = [("sslmode", "verify-full")]
        // Without a certificate authority of the user's own, those that the machine trusts.
        let home = getenv("HOME").map { String(cString: $0) } ?? ""
        if options["sslrootcert"] == nil, access(home + "/.postgresql/root.crt", R_OK) != 0,
            let bundle = PostgresSettings.bundles.first(where: { access($0, R_OK) == 0 })
        {
            assumed.append(("sslrootcert", bundle))
        }
        return assumed
    }

    /// Where Debian, Red Hat and Alpine keep the certificate authorities that the machine trusts.
    private static let bundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
    ]

    private typealias Opener = (
        UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>, Int32
    ) -> OpaquePointer?

    /// What comes after the string's place in the list wins over it, what comes before only over the variables.
    private func open(_ defaults: [(String, String)], _ opener: Opener) -> OpaquePointer? {
        let all = defaults + [("dbname", text.reveal()), ("client_encoding", "UTF8")]
        return withCStrings(all.map(\.0)) { keywords in
            withCStrings(all.map(\.1)) { values in opener(keywords, values, 1) }
        }
    }
}

/// Options of a connection as libpq lists them.
private struct PostgresOptions {
    private var values: [String: String] = [:]

    /// Frees the list.
    init?(_ list: UnsafeMutablePointer<PQconninfoOption>?) {
        guard let list else { return nil }
        defer { PQconninfoFree(list) }
        var option = list
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
    }

    subscript(keyword: String) -> String? { values[keyword] }

    /// Whether no network lies between us and any of its hosts; no host at all is a socket of this machine.
    var isLocal: Bool {
        let hosts = values["hostaddr"] ?? values["host"] ?? ""
        return hosts.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { host in
            host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
                || host.hasPrefix("127.")
        }
    }
}

/// Pointers to texts, and a null one behind them, for as long as `body` runs.
func withCStrings<T>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> T
) -> T {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let pointers = copies.map { UnsafePointer($0) } + [nil]
    return pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("the list ends in a null pointer") }
        return body(base)
    }
}
