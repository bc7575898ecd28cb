package import Resources

/// What a plan may know of secrets: never a secret itself.
package struct SecretKnowledge: Sendable {
    /// Whether a secret could be read, without reading it.
    package let isAvailable: @Sendable (SecretReference) -> Bool
    /// The keyed digest of the secrets that a field of an object takes, by the field's path as plans show it.
    ///
    /// Nil where one of them is unavailable, or where there is no key.
    package let fingerprint: @Sendable (_ address: Address, _ path: String, [SecretReference]) -> String?

    package init(
        isAvailable: @escaping @Sendable (SecretReference) -> Bool,
        fingerprint: @escaping @Sendable (_ address: Address, _ path: String, [SecretReference]) -> String?
    ) {
        self.isAvailable = isAvailable
        self.fingerprint = fingerprint
    }

    /// All secrets are at hand, and none has a digest.
    package static let none = SecretKnowledge(isAvailable: { _ in true }, fingerprint: { _, _, _ in nil })
}

extension SecretKnowledge {
    /// Compares two digests, as `KEY:DIGEST`: those of different keys tell nothing.
    static func verdict(_ known: String, _ now: String) -> Comparison.SecretVerdict {
        if known == now { return .same }
        return known.prefix { $0 != ":" } == now.prefix { $0 != ":" } ? .changed : .otherKey
    }
}
