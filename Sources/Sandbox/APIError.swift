import JSON

/// An error as DSS answers it: `errorType`, `message` and `detailedMessage`, all three always filled.
struct APIError: Error {
    let status: Int
    let type: String
    let message: String

    /// A thing that is not there, as `deployment d9`.
    static func missing(_ what: String) -> APIError {
        APIError(
            status: 404, type: "com.dataiku.dip.server.controllers.NotFoundException", message: "Not found: \(what)")
    }

    static func bad(_ message: String) -> APIError {
        APIError(status: 400, type: "java.lang.IllegalArgumentException", message: message)
    }

    /// The literal is inferred: no source shows it.
    static func forbidden(_ message: String) -> APIError {
        APIError(status: 403, type: "com.dataiku.dip.exceptions.UnauthorizedException", message: message)
    }

    static let notAuthenticated = APIError(
        status: 401, type: "com.dataiku.dip.exceptions.NotAuthenticatedException", message: "Unknown API Key")

    static func method(_ method: String, _ path: String) -> APIError {
        APIError(
            status: 405, type: "org.springframework.web.HttpRequestMethodNotSupportedException",
            message: "Request method '\(method)' is not supported: \(path)")
    }

    static func failure(_ message: String) -> APIError {
        APIError(status: 500, type: "java.lang.RuntimeException", message: message)
    }

    var body: JSONValue {
        ["errorType": .string(type), "message": .string(message), "detailedMessage": .string(message)]
    }
}
