import Diagnostics
import HTTP
import JSON
import Reports

/// What the daemon answers.
struct WatchAnswer: Sendable {
    var status: Int
    var headers: [HTTPHeader]
    var body: [UInt8]

    init(_ status: Int, type: String, _ body: [UInt8], headers: [HTTPHeader] = []) {
        self.status = status
        self.headers = [HTTPHeader("Content-Type", type)] + headers
        self.body = body
    }

    static func text(_ status: Int, _ text: String, headers: [HTTPHeader] = []) -> WatchAnswer {
        WatchAnswer(status, type: "text/plain; charset=utf-8", Array(text.utf8), headers: headers)
    }

    static func page(_ status: Int, _ text: String, headers: [HTTPHeader] = []) -> WatchAnswer {
        WatchAnswer(status, type: "text/html; charset=utf-8", Array(text.utf8), headers: headers)
    }

    static func json(_ status: Int, _ document: JSONValue, headers: [HTTPHeader] = []) -> WatchAnswer {
        WatchAnswer(status, type: "application/json", document.bytes(.compact) + [0x0A], headers: headers)
    }

    /// Why not, as JSON.
    static func refusal(_ status: Int, _ diagnostic: Diagnostic, headers: [HTTPHeader] = []) -> WatchAnswer {
        json(status, refusalDocument([diagnostic]), headers: headers)
    }

    static func redirect(to path: String, headers: [HTTPHeader] = []) -> WatchAnswer {
        WatchAnswer(
            303, type: "text/plain; charset=utf-8", Array("See \(path)\n".utf8),
            headers: [HTTPHeader("Location", path)] + headers)
    }

    /// Adds what every answer carries unless it says otherwise.
    mutating func secure() {
        for header in WatchAnswer.everywhere where headers[header.name] == nil { headers.append(header) }
    }

    /// Nothing is loaded from elsewhere, nothing runs inline, nobody frames a page, forms go to us alone, and no page is
    /// kept by anybody between us and the reader.
    private static let everywhere = [
        HTTPHeader(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
        HTTPHeader("X-Content-Type-Options", "nosniff"), HTTPHeader("X-Frame-Options", "DENY"),
        HTTPHeader("Referrer-Policy", "same-origin"), HTTPHeader("Cross-Origin-Opener-Policy", "same-origin"),
        HTTPHeader("Cross-Origin-Resource-Policy", "same-origin"),
        HTTPHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        HTTPHeader("Cache-Control", "no-store"),
    ]
}
