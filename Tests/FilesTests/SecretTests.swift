import Diagnostics
import Files
import Foundation
import Resources
import Testing

@Suite struct SecretTests {
    /// What resolving gives: the text, or the message of the error.
    private func outcome(
        _ reference: SecretReference, in scratch: Scratch, as user: SecretResolver.User = .connection,
        policy: SecretPolicy = SecretPolicy(), connections: [SecretReference] = [],
        timeout: Duration = SecretResolver.commandTimeout
    ) async -> String {
        let resolver = SecretResolver(
            root: scratch.path, environment: ["KEY": "value", "EMPTY": "", "PATH": "/usr/bin:/bin"], policy: policy,
            connections: connections, commandTimeout: timeout)
        do throws(FileError) {
            return try await resolver.resolve(reference, for: user).reveal()
        } catch {
            return "! \(error.diagnostic.message)"
        }
    }

    @Test(arguments: [
        (SecretReference.environment("KEY"), "value"),
        (.environment("NONE"), "! the secret {env: NONE} is not available: the variable is not set"),
        (.environment("EMPTY"), "! the secret {env: EMPTY} is not available: the variable is empty"),
        (.file("key"), "line"), (.file("./crlf"), "line"), (.file("two"), "line\n"),
        (.file("empty"), "! the secret {file: empty} is not available: it is empty"),
        (.file("gone"), "! the secret {file: gone} is not available: there is no such file"),
        (.file("."), "! the secret {file: .} is not available: it is not a file"),
        (.file("large"), "! the secret {file: large} is not available: it is larger than 64 KiB"),
        (.file("zero"), "! the secret {file: zero} is not available: it holds a zero byte"),
        (.file("bytes"), "! the secret {file: bytes} is not available: it is not UTF-8 text"),
        (.command(["printf", "%s", "$KEY; a b"]), "$KEY; a b"), (.command(["sh", "-c", "echo $KEY"]), "value"),
        (.command(["cat", "key"]), "line"), (.command(["./program"]), "made here"),
        (.command(["cat"]), "! the secret {exec: [cat]} is not available: it is empty"),
        (
            .command(["no-such-program"]),
            "! the secret {exec: [no-such-program]} is not available: there is no such program"
        ),
        (.command(["./key"]), "! the secret {exec: [./key]} is not available: there is no such program"),
        (
            .command(["sh", "-c", "echo hidden; exit 3"]),
            "! the secret {exec: [sh, -c, echo hidden; exit 3]} is not available: the command ended with status 3"
        ),
        (
            .command(["sh", "-c", "kill -9 $$"]),
            "! the secret {exec: [sh, -c, kill -9 $$]} is not available: the command was killed"
        ),
        (
            .command(["head", "-c", "70000", "/dev/zero"]),
            "! the secret {exec: [head, -c, 70000, /dev/zero]} is not available: its output is larger than 64 KiB"
        ),
    ])
    func `reads a secret from its source`(reference: SecretReference, expected: String) async throws {
        let scratch = try Scratch()
        try scratch.write("key", "line\n")
        try scratch.write("crlf", "line\r\n")
        try scratch.write("two", "line\n\n")
        try scratch.write("empty", "\n")
        try scratch.write("zero", "a\0b")
        try scratch.write("large", String(repeating: "x", count: 65537))
        try Data([0x66, 0xFF]).write(to: URL(filePath: scratch.path + "/bytes"))
        try scratch.write("program", "#!/bin/sh\necho made here\n", mode: 0o755)
        #expect(await outcome(reference, in: scratch) == expected)
    }

    @Test func `ends a command that takes too long, and what it started`() async throws {
        let scratch = try Scratch()
        let slow = SecretReference.command(["sh", "-c", "sleep 600 & sleep 600"])
        #expect(
            await outcome(slow, in: scratch, timeout: .milliseconds(50))
                == "! the secret {exec: [sh, -c, sleep 600 & sleep 600]} is not available: the command took longer than 50ms"
        )
    }

    @Test func `a command runs once in a run`() async throws {
        let scratch = try Scratch()
        let resolver = SecretResolver(
            root: scratch.path, environment: ["PATH": "/usr/bin:/bin"], policy: SecretPolicy(), connections: [])
        let counting = SecretReference.command(["sh", "-c", "echo x >> count; wc -l < count"])
        let first = try await resolver.resolve(counting, for: .connection)
        #expect(try await resolver.resolve(counting, for: .connection) == first)
    }

    @Test(arguments: [
        (SecretReference.environment("KEY"), SecretPolicy(), true), (.environment("GATE"), SecretPolicy(), false),
        (.file("any"), SecretPolicy(), true), (.file("link"), SecretPolicy(), false),
        (.file("gate"), SecretPolicy(), false),
        (.file("out"), SecretPolicy(), false), (.file("/proc/self/environ"), SecretPolicy(), false),
        (.file("/proc/thread-self/environ"), SecretPolicy(), false),
        (.file("//sys/../proc/1/cmdline"), SecretPolicy(), false),
        (.file("/sys/kernel/uevent_seqnum"), SecretPolicy(), false), (.file("proc"), SecretPolicy(), false),
        (.file("/proc/self/status"), SecretPolicy(files: ["/proc/self/status"]), true),
        (.command(["printf", "x"]), SecretPolicy(), false),
        (.command(["printf", "x"]), SecretPolicy(commands: ["print*"]), true),
        (.environment("KEY"), SecretPolicy(environment: ["K?Y"], files: []), true),
        (.environment("GATE"), SecretPolicy(environment: ["K*"], files: []), false),
        (.file("any"), SecretPolicy(environment: [], files: ["./a*"]), true),
        (.file("sub/any"), SecretPolicy(environment: [], files: ["*"]), false),
        (.file("out"), SecretPolicy(environment: [], files: ["*"]), false),
    ])
    func `manifests use what the policy permits`(reference: SecretReference, policy: SecretPolicy, permitted: Bool)
        async throws
    {
        let outside = try Scratch()
        try outside.write("key", "x")
        let scratch = try Scratch()
        for name in ["any", "gate", "sub/any"] { try scratch.write(name, "x") }
        try scratch.link("link", to: "gate")
        try scratch.link("out", to: outside.path + "/key")
        try scratch.link("proc", to: "/proc/self/environ")
        let connections = [SecretReference.environment("GATE"), .file(scratch.path + "/gate"), .file("gate")]
        let told = await outcome(reference, in: scratch, as: .manifest, policy: policy, connections: connections)
        #expect(told.hasPrefix("!") == !permitted, "\(told)")
        if !permitted { #expect(told == "! manifests may not use the secret \(reference)") }
    }

    @Test(
        arguments: [
            (SecretReference.environment("KEY"), nil), (.environment("NONE"), "the variable is not set"),
            (.file("key"), nil),
            (.file("gone"), "there is no such file"), (.file("."), "it is not a file"),
            (.command(["sh", "-c", "touch ran"]), nil),
            (.command(["no-such-program"]), "there is no such program"),
        ] as [(SecretReference, String?)])
    func `tells what is not there without reading`(reference: SecretReference, reason: String?) async throws {
        let scratch = try Scratch()
        try scratch.write("key", "x")
        let resolver = SecretResolver(
            root: scratch.path, environment: ["KEY": "value", "PATH": "/usr/bin:/bin"], policy: SecretPolicy(),
            connections: [])
        let obstacle = await resolver.obstacle(to: reference, for: .connection)
        #expect(obstacle?.diagnostic.message == reason.map { "the secret \(reference) is not available: \($0)" })
        #expect(scratch.names == ["key"])
    }

    @Test func `a secret shows itself nowhere`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump([secret], to: &dumped)
        #expect("\(secret) \([secret]) \(String(reflecting: secret)) \(dumped)".contains("hunter2") == false)
    }
}
