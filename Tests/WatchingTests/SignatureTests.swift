import Diagnostics
import Foundation
import Resources
import Testing

@testable import Watching

/// Who must sign what is followed.
@Suite struct SignatureTests {
    /// Makes a key that commits are signed with, and returns the file that allows it.
    private static func allow(_ world: WatchWorld) throws -> String {
        let key = world.folder + "/key"
        try run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ann", "-f", key)
        let file = world.folder + "/signers"
        let words = try String(contentsOfFile: key + ".pub", encoding: .utf8).split(separator: " ")
        try "ann@test \(words[0]) \(words[1])\n".write(toFile: file, atomically: false, encoding: .utf8)
        try world.git.run("config", "gpg.format", "ssh")
        try world.git.run("config", "user.signingkey", key)
        return file
    }

    private static func run(_ words: String...) throws {
        try GitRepository.run(words, ProcessInfo.processInfo.environment)
    }

    @Test(arguments: [CommitVerification.Mode.head, .strict])
    func `a commit that is not signed is not followed, nor with strict one that leads to it`(
        mode: CommitVerification.Mode
    ) async throws {
        let world = try WatchWorld()
        let signers = try SignatureTests.allow(world)
        try world.git.run("config", "commit.gpgsign", "true")
        let first = try world.push("v1")
        let watcher = try await world.start(
            world.watch { $0.verification = CommitVerification(mode: mode, allowedSigners: signers) })
        await watcher.turn()
        #expect(watcher.snapshot().repositories[0].problem == nil)
        #expect(watcher.status().revision?.id == first)
        try world.git.run("config", "commit.gpgsign", "false")
        try world.push("v2")
        await watcher.look()
        #expect(watcher.snapshot().repositories[0].problem?.diagnostics.map(\.code) == ["git-untrusted"])
        #expect(watcher.status().revision?.id == first)
        #expect(try await world.version() == "v1")
        // A signed one over it stands for itself alone.
        try world.git.run("config", "commit.gpgsign", "true")
        let third = try world.push("v3")
        await watcher.look()
        #expect(watcher.status().revision?.id == (mode == .head ? third : first))
    }

    @Test func `what was accepted before signatures were asked for is not gone on with`() async throws {
        let world = try WatchWorld()
        let signers = try SignatureTests.allow(world)
        try world.push("v1")
        var watcher: Watcher? = try await world.start(world.watch([WatchWorld.environment { $0.mode = .planOnly }]))
        await watcher?.turn()
        #expect(watcher?.status().pending != nil)
        watcher = nil
        let again = try await world.start(
            world.watch { $0.verification = CommitVerification(mode: .head, allowedSigners: signers) })
        await again.turn()
        #expect(again.snapshot().repositories[0].problem?.diagnostics.map(\.code) == ["git-untrusted"])
        #expect(world.transport.takeWrites() == [])
    }
}
