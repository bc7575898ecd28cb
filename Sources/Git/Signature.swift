/// Whose signatures count: files of the daemon's own.
package struct Signers: Hashable, Sendable {
    /// An absolute path to a file of SSH's `allowed_signers` form.
    package var allowedSigners: String?
    /// An absolute path to a file with OpenPGP public keys, armoured or not.
    package var openPGPKeys: String?

    package init(allowedSigners: String? = nil, openPGPKeys: String? = nil) {
        self.allowedSigners = allowedSigners
        self.openPGPKeys = openPGPKeys
    }
}

/// A commit's signature that was found to be good.
package struct Signature: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable { case ssh, openPGP }

    package let kind: Kind
    /// As the signers' file names them: a principal as `ann@example.com`, or a key's user id.
    package let signer: String
    /// The fingerprint of the key, as `SHA256:…` or in hexadecimal digits.
    package let key: String

    package init(kind: Kind, signer: String, key: String) {
        self.kind = kind
        self.signer = signer
        self.key = key
    }
}
