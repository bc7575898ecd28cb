import Diagnostics
import Files
import Foundation
import Resources
import Testing

@testable import Git

@Suite(.enabled(if: SSHServer.program != nil, "OpenSSH's server is not installed")) struct SSHMirrorTests {
    let origin: TestRepository
    let scratch: Scratch

    init() throws {
        origin = try TestRepository()
        scratch = origin.scratch
    }

    private func mirror(_ url: String, _ access: GitAccess, timeout: Duration = .seconds(60)) -> Mirror {
        Mirror(folder: scratch.path("mirror.git"), remote: Remote(url: url, access: access, timeout: timeout))
    }

    @Test(arguments: ["ed25519", "rsa", "ecdsa"])
    func `a repository is followed with a key of any kind`(type: String) async throws {
        let first = try origin.push(["a.yaml": "a\n"])
        let server = try SSHServer(scratch, keyType: type)
        let mirror = mirror(server.url(origin.bare), server.access())
        let head = try await mirror.lookUp(.branch("main"))
        #expect(head.id == first)
        let commit = try await mirror.fetch(head)
        #expect(try await mirror.tree(of: commit, below: ".").read("a.yaml", limit: 9) == Array("a\n".utf8))
        let second = try origin.push(["a.yaml": "b\n"])
        #expect(try await mirror.fetch(try await mirror.lookUp(.head)).id == second)
    }

    @Test func `a key with a pass phrase is unlocked, and a wrong one is told`() async throws {
        let first = try origin.push(["a.yaml": "a\n"])
        let server = try SSHServer(scratch)
        try run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", server.key("client")])
        let good = mirror(server.url(origin.bare), server.access(passphrase: "open sesame"))
        #expect(try await good.lookUp(.head).id == first)
        for passphrase in ["wrong-phrase", nil] {
            let error = await #expect(throws: GitError.self) {
                try await mirror(server.url(origin.bare), server.access(passphrase: passphrase)).lookUp(.head)
            }
            #expect(error?.reason == .denied && !"\(error as Any)".contains("wrong-phrase"))
        }
    }

    @Test func `the agent's keys are used`() async throws {
        let first = try origin.push(["a.yaml": "a\n"])
        let server = try SSHServer(scratch)
        let socket = scratch.path("agent")
        let told = try run(["ssh-agent", "-a", socket])
        let words = told.split { !$0.isNumber }.compactMap { pid_t($0) }
        let agent = try #require(words.last)
        defer { kill(agent, SIGTERM) }
        let environment = ["SSH_AUTH_SOCK": socket]
        let access = GitAccess.sshAgent(user: server.user, knownHosts: server.knownHosts)
        let url = server.url(origin.bare)
        func lookUp() throws -> RemoteHead {
            guard case .ssh(let address) = try RepositoryPlace(url) else { throw Failure("no SSH address") }
            let source = WireSource(url: url, mostBytes: 1 << 20, breaker: Breaker()) { (_) throws(GitError) in
                let variables = inheritedVariables().merging(environment) { $1 }
                return SSHWire(
                    try SSHCommand(address, access, place: url, timeout: .seconds(60), variables: variables),
                    timeout: .seconds(60), mostBytes: 1 << 20, Breaker())
            }
            return try source.lookUp(.head, place: url)
        }
        try Libgit2.require()
        #expect(throws: LibraryFailure.self) { try lookUp() }
        try run(["ssh-add", "-q", server.key("client")], environment: environment)
        #expect(try lookUp().id == first)
    }

    @Test(.timeLimit(.minutes(5))) func `a client that waits for a server is ended when it is to be broken off`()
        async throws
    {
        let log = scratch.path("connected")
        let server = try TestServer([
            "python3", "-u", "-c",
            """
            import os, socket, sys, threading
            server = socket.create_server(('127.0.0.1', 0))
            def end():
                sys.stdin.read()
                os._exit(0)
            threading.Thread(target=end, daemon=True).start()
            print(server.getsockname()[1])
            kept = []
            while True:
                kept.append(server.accept())
                open(sys.argv[1], 'w').close()
            """, log,
        ])
        try scratch.write("known_hosts", "")
        try run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", scratch.path("client")])
        let access = GitAccess.sshKey(
            path: scratch.path("client"), passphrase: nil, user: "nobody", knownHosts: scratch.path("known_hosts"))
        let url = "ssh://127.0.0.1:\(server.port)/x.git"
        let mirror = Mirror(
            folder: scratch.path("m.git"), remote: Remote(url: url, access: access, timeout: .seconds(600)))
        let look = Task { try await mirror.lookUp(.head) }
        while !FileManager.default.fileExists(atPath: log) { try await Task.sleep(for: .milliseconds(5)) }
        mirror.breakOff()
        let error = await #expect(throws: GitError.self) { try await look.value }
        #expect(error?.diagnostic.message == "the conversation was broken off, since Mooring ends")
    }

    @Test func `a server that is not known, shows another key or a revoked one is refused by its fingerprint`()
        async throws
    {
        try origin.push(["a.yaml": "a\n"])
        let server = try SSHServer(scratch)
        let print = try run(["ssh-keygen", "-l", "-f", server.key("host.pub")]).split(separator: " ")[1]
        let url = server.url(origin.bare)
        let mirror = mirror(url, server.access())
        for (line, words) in [
            ("", "the key of '\(url)' is not known: ssh-ed25519 \(print)"),
            ("stranger", "'\(url)' shows another key than the known one: ssh-ed25519 \(print)"),
            ("@revoked", "the key of '\(url)' is revoked: ssh-ed25519 \(print)"),
        ] {
            switch line {
            case "": try scratch.write("known_hosts", "")
            case "stranger": try server.know("stranger")
            default: try server.know("host", as: "@revoked [127.0.0.1]:\(server.port)")
            }
            let error = await #expect(throws: GitError.self) { try await mirror.lookUp(.head) }
            #expect(error?.reason == .denied && error?.diagnostic.message == words)
        }
        try server.know("host")
        try run(["ssh-keygen", "-q", "-H", "-f", server.knownHosts])
        #expect(try String(contentsOfFile: server.knownHosts, encoding: .utf8).hasPrefix("|1|"))
        #expect(try await mirror.lookUp(.head).name == "refs/heads/main")
    }

    @Test func `who may not in, what is not there and who does not answer are told`() async throws {
        try origin.push(["a.yaml": "a\n"])
        let server = try SSHServer(scratch)
        let silent = try GitHTTPServer(origin, .init(hangsAfter: 0))
        let cases: [(String, GitAccess, GitError.Reason)] = [
            (server.url(origin.bare), server.access("stranger"), .denied),
            (server.url(origin.bare), server.access("none"), .denied),
            (server.url(origin.bare), .none, .denied),
            (server.url("/none.git"), server.access(), .missing),
            ("ssh://127.0.0.1:1/x", server.access(), .unreachable),
            ("ssh://no-such-host.invalid/x", server.access(), .unreachable),
            ("ssh://127.0.0.1:\(silent.port)/x", server.access(), .unreachable),
        ]
        for (url, access, reason) in cases {
            let mirror = mirror(url, access, timeout: .seconds(url.contains("\(silent.port)") ? 1 : 60))
            let error = await #expect(throws: GitError.self) { try await mirror.lookUp(.head) }
            #expect(error?.reason == reason, "\(url): \(error as Any)")
        }
    }

    @Test func `a path with quotes and blanks reaches the server as it is`() async throws {
        let server = try SSHServer(scratch)
        let path = scratch.path("it's a $HOME `repo`; #1.git")
        try origin.push(["a.yaml": "a\n"])
        try run(["git", "clone", "-q", "--bare", origin.bare, path])
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? ""
        #expect(try await mirror(server.url(escaped), server.access()).lookUp(.head).name == "refs/heads/main")
    }

    @Test(arguments: [
        ("git@example.com:ml/churn.git", "git", "example.com", nil as Int?, "ml/churn.git"),
        ("example.com:/srv/x", nil as String?, "example.com", nil, "/srv/x"),
        ("ssh://git@example.com/ml/churn.git", "git", "example.com", nil, "/ml/churn.git"),
        ("ssh://example.com:2222/~ann/x", nil, "example.com", 2222, "~ann/x"),
        ("ssh://[::1]:22/x%20y", nil, "::1", 22, "/x y"),
    ])
    func `an address is read as git reads it`(url: String, user: String?, host: String, port: Int?, path: String) throws
    {
        let address = try #require(SSHAddress(url))
        #expect(address.user == user && address.host == host && address.port == port && address.path == path)
    }

    @Test(arguments: [
        "ssh://-oProxyCommand=touch/x", "-oProxyCommand=touch:x", "ssh://host", "ssh://host:0/x", "ssh://host:x/x",
        "host:", ":x", "a b:x", "ssh://$(x)/x", "host:-x", "ssh://-l@host/x", "ssh://host/a%0Ab", "ssh://host/%zz",
    ])
    func `what could be read as an option or a command is no address`(url: String) { #expect(SSHAddress(url) == nil) }
}
