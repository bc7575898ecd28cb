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
    /// Who has a token that could be found by trying, in the order of the watch file.
    let guessable: [String]

    /// In bytes. A right token is never refused for how many wrong ones came, so it must be out of reach of trying.
    private static let shortest = 16

    /// A token without text lets nobody in. `key` is what codes are made with.
    init(_ callers: [WatchCaller], key: [UInt8]) {
        self.key = key
        let callers = callers.filter { !$0.secret.reveal().isEmpty }
        codes = callers.map { ($0.name, hmacSHA256(key: key, Array($0.secret.reveal().utf8))) }
        guessable = callers.filter { $0.secret.reveal().utf8.count < Callers.shortest }.map(\.name)
    }

    var isEmpty: Bool { codes.isEmpty }

    /// Whose token that is, and its code; nil: nobody's.
    ///
    /// All are compared, whole, as codes under a key that nobody knows: how long it takes tells neither a token's length
    /// nor which one was near.
    func find(_ token: String) -> (name: String, code: [UInt8])? {
        let code = hmacSHA256(key: key, Array(token.utf8))
        var found: (name: String, code: [UInt8])?
        for caller in codes where isSame(caller.code, code) { found = caller }
        return found
    }

    /// Whether the token of that code is still that person's.
    func holds(_ name: String, _ code: [UInt8]) -> Bool {
        codes.contains { $0.name == name && isSame($0.code, code) }
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
