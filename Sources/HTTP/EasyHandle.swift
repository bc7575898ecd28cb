internal import CLibCurl
internal import Glibc

/// The owner of one libcurl easy handle, used for one transfer after the other; lives on the loop's thread.
final class EasyHandle {
    /// For files of hundreds of megabytes: an eighth of the calls that libcurl's default makes.
    private static let downloadBufferBytes = 128 << 10

    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    /// Kept while libcurl holds a pointer to it.
    private(set) var transfer: CurlTransfer?

    /// Nil when memory ran out.
    init?() {
        guard let made = curl_easy_init() else { return nil }
        pointer = made
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// libcurl's words for the last failure.
    func message(for code: CURLcode) -> String {
        errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    }

    /// Forgets the transfer; connections and look-ups stay with the multi handle.
    func clear() {
        curl_easy_reset(pointer)
        curl_slist_free_all(headerList)
        headerList = nil
        errorText[0] = 0
        transfer = nil
    }

    /// Makes it ready for `transfer`.
    func prepare(for transfer: CurlTransfer, _ configuration: TransportConfiguration) throws(HTTPError) {
        self.transfer = transfer
        do throws(OptionFailure) {
            try setLimits(transfer.request, configuration)
            try setTrust(configuration)
            try setCallbacks(transfer)
            try setMessage(transfer)
        } catch {
            throw transfer.error(.invalidRequest, String(cString: curl_easy_strerror(error.code)))
        }
    }

    private func setLimits(_ request: HTTPRequest, _ configuration: TransportConfiguration) throws(OptionFailure) {
        try set(CURLOPT_NOSIGNAL, 1)
        // Else the removal of a transfer waits for a name server that does not answer.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.wholeMilliseconds)
        try set(CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds)
        if let stall = request.stallTimeout {
            try set(CURLOPT_LOW_SPEED_LIMIT, 1)
            try set(CURLOPT_LOW_SPEED_TIME, max(1, Int(stall.components.seconds)))
        }
        // Zero means no limit to libcurl; the sink refuses then.
        if request.maximumBodyBytes > 0 {
            try check(
                clibcurl_setopt_off_t(pointer, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.maximumBodyBytes)))
        }
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        // On TLS, wait to see whether the first connection can carry all (HTTP/2).
        try set(CURLOPT_PIPEWAIT, request.url.hasPrefix("https:") ? 1 : 0)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    }

    private func setTrust(_ configuration: TransportConfiguration) throws(OptionFailure) {
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_SSL_VERIFYPEER, configuration.verifyTLS ? 1 : 0)
        try set(CURLOPT_SSL_VERIFYHOST, configuration.verifyTLS ? 2 : 0)
        if let file = configuration.caFile { try set(CURLOPT_CAINFO, file) }
        if let certificate = configuration.clientCertificate {
            try set(CURLOPT_SSLCERT, certificate.certificateFile)
            try set(CURLOPT_SSLKEY, certificate.keyFile)
            // Else OpenSSL asks the terminal for the pass phrase of a key that has one, and waits.
            try set(CURLOPT_KEYPASSWD, "")
        }
        try set(CURLOPT_USERAGENT, configuration.userAgent)
    }

    private func setMessage(_ transfer: CurlTransfer) throws(OptionFailure) {
        let request = transfer.request
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PATH_AS_IS, 1)
        // A file gets the server's bytes; a document may come compressed.
        if request.destination == nil {
            try set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        } else {
            // A wish: a handle whose last transfer was broken off keeps its buffer, and then refuses another size.
            try? set(CURLOPT_BUFFERSIZE, Self.downloadBufferBytes)
        }
        switch request.body {
        case .none where request.method == .get:
            try set(CURLOPT_HTTPGET, 1)
        case .none:
            try setBody([])
        case .bytes(let bytes):
            try setBody(bytes)
        case .multipart:
            try set(CURLOPT_POST, 1)
            try setLength(transfer.source?.count ?? 0)
        }
        try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        try setHeaders(transfer)
    }

    private func setBody(_ bytes: [UInt8]) throws(OptionFailure) {
        try set(CURLOPT_POST, 1)
        // The length first: libcurl copies that many bytes.
        try setLength(bytes.count)
        let code =
            bytes.isEmpty
            ? clibcurl_setopt_string(pointer, CURLOPT_COPYPOSTFIELDS, "")
            : bytes.withUnsafeBytes { clibcurl_setopt_pointer(pointer, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
        try check(code)
    }

    private func setLength(_ count: Int) throws(OptionFailure) {
        try check(clibcurl_setopt_off_t(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(count)))
    }

    private func setHeaders(_ transfer: CurlTransfer) throws(OptionFailure) {
        let request = transfer.request
        // libcurl reads "Name;" as a field without a value, "Name:" as one to leave out.
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        lines.append("Expect:")
        if case .multipart = request.body, let source = transfer.source?.contentType {
            lines.append("Content-Type: \(source)")
        } else if request.headers["Content-Type"] == nil {
            lines.append("Content-Type:")
        }
        for line in lines {
            guard let longer = curl_slist_append(headerList, line) else {
                throw OptionFailure(code: CURLE_OUT_OF_MEMORY)
            }
            headerList = longer
        }
        try check(clibcurl_setopt_pointer(pointer, CURLOPT_HTTPHEADER, headerList))
    }

    private func setCallbacks(_ transfer: CurlTransfer) throws(OptionFailure) {
        // Not retained: `self.transfer` keeps it until `clear`.
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        try check(clibcurl_setopt_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
        for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_PREREQDATA] {
            try check(clibcurl_setopt_pointer(pointer, option, context))
        }
        try check(clibcurl_setopt_data_callback(pointer, CURLOPT_HEADERFUNCTION, receiveHeader))
        try check(clibcurl_setopt_data_callback(pointer, CURLOPT_WRITEFUNCTION, receiveBody))
        try check(clibcurl_setopt_data_callback(pointer, CURLOPT_READFUNCTION, sendBody))
        try check(clibcurl_setopt_seek_callback(pointer, seekBody))
        try check(clibcurl_setopt_prerequest_callback(pointer, beforeRequest))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(OptionFailure) {
        try check(clibcurl_setopt_long(pointer, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(OptionFailure) {
        try check(clibcurl_setopt_string(pointer, option, value))
    }

    private func check(_ code: CURLcode) throws(OptionFailure) {
        guard code == CURLE_OK else { throw OptionFailure(code: code) }
    }

    private struct OptionFailure: Error { let code: CURLcode }
}

// MARK: - Callbacks

private func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
}

/// Fewer bytes than were offered make libcurl stop.
private let refuse = 0

private let receiveHeader: clibcurl_data_callback = { data, size, count, context in
    let line = UnsafeRawBufferPointer(start: data, count: size * count)
    return transfer(context)?.receive(headerLine: line) == true ? line.count : refuse
}

private let receiveBody: clibcurl_data_callback = { data, size, count, context in
    let piece = UnsafeRawBufferPointer(start: data, count: size * count)
    return transfer(context)?.receive(body: piece) == true ? piece.count : refuse
}

private let sendBody: clibcurl_data_callback = { data, size, count, context in
    let room = UnsafeMutableRawBufferPointer(start: data, count: size * count)
    return transfer(context)?.send(into: room) ?? Int(CURL_READFUNC_ABORT)
}

private let seekBody: clibcurl_seek_callback = { context, offset, origin in
    guard origin == SEEK_SET, transfer(context)?.source?.seek(to: Int(offset)) == true else {
        return CURL_SEEKFUNC_FAIL
    }
    return CURL_SEEKFUNC_OK
}

private let beforeRequest: clibcurl_prerequest_callback = { context, _, _, _, _ in
    transfer(context)?.mayLeave() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

extension Duration {
    /// At least one: to libcurl zero means for ever, or its own default.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        // A day is beyond any deadline here, and keeps the product in range.
        guard seconds < 86_400 else { return 86_400_000 }
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
