import Diagnostics
import HTTP
import JSON

/// Turns an HTTP answer into a reply or an error that says what came instead.
struct AnswerReader {
    let call: Call
    let endpoint: DSSEndpoint

    /// Enough to recognise a page or a message by; terminals and logs are no place for more.
    static let excerptCharacters = 120
    /// DSS puts whole Java messages into errors; their end seldom helps.
    static let messageCharacters = 1000

    func reply(_ response: HTTPResponse) throws(DSSError) -> Reply {
        switch response.status {
        case 200..<300: break
        case 300..<400:
            let location = bounded(response.headers["Location"] ?? "nowhere", Self.messageCharacters)
            throw error(.redirect(response.status, location: Self.withoutQuery(location)))
        case 400...: throw error(status(response))
        default: throw unexpected("a status outside of HTTP", response)
        }
        switch call.reply {
        case .ignored: return .ignored
        case .file:
            if isHTML(response) { throw unexpected("a web page where an archive is due", response) }
            return .file(bytes: response.bodyBytes)
        case .text:
            if isHTML(response) { throw unexpected("a web page where text is due", response) }
            guard let text = String(validating: response.body, as: UTF8.self) else {
                throw unexpected("text that is not UTF-8", response)
            }
            return .text(text)
        case .json: return .json(try json(response))
        case .future:
            let value = try json(response)
            return .future(try decode(value, response) { (json) throws(ShapeError) in try FutureState(json) })
        }
    }

    /// Runs a decoder; a wrong shape becomes an error that names the answer.
    func decode<T>(
        _ value: JSONValue, _ response: HTTPResponse, _ decoder: (JSONValue) throws(ShapeError) -> T
    ) throws(DSSError) -> T {
        do { return try decoder(value) } catch { throw unexpected(error.text, response) }
    }

    private func json(_ response: HTTPResponse) throws(DSSError) -> JSONValue {
        if isHTML(response) { throw unexpected("a web page where JSON is due", response) }
        do { return try JSONValue(parsing: response.body) } catch {
            throw unexpected(response.body.isEmpty ? "nothing where JSON is due" : "broken JSON: \(error)", response)
        }
    }

    private func isHTML(_ response: HTTPResponse) -> Bool {
        if let type = response.headers["Content-Type"]?.lowercased() { return type.contains("html") }
        return response.body.first { $0 > 0x20 } == UInt8(ascii: "<")
    }

    // MARK: Errors

    func error(_ kind: DSSError.Kind) -> DSSError {
        DSSError(kind, request: call.line, origin: endpoint.origin)
    }

    func unexpected(_ found: String, _ response: HTTPResponse) -> DSSError {
        error(
            .unexpectedAnswer(
                bounded(found, Self.messageCharacters), status: response.status,
                contentType: bounded(response.headers["Content-Type"] ?? "", Self.excerptCharacters),
                excerpt: Excerpt.of(response.body, limit: Self.excerptCharacters, hiding: endpoint.sentSecrets)))
    }

    /// What the official client reads from an error, in its order; `null` does not hide what stands behind it.
    private func status(_ response: HTTPResponse) -> DSSError.Kind {
        let raw = { String(decoding: response.body.prefix(4 * Self.messageCharacters), as: UTF8.self) }
        guard let object = try? JSONValue(parsing: response.body), object.object != nil else {
            let text = isHTML(response) ? "a web page: \(raw())" : raw()
            let message = bounded(text.isEmpty ? "no message" : text, Self.messageCharacters)
            return .status(response.status, errorType: "", message: message)
        }
        let message = object["detailedMessage"]?.string ?? object["message"]?.string ?? "no message"
        return .status(
            response.status, errorType: bounded(object["errorType"]?.string ?? "", Self.excerptCharacters),
            message: bounded(message, Self.messageCharacters))
    }

    /// `text` printable, without what we sent as secrets, and cut at `limit` characters.
    private func bounded(_ text: String, _ limit: Int) -> String {
        Excerpt.bounded(Excerpt.hiding(endpoint.sentSecrets, in: text), limit)
    }

    /// A redirect's query may hold a ticket.
    private static func withoutQuery(_ location: String) -> String {
        String(location.prefix { $0 != "?" && $0 != "#" })
    }
}
