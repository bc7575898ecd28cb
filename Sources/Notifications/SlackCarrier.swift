internal import Files
internal import HTTP
internal import JSON
internal import Resources

/// Posts news to a Slack incoming webhook, as blocks.
struct SlackCarrier: Carrier {
    /// Of one text, in characters, by Slack's documentation of text objects.
    private static let longestText = 3000

    let url: SecretReference
    let secret: SecretSource
    let post: WebPost

    func carry(_ parcel: Parcel) async throws(DeliveryFailure) {
        let address = try await resolved(url, secret)
        try await post.send(Self.message(parcel.news).bytes(), to: address) { response in
            Self.code(response.body).flatMap { address.reveal().contains($0) ? nil : $0 }
        }
    }

    static func message(_ news: News) -> JSONValue {
        let title = escape(Wording.title(news))
        var blocks = [section("\(sign(news.event)) *\(title)*")]
        let details = Wording.details(news).map { escape($0) }
        if !details.isEmpty { blocks.append(section(joined(details))) }
        // A link of ours: its label is fixed, and no `>` or `|` of the address could end it early.
        if let link = Wording.link(news) {
            let address = escape(link).replacing("|", with: "%7C")
            blocks.append(section("<\(address)|Open>"))
        }
        return ["text": .string(title), "blocks": .array(blocks)]
    }

    private static func section(_ text: String) -> JSONValue {
        // Verbatim: Slack looks for no names, channels and addresses in what somebody wrote.
        ["type": "section", "text": ["type": "mrkdwn", "text": .string(text), "verbatim": true]]
    }

    /// As many whole lines as fit.
    private static func joined(_ lines: [String]) -> String {
        var text = ""
        for line in lines {
            guard text.unicodeScalars.count + line.unicodeScalars.count < longestText else { break }
            text += text.isEmpty ? line : "\n\(line)"
        }
        return text
    }

    /// The three characters that Slack reads, as entities; and an `@` that begins a word is kept from calling anybody,
    /// since programs that speak Slack's form call `@channel` and `@all` without brackets too.
    private static func escape(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var isInWord = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "@" where !isInWord: result.append(contentsOf: "@\u{200B}".unicodeScalars)
            default: result.append(scalar)
            }
            isInWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
        return String(result)
    }

    private static func sign(_ event: WatchEvent) -> String {
        switch event {
        case .applied, .recovery: "✅"
        case .failure, .held: "❌"
        case .drift, .approvalNeeded: "⚠️"
        }
    }

    /// What Slack says of a refusal, as `no_service` or `invalid_blocks`: a word, which could hold no address.
    private static func code(_ body: [UInt8]) -> String? {
        guard (1...40).contains(body.count),
            body.allSatisfy({ UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "_") })
        else { return nil }
        return String(decoding: body, as: UTF8.self)
    }
}
