internal import Files
internal import HTTP
internal import JSON
internal import Resources

/// Posts news as JSON, signed where there is a key.
///
/// `X-Mooring-Signature: sha256=HEX` is the HMAC-SHA-256 of the timestamp, a dot and the body; `X-Mooring-Timestamp` are
/// the seconds since 1970 of this attempt, `X-Mooring-Delivery` stays the same for all attempts.
struct WebhookCarrier: Carrier {
    let url: SecretReference
    let key: SecretReference?
    let secret: SecretSource
    let post: WebPost

    func carry(_ parcel: Parcel) async throws(DeliveryFailure) {
        let address = try await resolved(url, secret)
        let body = parcel.news.payload.bytes()
        let timestamp = String(post.settings.clock.epochSeconds())
        var headers = [HTTPHeader("X-Mooring-Timestamp", timestamp), HTTPHeader("X-Mooring-Delivery", parcel.id)]
        if let key {
            let key = try await resolved(key, secret)
            let mac = hmacSHA256(key: Array(key.reveal().utf8), Array("\(timestamp).".utf8) + body)
            headers.append(HTTPHeader("X-Mooring-Signature", "sha256=\(hexadecimal(mac))"))
        }
        try await post.send(body, to: address, headers: headers)
    }
}
