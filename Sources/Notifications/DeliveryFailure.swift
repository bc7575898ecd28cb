internal import Diagnostics
internal import Files
internal import HTTP

/// Why news did not get through; in words that hold neither a URL nor anything else that is secret.
struct DeliveryFailure: Error, Hashable {
    let words: String
    /// Whether the same may get through later.
    let isTransient: Bool
    /// How long the other side asked to be left alone.
    let pause: Duration?

    init(_ words: String, isTransient: Bool, pause: Duration? = nil) {
        self.words = words
        self.isTransient = isTransient
        self.pause = pause
    }

    /// The address of a webhook is a secret as a whole, so nothing of the error but its kind is told.
    init(_ error: HTTPError) {
        switch error.kind {
        case .unreachable:
            self.init("the server cannot be reached: its name is unknown, or nobody listens", isTransient: true)
        case .tls: self.init("the server's certificate is not trusted, or it speaks no TLS", isTransient: false)
        case .timeout: self.init("the server did not answer in time", isTransient: true)
        case .connectionLost: self.init("the connection broke", isTransient: true)
        case .bodyTooLarge: self.init("the server's answer is too long", isTransient: false)
        case .invalidRequest: self.init("the URL is none that can be asked", isTransient: false)
        case .file: self.init("a certificate's file cannot be read", isTransient: false)
        case .cancelled: self.init("it was given up because the program ends", isTransient: false)
        }
    }

    /// Nil for a success.
    init?(_ response: HTTPResponse, epochSeconds: Int, says: String? = nil) {
        let told = says.map { " ('\($0)')" } ?? ""
        switch response.status {
        case 200..<300: return nil
        case 408, 425, 429, 500...:
            self.init(
                "the server answered \(response.status)\(told)", isTransient: true,
                pause: RetryAfter.parse(response.headers["Retry-After"], epochSeconds: epochSeconds))
        default: self.init("the server answered \(response.status)\(told)", isTransient: false)
        }
    }

    /// A secret that is not there; its reference is told, as it stands in the watch file.
    init(_ error: FileError) { self.init(error.diagnostic.message, isTransient: false) }
}
