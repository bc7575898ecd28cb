@testable import HTTP
import CLibCurl
import Diagnostics
import TestSupport
import Testing

@Suite struct HTTPWordsTests {
    @Test(arguments: [
        ("a-Z_0.9~", "a-Z_0.9~"), ("a b/c", "a%20b%2Fc"), ("é", "%C3%A9"), ("%41", "%2541"), ("..", ".."),
        ("?#&=+;:@'\n", "%3F%23%26%3D%2B%3B%3A%40%27%0A"), ("", ""),
    ])
    func `escapes a segment`(text: String, expected: String) {
        #expect(PercentEncoding.segment(text) == expected)
    }

    /// The expected text is what Python's `urlencode` makes of the same pairs.
    @Test func `writes a query as Python does`() {
        let query = PercentEncoding.query([("version", "a b/c+é"), ("v", ""), ("~", "*'()!@:%"), ("v", "2")])
        #expect(query == "version=a+b%2Fc%2B%C3%A9&v=&~=%2A%27%28%29%21%40%3A%25&v=2")
        #expect(PercentEncoding.query([]) == "")
    }

    @Test(arguments: [
        ("0", 0), ("120", 120), (" 7", 7), ("Thu, 01 Jan 1970 00:00:09 GMT", 9), ("31536001", 31_536_000),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 31_536_000),
    ])
    func `reads the pause that a server names`(text: String, seconds: Int) {
        #expect(RetryAfter.parse(text, epochSeconds: 0) == .seconds(seconds))
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
        ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200), ("Mon, 01 Mar 2100 00:00:01 GMT", 4_107_542_401),
    ])
    func `knows the calendar`(text: String, epoch: Int) {
        #expect(RetryAfter.parse(text, epochSeconds: epoch - 5) == .seconds(5))
        #expect(RetryAfter.parse(text, epochSeconds: epoch + 5) == .zero)
    }

    @Test(arguments: [
        nil, "", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Now 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
    ])
    func `takes no pause from what it cannot read`(text: String?) {
        #expect(RetryAfter.parse(text, epochSeconds: 0) == nil)
    }

    @Test(arguments: [
        ("http://h", "http://h", ""), ("https://h:1/a/b?c/d#e", "https://h:1", "/a/b"), ("http://h?x", "http://h", ""),
        ("http://u:p@h/@", "http://h", "/@"), ("http://[::1]:8/a", "http://[::1]:8", "/a"),
    ])
    func `takes a URL apart`(url: String, origin: String, path: String) throws {
        let parts = try #require(URLParts(url))
        #expect(parts.origin == origin)
        #expect(parts.path == path)
    }

    @Test func `leaves the query out of a label`() {
        #expect(HTTPRequest(.get, "http://u:p@h/a?token=x").label == "GET /a")
        #expect(HTTPRequest(.get, "nonsense?token=x").label == "GET ?")
    }

    @Test(arguments: [
        (CURLE_COULDNT_RESOLVE_HOST, "", false, HTTPError.Kind.unreachable),
        (CURLE_COULDNT_RESOLVE_PROXY, "", false, .unreachable), (CURLE_COULDNT_CONNECT, "", false, .unreachable),
        (CURLE_RECV_ERROR, "", false, .unreachable), (CURLE_OPERATION_TIMEDOUT, "", false, .unreachable),
        (CURLE_OPERATION_TIMEDOUT, "", true, .timeout), (CURLE_GOT_NOTHING, "", true, .connectionLost),
        (CURLE_PARTIAL_FILE, "", true, .connectionLost), (CURLE_HTTP2_STREAM, "", true, .connectionLost),
        (CURLE_PEER_FAILED_VERIFICATION, "", false, .tls), (CURLE_SSL_CERTPROBLEM, "", false, .tls),
        (CURLE_RECV_ERROR, "tlsv13 alert certificate required", true, .tls),
        (CURLE_URL_MALFORMAT, "", false, .invalidRequest), (CURLE_UNSUPPORTED_PROTOCOL, "", false, .invalidRequest),
        (CURLE_UNSUPPORTED_PROTOCOL, "Received HTTP/0.9 when not allowed", true, .connectionLost),
        (CURLE_FILESIZE_EXCEEDED, "", true, .bodyTooLarge),
    ])
    func `reads libcurl's codes`(code: CURLcode, message: String, wasSent: Bool, expected: HTTPError.Kind) {
        #expect(kind(of: code, message: message, wasSent: wasSent) == expected)
    }

    @Test func `tells what happened, where and what to do`() {
        let kinds: [HTTPError.Kind] = [
            .unreachable, .tls, .timeout, .connectionLost, .bodyTooLarge, .invalidRequest, .file, .cancelled,
        ]
        let told = kinds.map { HTTPError($0, "words", request: "GET /x", origin: "http://h").diagnostic }
        #expect(
            text(told) == """
                error: no connection to 'http://h': words ('GET /x') [http-unreachable]
                   = Check the connection's 'url', whether the server runs, and the proxy that the environment names \
                (http_proxy, https_proxy, no_proxy).
                error: no trusted connection to 'http://h': words ('GET /x') [http-tls]
                   = Name the authority that signed the server's certificate with 'caFile', and give a \
                'clientCertificate' if the server asks for one.
                error: no whole answer in time from 'http://h': words ('GET /x') [http-timeout]
                   = The server is slow or hangs; give it longer with 'limits.requestTimeout'. The request may have \
                been carried out.
                error: the connection to 'http://h' broke: words ('GET /x') [http-connection-lost]
                   = The server or a proxy between hung up; see its log. The request may have been carried out.
                error: the answer of 'http://h' is refused: words ('GET /x') [http-body-too-large]
                   = Check that the 'url' leads to DSS and not to another server.
                error: the request cannot be sent: words ('GET /x') [http-invalid-request]
                   = Check the connection's 'url' and 'headers'.
                error: a file for 'http://h' failed: words ('GET /x') [http-file]
                   = Check that the file exists, that you may use it, and that the disk has room.
                error: the request was given up: words ('GET /x') [http-cancelled]

                """)
    }
}
