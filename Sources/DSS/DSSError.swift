package import Diagnostics
package import HTTP

/// Why a call of the remote has no answer that we can use.
package struct DSSError: DiagnosableError, Hashable {
    package enum Kind: Hashable, Sendable {
        /// There is no whole answer.
        case transport(HTTPError)
        /// A status of 400 or more. `errorType` is empty when the answer does not name one.
        case status(Int, errorType: String, message: String)
        /// A status below 400 with something else than the contract has: what was found, in a few words.
        case unexpectedAnswer(String, status: Int, contentType: String, excerpt: String)
        /// A status of 3xx, and where it points to. It is not followed: a `POST` would become a `GET`.
        case redirect(Int, location: String)
        /// The request was not sent, because a URL or header cannot hold what it should.
        case unsendable(String)
    }

    package let kind: Kind
    /// The method and the path that were asked.
    package let request: String
    /// Scheme, name and port that were asked.
    package let origin: String

    package init(_ kind: Kind, request: String, origin: String) {
        self.kind = kind
        self.request = request
        self.origin = origin
    }

    /// The status of the answer, if there was one.
    package var status: Int? {
        switch kind {
        case .status(let status, _, _), .unexpectedAnswer(_, let status, _, _), .redirect(let status, _): status
        case .transport, .unsendable: nil
        }
    }

    /// The words of the server, or ours.
    package var message: String {
        switch kind {
        case .transport(let error): error.message
        case .status(_, let errorType, let message): errorType.isEmpty ? message : "\(errorType): \(message)"
        case .unexpectedAnswer(let found, _, _, _): found
        case .redirect(_, let location): "redirected to '\(location)'"
        case .unsendable(let reason): reason
        }
    }

    /// Whether a write may have been done in spite of this error, so that it must be settled by reading.
    package var mayHaveArrived: Bool {
        switch kind {
        case .transport(let error): error.mayHaveArrived
        case .status(let status, _, _): status >= 500 || status == 408
        case .unexpectedAnswer: true
        case .redirect, .unsendable: false
        }
    }

    /// Whether the server is away or overloaded for now: that says nothing about what it was asked for.
    package var isAway: Bool {
        switch kind {
        case .transport(let error): [.unreachable, .timeout, .connectionLost].contains(error.kind)
        case .status(let status, _, _): [408, 429, 502, 503, 504].contains(status)
        case .unexpectedAnswer, .redirect, .unsendable: false
        }
    }

    /// Whether there was no answer at all.
    package var isUnanswered: Bool {
        if case .transport = kind { true } else { false }
    }

    /// Whether the object, or one that the call refers to, may be absent. Absence itself is proved from the list of its parent only.
    ///
    /// Live servers answer 403 for a project that does not exist, 404 for most objects, and 400 or 500 with words for some.
    package var mayMeanAbsent: Bool {
        guard case .status(let status, let errorType, let message) = kind else { return false }
        if status == 403 || status == 404 { return true }
        guard status == 400 || status == 500 else { return false }
        if errorType.hasSuffix("NotFoundException") { return true }
        let words = message.lowercased()
        return ["does not exist", "doesn't exist", "not found", "no such", "no future by that id"]
            .contains { words.contains($0) }
    }

    /// Whether the answer says that the object exists already; inferred, from the words alone.
    package var mayMeanPresent: Bool {
        guard case .status(let status, _, let message) = kind, status == 400 || status == 409 else { return false }
        let words = message.lowercased()
        return status == 409 || words.contains("already exist") || words.contains("already used")
    }
}

extension DSSError {
    package var diagnostic: Diagnostic {
        let place = "\(request) on \(origin)"
        switch kind {
        case .transport(let error):
            var diagnostic = error.diagnostic
            if !diagnostic.message.contains(origin) { diagnostic.message += " on \(origin)" }
            return diagnostic
        case .status(let status, _, _):
            let (code, hint) = Self.advice(status)
            return Diagnostic(.error, code, "\(place) answered \(status): \(message)", hint: hint)
        case .unexpectedAnswer(let found, let status, let contentType, let excerpt):
            let type = contentType.isEmpty ? "no content type" : contentType
            let shown = excerpt.isEmpty ? "an empty body" : "the body begins '\(excerpt)'"
            let isHTML = contentType.lowercased().contains("html") || excerpt.hasPrefix("<")
            return Diagnostic(
                .error, "dss-unexpected-answer", "\(place) answered \(status) with \(found) (\(type); \(shown))",
                hint: isHTML
                    ? "A web page came back: is the URL that of a DSS node, or does a login proxy stand before it?"
                    : "Is the URL that of a DSS node, and is its 'basePath' right?")
        case .redirect(let status, let location):
            return Diagnostic(
                .error, "dss-redirect", "\(place) answered \(status) and points to '\(location)'",
                hint: "Redirects are not followed. Put the node's own address into the connection's 'url'.")
        case .unsendable(let reason):
            return Diagnostic(.error, "dss-unsendable", "\(place) was not sent: \(reason)")
        }
    }

    private static func advice(_ status: Int) -> (code: String, hint: String?) {
        switch status {
        case 401:
            ("dss-unauthorized", "Check the key of this connection: it may be wrong, expired or for another node.")
        case 403:
            (
                "dss-forbidden",
                "The key lacks a right on this object, or the object does not exist: DSS answers 403 to both."
            )
        case 404:
            (
                "dss-not-found",
                "The object does not exist, or the connection's 'url' or 'basePath' is not that of DSS."
            )
        case 405:
            ("dss-status", "This node does not know the call: is it an older release, or a node of another kind?")
        case 413: ("dss-status", "The server or a proxy before it limits the size of requests.")
        case 429: ("dss-busy", "The server asks us to slow down: lower 'limits.concurrency'.")
        case 502, 503, 504: ("dss-unavailable", "The node is starting, stopping or overloaded. Try again.")
        case 500...: ("dss-server-error", nil)
        default: ("dss-status", nil)
        }
    }
}
