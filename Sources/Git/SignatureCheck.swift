internal import Diagnostics
internal import Files
internal import Resources

/// Looks at one commit's signature, by the programs whose business that is: `ssh-keygen` and `gpgv`.
struct SignatureCheck {
    let commit: CommitStamp
    /// What stands in the commit, and what was signed.
    let signature: [UInt8]
    let payload: [UInt8]
    let signers: Signers
    /// Of our own process.
    let variables: [String: String]

    /// Each program takes milliseconds; a machine that is busy may take its time.
    private static let timeout = Duration.seconds(60)
    private static let mostOutput = 64 << 10
    /// A key with more names than that is tried no further.
    private static let mostPrincipals = 8
    /// A keyring of ten thousand people is smaller.
    private static let mostKeyBytes = 64 << 20

    func check() throws(GitError) -> Signature {
        let folder: TemporaryFolder
        do throws(FileError) { folder = try TemporaryFolder() } catch { throw GitError(error) }
        defer { folder.remove() }
        let file = folder.path + "/signature"
        try write(file, signature)
        if signature.starts(with: Array("-----BEGIN SSH SIGNATURE-----".utf8)) {
            guard let allowed = signers.allowedSigners else {
                throw untrusted(
                    "is signed by SSH, and no file of allowed signers is named", "Name one with 'allowedSigners'.")
            }
            return try checkSSH(file, allowed)
        }
        if signature.starts(with: Array("-----BEGIN PGP ".utf8)) {
            guard let keys = signers.openPGPKeys else {
                throw untrusted("is signed by OpenPGP, and no file of keys is named", "Name one with 'openPGPKeys'.")
            }
            return try checkOpenPGP(file, keys, folder)
        }
        throw untrusted("has a signature of an unknown kind", "Sign with SSH or OpenPGP.")
    }

    // MARK: - SSH

    /// A key must be valid now, not when the commit says it was made: dates are whatever somebody writes there.
    private func checkSSH(_ file: String, _ allowed: String) throws(GitError) -> Signature {
        let found = try run(["ssh-keygen", "-Y", "find-principals", "-s", file, "-f", allowed])
        let principals = lines(found.output).prefix(SignatureCheck.mostPrincipals)
        guard found.ending == .exit(0), !principals.isEmpty else {
            let key = try keyOfSSH(file)
            let complaint = String(decoding: found.complaints, as: UTF8.self)
            if complaint.contains("expired") || complaint.contains("not yet valid") {
                throw untrusted("is signed by a key that is not valid now: \(key)", "Renew it in '\(allowed)'.")
            }
            if complaint.contains("Couldn't") || complaint.contains("Unable") || complaint.contains("No such file") {
                throw untrusted("cannot be checked: '\(allowed)' cannot be read", "Check 'allowedSigners'.")
            }
            throw untrusted(
                "is signed by a key that is not allowed: \(key)",
                "Add its owner to '\(allowed)', or have it signed by another.")
        }
        var complaint = ""
        for principal in principals {
            let words = ["ssh-keygen", "-Y", "verify", "-n", "git", "-s", file, "-f", allowed, "-I", principal]
            let verified = try run(words, input: payload)
            if verified.ending == .exit(0) {
                let key = lines(verified.output).last?.split(separator: " ").last.map(String.init) ?? ""
                return Signature(kind: .ssh, signer: principal, key: key)
            }
            complaint = lines(verified.complaints).last ?? lines(verified.output).last ?? ""
        }
        throw untrusted("has a signature that is not good: \(complaint)", "Somebody may have changed the commit.")
    }

    /// The key that made a signature, whether it is allowed or not.
    private func keyOfSSH(_ file: String) throws(GitError) -> String {
        let words = ["ssh-keygen", "-Y", "check-novalidate", "-n", "git", "-s", file]
        let result = try run(words, input: payload)
        guard result.ending == .exit(0), let key = lines(result.output).last?.split(separator: " ").last else {
            throw untrusted("has a signature that is not good", "Somebody may have changed the commit.")
        }
        return String(key)
    }

    // MARK: - OpenPGP

    private func checkOpenPGP(_ file: String, _ keys: String, _ folder: TemporaryFolder) throws(GitError) -> Signature {
        let ring = folder.path + "/keys"
        do throws(FileError) {
            let bytes = try readFile(keys, limit: SignatureCheck.mostKeyBytes)
            try writeFile(ring, dearmoured(bytes))
        } catch {
            throw untrusted("cannot be checked: \(error.diagnostic.message)", "Check 'openPGPKeys'.")
        }
        let words = ["gpgv", "--homedir", folder.path, "--status-fd", "1", "--keyring", ring, file, "-"]
        let result = try run(words, input: payload)
        var states: [String: [Substring]] = [:]
        var count = 0
        for line in lines(result.output) {
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count >= 2, words[0] == "[GNUPG:]" else { continue }
            if words[1] == "NEWSIG" { count += 1 }
            states[String(words[1])] = Array(words.dropFirst(2))
        }
        // The words that gpgv's own documentation (doc/DETAILS) gives them.
        if states["NO_PUBKEY"] != nil {
            let key = states["NO_PUBKEY"]?.first ?? ""
            throw untrusted(
                "is signed by a key that is not among the known: \(key)",
                "Add it to '\(keys)', or have it signed by another.")
        }
        if states["EXPKEYSIG"] != nil || states["EXPSIG"] != nil || states["KEYEXPIRED"] != nil {
            throw untrusted("is signed by a key that has expired", "Renew it in '\(keys)'.")
        }
        if states["REVKEYSIG"] != nil {
            throw untrusted("is signed by a key that was revoked", "Have it signed by another.")
        }
        guard result.ending == .exit(0), count == 1, states["BADSIG"] == nil, states["ERRSIG"] == nil,
            let good = states["GOODSIG"], let valid = states["VALIDSIG"]?.first
        else { throw untrusted("has a signature that is not good", "Somebody may have changed the commit.") }
        return Signature(
            kind: .openPGP, signer: good.dropFirst().joined(separator: " "), key: String(valid))
    }

    // MARK: - Programs

    private func run(_ words: [String], input: [UInt8]? = nil) throws(GitError) -> ChildProcess.Result {
        var environment = ["LC_ALL": "C", "TZ": "UTC"]
        environment["PATH"] = variables["PATH"]
        do throws(ChildProcess.Failure) {
            return try ChildProcess.run(
                words, environment: environment, input: input, timeout: SignatureCheck.timeout,
                mostBytes: SignatureCheck.mostOutput)
        } catch {
            let package = words[0] == "gpgv" ? "gpgv" : "openssh-client"
            throw untrusted("cannot be checked: '\(words[0])': \(error.reason)", "Install '\(package)'.")
        }
    }

    private func write(_ path: String, _ bytes: [UInt8]) throws(GitError) {
        do throws(FileError) { try writeFile(path, bytes, mode: 0o600) } catch { throw GitError(error) }
    }

    private func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    }

    private func untrusted(_ what: String, _ hint: String) -> GitError {
        GitError(.untrusted, "commit \(commit.short) by \(commit.author) \(what)", hint: hint)
    }
}

/// Keys as `gpgv` reads them: what stands between the lines of armour, or the bytes as they are.
func dearmoured(_ bytes: [UInt8]) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----") else { return bytes }
    var keys: [UInt8] = []
    var block: String?
    var isHead = false
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
        if line.hasPrefix("-----BEGIN PGP PUBLIC KEY BLOCK-----") {
            (block, isHead) = ("", true)
        } else if line.hasPrefix("-----END PGP PUBLIC KEY BLOCK-----") {
            keys += block.flatMap { Base64.decode($0) } ?? []
            block = nil
        } else if isHead {
            // Header lines end with an empty one.
            isHead = !line.allSatisfy(\.isWhitespace)
        } else if let before = block, !line.hasPrefix("=") {
            block = before + line.filter { !$0.isWhitespace }
        }
    }
    return keys
}
