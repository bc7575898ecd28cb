import Diagnostics
import Files
import Foundation
import Git
import HTTP
import Resources
import Testing

@Suite struct HTTPMirrorTests {
    let origin: TestRepository

    init() throws { origin = try TestRepository() }

    private func mirror(_ remote: Remote) -> Mirror {
        Mirror(folder: origin.scratch.path("mirror.git"), remote: remote)
    }

    @Test func `one look-up is one request, and a fetch brings only what is new`() async throws {
        let first = try origin.push(["a.yaml": "a\n"])
        try origin.push(["b.yaml": "b\n"], branch: "other")
        let server = try GitHTTPServer(origin)
        let mirror = mirror(Remote(url: server.url()))
        let head = try await mirror.lookUp(.head)
        #expect(head.name == "refs/heads/main" && head.id == first && head.references.count == 3)
        #expect(server.requests == ["GET /origin.git/info/refs?service=git-upload-pack"])
        let commit = try await mirror.fetch(head)
        #expect(try await mirror.tree(of: commit, below: ".").read("a.yaml", limit: 9) == Array("a\n".utf8))
        let pair = ["GET /origin.git/info/refs?service=git-upload-pack", "POST /origin.git/git-upload-pack"]
        #expect(Array(server.requests.dropFirst()) == pair)
        // The other branch was not asked for.
        let other = try #require(head.references["refs/heads/other"])
        #expect(try await mirror.commit(other) == nil)
        #expect(try await mirror.fetch(head) == commit)
        #expect(server.requests.count == 3)
        let second = try origin.push(["a.yaml": "second\n"])
        let next = try await mirror.fetch(try await mirror.lookUp(.head))
        #expect(next.id == second && server.requests.count == 6)
        #expect(try await mirror.contains(first, in: second))
    }

    @Test func `tags, annotated or not, versions and commits are followed`() async throws {
        let first = try origin.push(["a": "1"])
        try origin.git("tag", "v1.0.0")
        let second = try origin.push(["a": "2"])
        try origin.git("tag", "-a", "-m", "Two", "v1.2.0")
        let third = try origin.push(["a": "3"])
        try origin.git("tag", "v2.0.0-rc.1")
        try origin.push(["a": "4"])
        try origin.git("push", "-q", "--tags", "origin")
        let server = try GitHTTPServer(origin)
        for url in [server.url(), origin.bare, "file://" + origin.bare] {
            let mirror = Mirror(folder: origin.scratch.path("m\(url.utf8.count).git"), remote: Remote(url: url))
            let cases: [(RefSelector, String, String)] = [
                (.tag("v1.0.0"), "refs/tags/v1.0.0", first), (.tag("v1.2.0"), "refs/tags/v1.2.0", second),
                (.semver("^1"), "refs/tags/v1.2.0", second), (.semver("*"), "refs/tags/v1.2.0", second),
                (.semver(">=2.0.0-rc.0"), "refs/tags/v2.0.0-rc.1", third), (.commit(second), second, second),
                (.branch("refs/tags/v1.0.0"), "refs/tags/v1.0.0", first),
            ]
            for (selector, name, id) in cases {
                let head = try await mirror.lookUp(selector)
                #expect(head.name == name && head.id == id, "\(selector.text) of \(url)")
                #expect(try await mirror.fetch(head).id == id, "\(selector.text) of \(url)")
            }
            for selector in [RefSelector.tag("v9"), .branch("none"), .semver("^9")] {
                let error = await #expect(throws: GitError.self) { try await mirror.lookUp(selector) }
                #expect(error?.reason == .missingRef && error?.diagnostic.hint != nil)
            }
        }
    }

    @Test func `a commit that no reference names is found among the branches' histories`() async throws {
        let first = try origin.push(["a": "1"])
        let second = try origin.push(["a": "2"])
        try origin.push(["a": "3"])
        let server = try GitHTTPServer(origin)
        for (index, id) in [second, first].enumerated() {
            for url in [server.url(), origin.bare] {
                let mirror = Mirror(
                    folder: origin.scratch.path("c\(index)\(url.utf8.count).git"), remote: Remote(url: url))
                #expect(try await mirror.fetch(try await mirror.lookUp(.commit(id))).id == id)
            }
        }
        let mirror = mirror(Remote(url: server.url()))
        let gone = String(repeating: "1", count: 40)
        let error = await #expect(throws: GitError.self) {
            try await mirror.fetch(try await mirror.lookUp(.commit(gone)))
        }
        #expect(error?.reason == .missingRef)
    }

    @Test func `a token is sent as basic authentication, and a wrong one is told`() async throws {
        let first = try origin.push(["a": "1"])
        let server = try GitHTTPServer(origin, .init(login: "bot:s3cret"))
        let good = mirror(Remote(url: server.url(), access: .token(user: "bot", Secret("s3cret"))))
        #expect(try await good.fetch(try await good.lookUp(.head)).id == first)
        for access in [GitAccess.token(user: "bot", Secret("wrong-token")), .none] {
            let error = await #expect(throws: GitError.self) {
                try await mirror(Remote(url: server.url(), access: access)).lookUp(.head)
            }
            #expect(error?.reason == .denied && error?.isTransient == false)
            #expect(error?.diagnostic.message == "'\(server.url())' does not let us in (HTTP 401)")
            #expect(!"\(error as Any)".contains("wrong-token"))
        }
    }

    @Test func `a server is trusted by its authority alone, and may ask for a certificate`() async throws {
        let first = try origin.push(["a": "1"])
        let authority = try TestAuthority(origin.scratch)
        var manners = GitHTTPServer.Manners()
        manners.certificate = authority.path("server.pem")
        manners.key = authority.path("server.key")
        let server = try GitHTTPServer(origin, manners)
        let mirror = mirror(Remote(url: server.url(), caFile: authority.file))
        #expect(try await mirror.fetch(try await mirror.lookUp(.head)).id == first)
        let stranger = await #expect(throws: GitError.self) {
            try await self.mirror(Remote(url: server.url())).lookUp(.head)
        }
        #expect(stranger?.reason == .denied && stranger?.diagnostic.hint?.contains("'caFile'") == true)

        manners.clientAuthority = authority.file
        let strict = try GitHTTPServer(origin, manners)
        let refused = await #expect(throws: GitError.self) {
            try await self.mirror(Remote(url: strict.url(), caFile: authority.file)).lookUp(.head)
        }
        #expect(refused?.reason == .denied || refused?.reason == .unreachable)
        let known = self.mirror(
            Remote(
                url: strict.url(), caFile: authority.file,
                clientCertificate: .init(
                    certificateFile: authority.path("client.pem"), keyFile: authority.path("client.key"))))
        #expect(try await known.lookUp(.head).id == first)
    }

    @Test(arguments: [
        (302, GitError.Reason.unsupported), (401, .denied), (403, .denied), (404, .missing), (429, .unreachable),
        (500, .unreachable), (503, .unreachable), (204, .unreachable),
    ])
    func `each answer has its reason`(status: Int, reason: GitError.Reason) async throws {
        var manners = GitHTTPServer.Manners(status: status)
        manners.headers = ["Location": "https://user:pass@elsewhere.example.com/x"]
        let server = try GitHTTPServer(origin, manners)
        let mirror = mirror(Remote(url: server.url(), access: .token(user: "bot", Secret("s3cret"))))
        let error = await #expect(throws: GitError.self) { try await mirror.lookUp(.head) }
        #expect(error?.reason == reason && error?.diagnostic.message.contains("(HTTP \(status))") == true)
        #expect(error?.diagnostic.message.contains("pass") == false)
        #expect(server.requests.count == 1)
    }

    @Test func `what is no git server, no repository or nobody there is told`() async throws {
        let server = try GitHTTPServer(origin, .init(status: 200))
        let other = try GitHTTPServer(origin)
        let cases: [(String, GitError.Reason)] = [
            (server.url(), .missing), (other.url("/none.git"), .missing),
            ("http://127.0.0.1:1/x.git", .unreachable), ("https://no-such-host.invalid/x.git", .unreachable),
            ("ftp://example.com/x", .unsupported), ("http://bot:pw@127.0.0.1/x", .unsupported), ("x", .unsupported),
            ("git://127.0.0.1/x", .unsupported), ("file://host/x", .unsupported), ("-oProxyCommand=x:y", .unsupported),
        ]
        for (url, reason) in cases {
            let error = await #expect(throws: GitError.self) { try await mirror(Remote(url: url)).lookUp(.head) }
            #expect(error?.reason == reason, "\(url): \(error as Any)")
            #expect(error?.diagnostic.message.contains("bot:pw") == false)
        }
    }

    @Test(arguments: ["GET", "POST"])
    func `a server that stops in the middle of an answer is given up`(method: String) async throws {
        try origin.push(["a": "1"])
        var manners = GitHTTPServer.Manners()
        (manners.hangsAfter, manners.hangsOn) = (20, method)
        let server = try GitHTTPServer(origin, manners)
        let mirror = mirror(Remote(url: server.url(), timeout: .seconds(1)))
        let error = await #expect(throws: GitError.self) { try await mirror.fetch(try await mirror.lookUp(.head)) }
        #expect(error?.reason == .unreachable)
        #expect(server.requests.last?.hasPrefix(method) == true)
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["GET", "POST"])
    func `a conversation is broken off at once, and what was fetched can be read meanwhile and after it`(
        method: String
    ) async throws {
        let first = try origin.push(["a": "1"])
        let good = try GitHTTPServer(origin)
        let before = mirror(Remote(url: good.url()))
        _ = try await before.fetch(try await before.lookUp(.head))
        await before.close()
        try origin.push(["a": "2"])
        var manners = GitHTTPServer.Manners()
        (manners.hangsAfter, manners.hangsOn) = (20, method)
        let server = try GitHTTPServer(origin, manners)
        let mirror = mirror(Remote(url: server.url(), timeout: .seconds(600)))
        let work = Task { try await mirror.fetch(try await mirror.lookUp(.head)) }
        while server.requests.last?.hasPrefix(method) != true { try await Task.sleep(for: .milliseconds(5)) }
        // Neither a look-up nor a fetch holds what was fetched.
        let commit = try #require(try await mirror.commit(first))
        #expect(try await mirror.tree(of: commit, below: ".").read("a", limit: 9) == Array("1".utf8))
        mirror.breakOff()
        let error = await #expect(throws: GitError.self) { try await work.value }
        #expect(error?.reason == .unreachable)
        let count = server.requests.count
        await #expect(throws: GitError.self) { try await mirror.lookUp(.head) }
        #expect(server.requests.count == count)
        #expect(try await mirror.commit(first)?.id == first)
    }

    @Test func `a pack that is cut off or too large leaves the mirror as it was`() async throws {
        let first = try origin.push(["a": "1"])
        let good = try GitHTTPServer(origin)
        let before = mirror(Remote(url: good.url()))
        let commit = try await before.fetch(try await before.lookUp(.head))
        await before.close()
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<40_000).map { _ in String(UInt32.random(in: 0 ... .max, using: &generator), radix: 36) }
            .joined()
        let second = try origin.push(["noise": noise])
        let cut = try GitHTTPServer(origin, .init(cutsPackAt: 3000))
        let broken = mirror(Remote(url: cut.url()))
        let error = await #expect(throws: GitError.self) { try await broken.fetch(try await broken.lookUp(.head)) }
        #expect(error?.reason == .failed || error?.reason == .unreachable, "\(error as Any)")
        let bounded = mirror(Remote(url: good.url(), mostFetchedBytes: 20_000))
        let excess = await #expect(throws: GitError.self) { try await bounded.fetch(try await bounded.lookUp(.head)) }
        #expect(excess?.reason == .tooLarge && excess?.isTransient == false)
        let local = mirror(Remote(url: origin.bare, mostFetchedBytes: 20_000))
        let large = await #expect(throws: GitError.self) { try await local.fetch(try await local.lookUp(.head)) }
        #expect(large?.reason == .tooLarge)
        let after = mirror(Remote(url: good.url()))
        #expect(try await after.commit(first) == commit)
        #expect(try await after.commit(second) == nil)
        #expect(try await after.fetch(try await after.lookUp(.head)).id == second)
        let left = try FileManager.default.contentsOfDirectory(atPath: origin.scratch.path("mirror.git/objects/pack"))
        #expect(left.allSatisfy { $0.hasSuffix(".pack") || $0.hasSuffix(".idx") }, "\(left)")
        #expect(!FileManager.default.fileExists(atPath: origin.scratch.path("mirror.git/mooring-incoming")))
    }

    @Test func `a branch that is gone or was replaced between look-up and fetch is told`() async throws {
        try origin.push(["a": "1"])
        let server = try GitHTTPServer(origin)
        let mirror = mirror(Remote(url: server.url()))
        let head = try await mirror.lookUp(.branch("main"))
        try origin.git("commit", "-q", "--amend", "-m", "Another")
        try origin.git("push", "-q", "-f", "origin", "HEAD:refs/heads/main")
        try run(["git", "gc", "-q", "--prune=now"], in: origin.bare)
        let error = await #expect(throws: GitError.self) { try await mirror.fetch(head) }
        #expect(error?.reason == .missingRef && error?.isTransient == true, "\(error as Any)")
        #expect(try await mirror.fetch(try await mirror.lookUp(.branch("main"))).stamp.subject == "Another")
    }

    @Test func `an empty repository has nothing to start from`() async throws {
        let server = try GitHTTPServer(origin)
        for url in [server.url(), origin.bare] {
            let error = await #expect(throws: GitError.self) { try await mirror(Remote(url: url)).lookUp(.head) }
            #expect(error?.reason == .missingRef)
            let branch = await #expect(throws: GitError.self) {
                try await mirror(Remote(url: url)).lookUp(.branch("main"))
            }
            #expect(branch?.diagnostic.hint == "It has no branches at all.")
        }
    }
}
