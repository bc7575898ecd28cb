import Diagnostics
import Files
import Foundation
import Git
import Resources
import Testing

@Suite struct SignatureTests {
    let origin: TestRepository
    let scratch: Scratch
    let mirror: Mirror

    init() throws {
        origin = try TestRepository()
        scratch = origin.scratch
        mirror = origin.mirror()
    }

    /// Commits and pushes what is signed with these settings.
    private func push(_ settings: [String], environment: [String: String] = [:]) async throws -> Commit {
        try scratch.write("copy/a.yaml", "\(UInt32.random(in: 0 ... .max))\n")
        try origin.git("add", "-A")
        let words = ["git"] + settings.flatMap { ["-c", $0] } + ["commit", "-q", "-S", "-m", "Signed"]
        try run(words, in: origin.copy, environment: TestRepository.environment.merging(environment) { $1 })
        return try await publish()
    }

    private func publish() async throws -> Commit {
        try origin.git("push", "-q", "-f", "origin", "HEAD:refs/heads/main")
        return try await mirror.fetch(try await mirror.lookUp(.branch("main")))
    }

    /// Another message under the same signature.
    private func tamper() async throws -> Commit {
        let text = try run(["git", "cat-file", "commit", "HEAD"], in: origin.copy)
        let id = try origin.git(
            "hash-object", "-t", "commit", "-w", "--stdin",
            input: text.replacingOccurrences(of: "Signed", with: "Changed"))
        try origin.git("reset", "-q", "--hard", id)
        return try await publish()
    }

    private func sshKey(_ name: String) throws -> [String] {
        try run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", scratch.path(name)])
        return ["gpg.format=ssh", "user.signingkey=\(scratch.path(name))"]
    }

    private func allow(_ name: String, _ options: String = "", as principal: String = "ann@example.com") throws
        -> Signers
    {
        let key = try String(contentsOfFile: scratch.path("\(name).pub"), encoding: .utf8)
        try scratch.write("signers", "\(principal) \(options.isEmpty ? "" : options + " ")\(key)")
        return Signers(allowedSigners: scratch.path("signers"))
    }

    private func refusal(_ commit: Commit, _ signers: Signers) async -> String? {
        let error = await #expect(throws: GitError.self) { try await mirror.verify(commit, signers) }
        #expect(error?.reason == .untrusted && error?.isTransient == false && error?.diagnostic.hint != nil)
        return error?.diagnostic.message
    }

    @Test func `a commit signed by SSH is trusted by the file of signers alone`() async throws {
        let settings = try sshKey("ann")
        _ = try sshKey("eve")
        let commit = try await push(settings)
        let print = String(try run(["ssh-keygen", "-l", "-f", scratch.path("ann.pub")]).split(separator: " ")[1])
        let who = "commit \(commit.stamp.short) by Ann Lee"
        let signers = try allow("ann")
        let signature = try await mirror.verify(commit, signers)
        #expect(signature == Signature(kind: .ssh, signer: "ann@example.com", key: print))
        // What was found good is not asked again, and is again when the file changes.
        #expect(try await mirror.verify(commit, signers) == signature)
        #expect(await refusal(commit, try allow("eve")) == "\(who) is signed by a key that is not allowed: \(print)")
        let expired = try allow("ann", "valid-before=\"20200101\"")
        #expect(await refusal(commit, expired) == "\(who) is signed by a key that is not valid now: \(print)")
        let other = try allow("ann", "namespaces=\"file\"")
        #expect(await refusal(commit, other)?.hasPrefix(who) == true)
        #expect(try await mirror.verify(commit, try allow("ann", "namespaces=\"git\"")) == signature)
        let none = Signers(allowedSigners: scratch.path("none"))
        #expect(await refusal(commit, none) == "\(who) cannot be checked: '\(scratch.path("none"))' cannot be read")
        #expect(await refusal(commit, Signers()) == "\(who) is signed by SSH, and no file of allowed signers is named")
        let changed = try await tamper()
        #expect(changed.stamp.subject == "Changed")
        let words = await refusal(changed, try allow("ann"))
        #expect(words?.contains("has a signature that is not good") == true)
    }

    @Test func `a commit without a signature, or with one of nonsense, is not trusted`() async throws {
        _ = try sshKey("ann")
        let signers = try allow("ann")
        let first = try origin.push(["a": "a"])
        let commit = try await mirror.fetch(try await mirror.lookUp(.head))
        #expect(await refusal(commit, signers) == "commit \(commit.stamp.short) by Ann Lee is not signed")
        let text = try run(["git", "cat-file", "commit", first], in: origin.copy)
        for nonsense in [
            "x", "-----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----", "-----BEGIN SSH SIGNATURE-----",
        ] {
            let forged = text.replacingOccurrences(of: "\n\n", with: "\ngpgsig \(nonsense)\n\n")
            let id = try origin.git("hash-object", "-t", "commit", "-w", "--stdin", input: forged)
            try origin.git("reset", "-q", "--hard", id)
            #expect(await refusal(try await publish(), signers)?.contains("signature") == true)
        }
    }

    @Test func `a commit signed by OpenPGP is trusted by the file of keys alone`() async throws {
        let home = scratch.path("g")
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let environment = ["GNUPGHOME": home]
        defer { _ = try? run(["gpgconf", "--kill", "all"], environment: environment) }
        for (name, expiry) in [("ann", "never"), ("eve", "never"), ("old", "seconds=1")] {
            try run(
                [
                    "gpg", "--batch", "--quiet", "--passphrase", "", "--faked-system-time",
                    expiry == "never" ? "20260101T000000" : "20200101T000000", "--quick-gen-key",
                    "\(name) <\(name)@example.com>", "ed25519", "sign", expiry,
                ], environment: environment)
            try scratch.write(
                "\(name).asc", try run(["gpg", "--armor", "--export", "\(name)@example.com"], environment: environment))
        }
        func signers(_ name: String) -> Signers { Signers(openPGPKeys: scratch.path(name)) }
        let commit = try await push(["user.signingkey=ann@example.com"], environment: environment)
        let who = "commit \(commit.stamp.short) by Ann Lee"
        let signature = try await mirror.verify(commit, signers("ann.asc"))
        #expect(signature.kind == .openPGP && signature.signer == "ann <ann@example.com>" && signature.key.count == 40)
        try scratch.write(
            "both.asc",
            try String(contentsOfFile: scratch.path("eve.asc"), encoding: .utf8)
                + String(contentsOfFile: scratch.path("ann.asc"), encoding: .utf8))
        #expect(try await mirror.verify(commit, signers("both.asc")) == signature)
        try run(["gpg", "--output", scratch.path("ann.gpg"), "--export", "ann@example.com"], environment: environment)
        #expect(try await mirror.verify(commit, signers("ann.gpg")) == signature)
        #expect(
            await refusal(commit, signers("eve.asc"))?.hasPrefix(
                "\(who) is signed by a key that is not among the known") == true)
        #expect(await refusal(commit, signers("none.asc"))?.hasPrefix("\(who) cannot be checked") == true)
        #expect(await refusal(commit, Signers()) == "\(who) is signed by OpenPGP, and no file of keys is named")
        let changed = try await tamper()
        #expect(await refusal(changed, signers("ann.asc"))?.hasSuffix("has a signature that is not good") == true)

        // Made while the key was valid, as its date says: nobody can know that.
        try scratch.write("gpg.sh", "#!/bin/sh\nexec gpg --faked-system-time 20200101T000000 \"$@\"\n")
        try run(["chmod", "+x", scratch.path("gpg.sh")])
        let late = try await push(
            ["user.signingkey=old@example.com", "gpg.program=\(scratch.path("gpg.sh"))"], environment: environment)
        #expect(await refusal(late, signers("old.asc"))?.hasSuffix("is signed by a key that has expired") == true)
    }
}
