import Files
import HTTP
import Resources

/// How a call of a webhook proves that it comes from whoever knows the secret.
///
/// Every kind ends in one code over the body, whatever is missing or wrong: so nobody learns from the work we do which hooks
/// there are.
struct HookProof: Sendable {
    /// The key of the code (HMAC-SHA-256), and what goes before the body.
    let key: [UInt8]
    let prefix: [UInt8]
    /// What the code must be one of; nil: the call proves itself otherwise, or not at all.
    private let codes: [[UInt8]]?
    /// Whether the rest of the proof holds, the body aside.
    private let holds: Bool

    /// How far a call's own time may be from ours.
    static let clockTolerance = 300

    /// `seconds` is the time since 1970 (UTC).
    init(_ provider: WebhookSettings.Provider, _ secret: Secret, _ request: WatchRequest, at seconds: Int) {
        let text = secret.reveal()
        switch provider {
        case .github:
            self.init(Array(text.utf8), [], HookProof.hex(request["X-Hub-Signature-256"], after: "sha256="))
        case .bitbucket:
            self.init(Array(text.utf8), [], HookProof.hex(request["X-Hub-Signature"], after: "sha256="))
        case .gitea:
            let value = request["X-Forgejo-Signature"] ?? request["X-Gitea-Signature"] ?? request["X-Gogs-Signature"]
            self.init(Array(text.utf8), [], HookProof.hex(value, after: ""))
        case .gitlab where text.hasPrefix(HookProof.signingPrefix):
            self.init(signed: String(text.dropFirst(HookProof.signingPrefix.count)), request, at: seconds)
        case .gitlab:
            // The secret itself is sent; the code below only serves to know a call again.
            let key = randomBytes()
            let given = hmacSHA256(key: key, Array((request["X-Gitlab-Token"] ?? "").utf8))
            let holds = isSame(given, hmacSHA256(key: key, Array(text.utf8))) && !text.isEmpty
            let id = request["X-Gitlab-Webhook-UUID"] ?? ""
            let event = request["Idempotency-Key"] ?? request["X-Gitlab-Event-UUID"] ?? ""
            self.init(key: Array(text.utf8), prefix: Array("\(id).\(event).".utf8), codes: nil, holds: holds)
        case .generic:
            let time = request["X-Mooring-Timestamp"] ?? ""
            let code = HookProof.hex(request["X-Mooring-Signature"], after: "sha256=")
            self.init(
                key: Array(text.utf8), prefix: Array("\(time).".utf8), codes: code.map { [$0] },
                holds: code != nil && !text.isEmpty && HookProof.isNow(time, seconds))
        }
    }

    /// A proof that nothing can be: of a hook that there is not.
    init() { self.init(key: randomBytes(), prefix: [], codes: nil, holds: false) }

    private init(_ key: [UInt8], _ prefix: [UInt8], _ code: [UInt8]?) {
        self.init(key: key, prefix: prefix, codes: code.map { [$0] }, holds: code != nil && !key.isEmpty)
    }

    private init(key: [UInt8], prefix: [UInt8], codes: [[UInt8]]?, holds: Bool) {
        self.key = key
        self.prefix = prefix
        self.codes = codes
        self.holds = holds
    }

    /// GitLab's signing tokens, from 19.0 on: `webhook-signature: v1,BASE64` over id, time and body, as Standard Webhooks
    /// says. There may be several signatures, one of each key while keys change.
    private init(signed token: String, _ request: WatchRequest, at seconds: Int) {
        let key = Base64.decode(token) ?? []
        let (id, time) = (request["webhook-id"] ?? "", request["webhook-timestamp"] ?? "")
        let signatures = (request["webhook-signature"] ?? "").split(separator: " ").prefix(HookProof.mostSignatures)
        let codes = signatures.compactMap { $0.hasPrefix("v1,") ? Base64.decode($0.dropFirst(3)) : nil }
        self.init(
            key: key, prefix: Array("\(id).\(time).".utf8), codes: codes,
            holds: !key.isEmpty && !codes.isEmpty && HookProof.isNow(time, seconds))
    }

    /// Whether the body's code is as it was said to be, and the rest holds.
    func isGood(_ body: [UInt8]) -> Bool {
        var isRight = codes == nil
        for code in codes ?? [] where isSame(code, body) { isRight = true }
        return isRight && holds
    }

    private static let signingPrefix = "whsec_"
    private static let mostSignatures = 4

    private static func isNow(_ text: String, _ seconds: Int) -> Bool {
        guard text.utf8.count <= 12, let time = Int(text) else { return false }
        return abs(time - seconds) <= clockTolerance
    }

    /// 32 bytes in hexadecimal digits.
    private static func hex(_ text: String?, after prefix: String) -> [UInt8]? {
        guard let text, text.hasPrefix(prefix) else { return nil }
        let digits = text.dropFirst(prefix.count).utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
            default: nil
            }
        }
        guard digits.count == 64, text.utf8.count == prefix.utf8.count + 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
