internal import JSON
internal import Resources

/// Posts news to Microsoft Teams, by the address that a workflow "when a webhook request is received" gives.
///
/// Workflows take a message with Adaptive Cards and nothing else (Microsoft's documentation of webhooks in Teams, where the
/// older connectors are retired). Texts stand in text runs, which know no Markdown: of text blocks the documentation of
/// cards says that they do, of runs that it is not supported (inferred: that Teams holds to it). Version 1.4 is the newest
/// that Teams takes from a webhook (inferred, from what others send).
struct TeamsCarrier: Carrier {
    /// Teams takes messages of 28 kB (inferred); cards of ours stay below whatever the escapes.
    private static let mostBytes = 24_000

    let url: SecretReference
    let secret: SecretSource
    let post: WebPost

    func carry(_ parcel: Parcel) async throws(DeliveryFailure) {
        let address = try await resolved(url, secret)
        try await post.send(Self.message(parcel.news).bytes(), to: address)
    }

    static func message(_ news: News) -> JSONValue {
        var body = [
            text(Wording.title(news), ["weight": "Bolder", "size": "Medium", "color": .string(color(news.event))])
        ]
        var room = mostBytes
        for line in Wording.details(news) {
            room -= JSONValue.string(line).bytes().count + 100
            guard room > 0 else { break }
            body.append(text(line))
        }
        var card: JSONObject = [
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "msteams": ["width": "Full"], "body": .array(body),
        ]
        if let link = Wording.link(news) {
            card["actions"] = [["type": "Action.OpenUrl", "title": "Open", "url": .string(link)]]
        }
        return [
            "type": "message",
            "attachments": [
                ["contentType": "application/vnd.microsoft.card.adaptive", "content": .object(card)]
            ],
        ]
    }

    private static func text(_ text: String, _ style: JSONObject = [:]) -> JSONValue {
        let run: JSONObject = ["type": "TextRun", "text": .string(text)]
        return ["type": "RichTextBlock", "inlines": [.object(JSONObject(members: run.members + style.members))]]
    }

    private static func color(_ event: WatchEvent) -> String {
        switch event {
        case .applied, .recovery: "Good"
        case .failure, .held: "Attention"
        case .drift, .approvalNeeded: "Warning"
        }
    }
}
