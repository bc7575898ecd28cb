package import Files

/// Who may act, and what they prove themselves with.
package struct WatchCaller: Sendable {
    /// As approvals and suspensions tell it.
    package let name: String
    package let secret: Secret

    package init(name: String, secret: Secret) {
        self.name = name
        self.secret = secret
    }
}

/// The tokens of all who may act. What is kept of them cannot be turned back into a token.
struct Callers: Sendable {
    private let key: [UInt8]
    private let codes: [(name: String, code: [UInt8])]

    /// A token without text lets nobody in.
    init(_ callers: [WatchCaller]) {
        let key = randomBytes()
        self.key = key
        codes = callers.filter { !$0.secret.reveal().isEmpty }.map { caller in
            (caller.name, hmacSHA256(key: key, Array(caller.secret.reveal().utf8)))
        }
    }

    var isEmpty: Bool { codes.isEmpty }

    /// Whose token that is; nil: nobody's.
    ///
    /// All are compared, whole, as codes under a key that nobody knows: how long it takes tells neither a token's length
    /// nor which one was near.
    func name(of token: String) -> String? {
        let code = hmacSHA256(key: key, Array(token.utf8))
        var found: String?
        for caller in codes where isSame(caller.code, code) { found = caller.name }
        return found
    }
}

/// Whether both are the same, in a time that depends on their lengths alone.
func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(left, right) { difference |= a ^ b }
    return difference == 0
}

/// 32 bytes that nobody can foresee: the system's generator is meant for keys.
func randomBytes() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).flatMap { _ in
        let word = UInt64.random(in: 0...UInt64.max, using: &generator)
        return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
}
