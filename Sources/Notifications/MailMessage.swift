internal import Files
internal import Resources

/// News as a message by RFC 5322: plain text, so that nothing in it can be markup.
struct MailMessage {
    let bytes: [UInt8]

    init(_ parcel: Parcel, from: MailAddress, to: [MailAddress]) {
        let news = parcel.news
        let domain = from.address.split(separator: "@").last ?? "localhost"
        // Mails on one subject are shown as one conversation.
        let thread = sha256(Array("\(news.place) \(news.subject)".utf8)).prefix(32)
        let headers = [
            "From: \(from.text)",
            "To: \(to.map(\.text).joined(separator: ",\r\n "))",
            "Subject: \(MailText.word(Wording.title(news), after: 9))",
            "Date: \(Moment(news.time).mailDate)",
            "Message-ID: <\(parcel.id)@\(domain)>",
            "References: <\(thread)@\(domain)>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
        ]
        var lines = [Wording.title(news), ""] + Wording.details(news)
        if let link = Wording.link(news) { lines += ["", link] }
        let body = lines.map { MailText.quotedPrintable($0) }
        bytes = Array((headers + [""] + body + [""]).joined(separator: "\r\n").utf8)
    }
}

/// How texts stand in a mail, which is ASCII in lines of at most 76 characters.
enum MailText {
    private static let longestLine = 76

    /// A text of a header: as it is where it is short and plain, else as encoded words (RFC 2047), folded.
    ///
    /// - Parameter after: How many characters of its line are taken.
    static func word(_ text: String, after column: Int) -> String {
        let isPlain = text.utf8.allSatisfy { isWordByte($0) || $0 == 0x20 } && !text.contains("  ")
        if isPlain, column + text.utf8.count <= longestLine, !text.isEmpty, !text.hasPrefix(" "), !text.hasSuffix(" ") {
            return text
        }
        let (open, close) = ("=?utf-8?q?", "?=")
        var words: [String] = []
        var word = ""
        var room = longestLine - column - open.utf8.count - close.utf8.count
        for scalar in text.unicodeScalars {
            // A character must not be divided between two words.
            let piece = scalar.utf8.map { $0 == 0x20 ? "_" : isWordByte($0) ? character($0) : "=" + hex($0) }.joined()
            if word.utf8.count + piece.utf8.count > room {
                words.append(word)
                word = ""
                room = longestLine - 1 - open.utf8.count - close.utf8.count
            }
            word += piece
        }
        words.append(word)
        return words.map { open + $0 + close }.joined(separator: "\r\n ")
    }

    /// One line of a body (RFC 2045, 6.7), broken where it is long.
    static func quotedPrintable(_ line: String) -> String {
        var result = ""
        var width = 0
        let bytes = Array(line.utf8)
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            // A dot that begins a line ends the message for a careless server, and "From " is changed by some.
            let isRisky = width == 0 && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: "F"))
            let isPlain = byte == 0x20 ? !isLast : byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "=") && !isRisky
            let piece = isPlain ? character(byte) : "=" + hex(byte)
            // One is left for the `=` that breaks the line.
            if width + piece.utf8.count > longestLine - 1 {
                result += "=\r\n"
                width = 0
            }
            result += piece
            width += piece.utf8.count
        }
        return result
    }

    /// What may stand in an encoded word within a name, the strictest place (RFC 2047, 5 (3)).
    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    private static func character(_ byte: UInt8) -> String { String(Character(Unicode.Scalar(byte))) }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "0\(digits)" : digits
    }
}
