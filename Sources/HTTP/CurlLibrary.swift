internal import CLibCurl
internal import Glibc

/// What is done once for the whole process before libcurl is used.
enum CurlLibrary {
    /// Whether libcurl could be set up.
    static let isReady: Bool = {
        // A server that hangs up must give an error, not end the process. Who starts other programs gives them the
        // default back.
        signal(SIGPIPE, SIG_IGN)
        return clibcurl_global_init() == CURLE_OK
    }()
}
