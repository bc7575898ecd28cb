internal import CLibCurl
internal import Files
internal import Glibc
internal import Synchronization

/// One mail on its way through libcurl; lives on the thread that sends it, but for the flag.
final class MailTransfer: @unchecked Sendable {
    let isCancelled = Atomic(false)
    private let message: [UInt8]
    private let envelope: MailEnvelope
    private var offset = 0

    init(_ message: [UInt8], _ envelope: MailEnvelope) {
        self.message = message
        self.envelope = envelope
    }

    /// Sends, and blocks until the server has answered.
    func run() throws(MailError) {
        guard CurlLibrary.isReady, let easy = curl_easy_init() else {
            throw MailError(.unreachable, "libcurl could not be loaded; on Debian it is the package libcurl4")
        }
        defer { curl_easy_cleanup(easy) }
        var recipients: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(recipients) }
        for address in envelope.to { recipients = curl_slist_append(recipients, address) ?? recipients }
        let result = withExtendedLifetime(self) {
            prepare(easy, recipients)
            return curl_easy_perform(easy)
        }
        guard result != CURLE_OK else { return }
        var code = 0
        _ = clibcurl_getinfo_long(easy, CURLINFO_RESPONSE_CODE, &code)
        throw MailError(result, code: code)
    }

    private func prepare(_ easy: UnsafeMutableRawPointer, _ recipients: UnsafeMutablePointer<curl_slist>?) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = clibcurl_setopt_long(easy, CURLOPT_NOSIGNAL, 1)
        // Else a mail that is given up waits for a name server that does not answer.
        _ = clibcurl_setopt_long(easy, CURLOPT_QUICK_EXIT, 1)
        _ = clibcurl_setopt_string(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        _ = clibcurl_setopt_string(easy, CURLOPT_URL, envelope.server)
        // A proxy for web pages carries no mail.
        _ = clibcurl_setopt_string(easy, CURLOPT_PROXY, "")
        _ = clibcurl_setopt_long(easy, CURLOPT_CONNECTTIMEOUT_MS, min(envelope.timeout, .seconds(20)).wholeMilliseconds)
        _ = clibcurl_setopt_long(easy, CURLOPT_TIMEOUT_MS, envelope.timeout.wholeMilliseconds)
        // `smtps` encrypts from the first byte on; `smtp` must by STARTTLS, unless nobody can listen on the way. A
        // `caFile` asks for it there too.
        let needsTLS = !envelope.isLocal || envelope.caFile != nil
        _ = clibcurl_setopt_long(
            easy, CURLOPT_USE_SSL, Int(needsTLS ? CURLUSESSL_ALL.rawValue : CURLUSESSL_NONE.rawValue))
        _ = clibcurl_setopt_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = envelope.caFile { _ = clibcurl_setopt_string(easy, CURLOPT_CAINFO, file) }
        if let user = envelope.user { _ = clibcurl_setopt_string(easy, CURLOPT_USERNAME, user) }
        if let password = envelope.password { _ = clibcurl_setopt_string(easy, CURLOPT_PASSWORD, password.reveal()) }
        _ = clibcurl_setopt_string(easy, CURLOPT_MAIL_FROM, "<\(envelope.from)>")
        _ = clibcurl_setopt_pointer(easy, CURLOPT_MAIL_RCPT, recipients)
        // One recipient who is gone does not keep the others from their mail.
        _ = clibcurl_setopt_long(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1)
        _ = clibcurl_setopt_long(easy, CURLOPT_UPLOAD, 1)
        _ = clibcurl_setopt_off_t(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(message.count))
        _ = clibcurl_setopt_pointer(easy, CURLOPT_READDATA, context)
        _ = clibcurl_setopt_data_callback(easy, CURLOPT_READFUNCTION, giveMail)
        _ = clibcurl_setopt_pointer(easy, CURLOPT_XFERINFODATA, context)
        _ = clibcurl_setopt_progress_callback(easy, mayGoOn)
        _ = clibcurl_setopt_long(easy, CURLOPT_NOPROGRESS, 0)
        // Else what a server says goes to standard output.
        _ = clibcurl_setopt_data_callback(easy, CURLOPT_WRITEFUNCTION, forget)
        _ = clibcurl_setopt_data_callback(easy, CURLOPT_HEADERFUNCTION, forget)
    }

    /// Gives libcurl the next piece; 0 at the end.
    fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let piece = message[offset...].prefix(buffer.count)
        buffer.copyBytes(from: piece)
        offset += piece.count
        return piece.count
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> MailTransfer? {
    context.map { Unmanaged<MailTransfer>.fromOpaque($0).takeUnretainedValue() }
}

private let giveMail: clibcurl_data_callback = { data, size, count, context in
    transfer(context)?.read(into: UnsafeMutableRawBufferPointer(start: data, count: size * count))
        ?? Int(CURL_READFUNC_ABORT)
}

private let forget: clibcurl_data_callback = { _, size, count, _ in size * count }

/// Called about once a second, and more often while something moves.
private let mayGoOn: clibcurl_progress_callback = { context, _, _, _, _ in
    transfer(context)?.isCancelled.load(ordering: .acquiring) == true ? 1 : 0
}
