internal import CLibCurl

/// What libcurl's code means for the one who asked.
///
/// - Parameter wasSent: whether a connection stood and the request began to leave.
func kind(of code: CURLcode, message: String, wasSent: Bool) -> HTTPError.Kind {
    switch code {
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
        CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
        CURLE_USE_SSL_FAILED:
        return .tls
    case CURLE_URL_MALFORMAT:
        return .invalidRequest
    case CURLE_UNSUPPORTED_PROTOCOL where !wasSent:
        return .invalidRequest
    case CURLE_FILESIZE_EXCEEDED:
        return .bodyTooLarge
    case CURLE_OPERATION_TIMEDOUT where wasSent:
        return .timeout
    case CURLE_RECV_ERROR where refusesCertificate(message), CURLE_SEND_ERROR where refusesCertificate(message):
        return .tls
    default:
        return wasSent ? .connectionLost : .unreachable
    }
}

/// With TLS 1.3 the client's side of the handshake ends before the server has judged the client's certificate:
/// the refusal arrives as an alert while the answer is awaited, and the request was not read.
private func refusesCertificate(_ message: String) -> Bool {
    message.contains("alert") && ["certificate", "unknown ca", "access denied"].contains { message.contains($0) }
}
