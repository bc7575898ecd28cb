/// What becomes of a request, decided by its head alone.
enum Admission: Sendable {
    /// The body, if there is one, is not looked at.
    case answer(@Sendable () async -> WatchAnswer)
    /// The body is read whole, up to so many bytes.
    case form(limit: Int, @Sendable (_ body: [UInt8]) async -> WatchAnswer)
    /// The body is read piece by piece into a code, and none of it is kept.
    ///
    /// `key` is that of the code (HMAC-SHA-256), `prefix` what goes before the body.
    case hook(limit: Int, key: [UInt8], prefix: [UInt8], @Sendable (_ code: [UInt8]) async -> WatchAnswer)

    static func now(_ answer: WatchAnswer) -> Admission { .answer { answer } }
}
