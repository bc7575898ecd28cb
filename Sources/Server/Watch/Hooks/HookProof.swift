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
    /// What is wrong whatever the body is.
    private let headFlaw: Flaw?
    /// What is wrong with the call's own time, which counts where the signature over it is right.
    private let timeFlaw: Flaw?

    /// Why a call proves nothing, as the log tells it.
    enum Flaw: String, Hashable, Sendable {
        case unsigned = "no signature"
        case unreadable = "the signature is none of this provider's form"
        case wrong = "wrong signature"
        case tokenless = "no token"
        case wrongToken = "wrong token"
        case undated = "no time"
        case old = "too old"
        case early = "its time is ahead of ours"
        case keyless = "the secret in the watch file is empty, or no key"
    }

    /// How far a call's own time may be from ours.
    static let clockTolerance = 300

    /// `seconds` is the time since 1970 (UTC).
    init(_ provider: WebhookSettings.Provider, _ secret: Secret, _ request: WatchRequest, at seconds: Int) {
        let text = secret.reveal()
        switch provider {
        case .github:
            self.init(Array(text.utf8), request["X-Hub-Signature-256"], after: "sha256=")
        case .bitbucket:
            self.init(Array(text.utf8), request["X-Hub-Signature"], after: "sha256=")
        case .gitea:
            let value = request["X-Forgejo-Signature"] ?? request["X-Gitea-Signature"] ?? request["X-Gogs-Signature"]
            self.init(Array(text.utf8), value, after: "")
        case .gitlab where text.hasPrefix(HookProof.signingPrefix):
            self.init(signed: String(text.dropFirst(HookProof.signingPrefix.count)), request, at: seconds)
        case .gitlab:
            // The secret itself is sent; the code below only serves to know a call again.
            let key = randomBytes()
            let token = request["X-Gitlab-Token"]
            let given = hmacSHA256(key: key, Array((token ?? "").utf8))
            let isRight = isSame(given, hmacSHA256(key: key, Array(text.utf8)))
            let flaw: Flaw? = text.isEmpty ? .keyless : token == nil ? .tokenless : isRight ? nil : .wrongToken
            let id = request["X-Gitlab-Webhook-UUID"] ?? ""
            let event = request["Idempotency-Key"] ?? request["X-Gitlab-Event-UUID"] ?? ""
            self.init(key: Array(text.utf8), prefix: Array("\(id).\(event).".utf8), codes: nil, headFlaw: flaw)
        case .generic:
            let time = request["X-Mooring-Timestamp"]
            let signature = request["X-Mooring-Signature"]
            self.init(
                Array(text.utf8), Array("\(time ?? "").".utf8), signature,
                [HookProof.hex(signature, after: "sha256=")].compactMap(\.self),
                timeFlaw: HookProof.flaw(ofTime: time, seconds))
        }
    }

    /// A signature over the body alone, as hexadecimal digits.
    private init(_ key: [UInt8], _ signature: String?, after prefix: String) {
        self.init(key, [], signature, [HookProof.hex(signature, after: prefix)].compactMap(\.self))
    }

    /// `signature` as it was sent, `codes` as it was read.
    private init(
        _ key: [UInt8], _ prefix: [UInt8], _ signature: String?, _ codes: [[UInt8]], timeFlaw: Flaw? = nil
    ) {
        let flaw: Flaw? = key.isEmpty ? .keyless : signature == nil ? .unsigned : codes.isEmpty ? .unreadable : nil
        self.init(key: key, prefix: prefix, codes: codes, headFlaw: flaw, timeFlaw: timeFlaw)
    }

    private init(key: [UInt8], prefix: [UInt8], codes: [[UInt8]]?, headFlaw: Flaw?, timeFlaw: Flaw? = nil) {
        self.key = key
        self.prefix = prefix
        self.codes = codes
        self.headFlaw = headFlaw
        self.timeFlaw = timeFlaw
    }

    /// GitLab's signing tokens, from 19.0 on: `webhook-signature: v1,BASE64` over id, time and body, as Standard Webhooks
    /// says. There may be several signatures, one of each key while keys change.
    private init(signed token: String, _ request: WatchRequest, at seconds: Int) {
        let key = Base64.decode(token) ?? []
        let (id, time) = (request["webhook-id"] ?? "", request["webhook-timestamp"])
        let signature = request["webhook-signature"]
        let signatures = (signature ?? "").split(separator: " ").prefix(HookProof.mostSignatures)
        let codes = signatures.compactMap { $0.hasPrefix("v1,") ? Base64.decode($0.dropFirst(3)) : nil }
        self.init(
            key, Array("\(id).\(time ?? "").".utf8), signature, codes, timeFlaw: HookProof.flaw(ofTime: time, seconds))
    }

    /// What is wrong with a call whose body has that code; nil: it proves itself.
    func flaw(_ body: [UInt8]) -> Flaw? {
        var isRight = codes == nil
        for code in codes ?? [] where isSame(code, body) { isRight = true }
        return headFlaw ?? (isRight ? timeFlaw : .wrong)
    }

    private static let signingPrefix = "whsec_"
    private static let mostSignatures = 4

    private static func flaw(ofTime text: String?, _ seconds: Int) -> Flaw? {
        guard let text, text.utf8.count <= 12, let time = Int(text) else { return .undated }
        if time < seconds - clockTolerance { return .old }
        return time > seconds + clockTolerance ? .early : nil
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
