internal import Files
internal import JSON

/// Something that brings news to where a route leads.
protocol Carrier: Sendable {
    func carry(_ parcel: Parcel) async throws(DeliveryFailure)
}

/// News on their way to one route.
struct Parcel: Sendable {
    let news: News
    /// 32 hexadecimal digits: the same for each attempt, and for the same news after a restart, so that who gets them
    /// twice can tell.
    let id: String

    init(_ news: News, route: String) {
        self.news = news
        let content: JSONValue = ["route": .string(route), "news": news.payload]
        id = String(sha256(content.bytes()).prefix(32))
    }
}
