import Diagnostics
import Foundation
import HTTP
import JSON
import Notifications
import Planning
import Reconciling
import Resources
import StateStorage
import Synchronization
import Testing

@testable import Watching

/// What holds a commit, and what does not.
@Suite struct HoldingTests {
    @Test func `a version that ends unhealthy is rolled back and held, and the next one follows`() async throws {
        let world = try WatchWorld()
        let good = try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        _ = world.takeNews()
        try await world.send(
            .put, "/sandbox/faults", ["updates": [["deployment": "*", "outcome": "unhealthy", "times": 1]]])
        let bad = try world.push("v2")
        await watcher.look()
        var status = watcher.status()
        #expect(status.held?.revision.id == bad)
        #expect(status.held?.rolledBack == true)
        #expect(status.revision?.id == good)
        #expect(status.lastRun?.result == .rolledBack || status.lastRun?.result == .partly)
        #expect(try await world.version() == "v1")
        #expect(world.takeNews() == ["held: churn/prod: commit \(bad.prefix(10)) is held"])
        let kinds = await watcher.timeline(WatchWorld.place).map(\.kind)
        #expect(kinds.contains(.rolledBack) && kinds.contains(.held))
        // Neither the clock nor another look tries it again.
        _ = world.transport.takeWrites()
        await world.clock.sleep(.seconds(3600))
        await watcher.look()
        #expect(world.transport.takeWrites() == [])
        let next = try world.push("v3")
        await watcher.look()
        status = watcher.status()
        #expect(status.revision?.id == next)
        #expect(status.held == nil)
        #expect(status.sync == .synced)
    }

    @Test func `a bad commit that is taken back leaves all in sync`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        try world.git.commit(["manifests/deployment.yaml": "kind: ["])
        await watcher.look()
        #expect(watcher.status().held != nil && watcher.status().sync == .outOfSync)
        let back = try world.push("v1")
        await watcher.look()
        #expect(watcher.status().revision?.id == back)
        #expect(watcher.status().sync == .synced)
    }

    @Test func `what a plan warns of is told with the commit that is applied`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        // The code changes, and the package's version does not.
        let service = WatchWorld.service("v1").replacing("return 'v1'", with: "return 'v2'")
        let second = try world.git.commit(["manifests/service.yaml": service])
        await watcher.look()
        #expect(watcher.status().revision?.id == second)
        let told = await watcher.timeline(WatchWorld.place).first { $0.kind == .applied }?.text
        #expect(told?.contains("1 change; ") == true && told?.contains("v1") == true, "\(told ?? "")")
    }

    @Test func `what is left alone for want of a design node is told with the first plan of each commit`() async throws
    {
        let world = try WatchWorld()
        let message =
            "3 declared services, endpoints and packages are only referred to: 'prod' of 'churn' has no 'designer'"
        try world.push("v1")
        // What is deployed was made before.
        var watcher: Watcher? = try await world.start()
        await watcher?.turn()
        watcher = nil
        let off = WatchWorld.deployment("v1").replacing("enabled: true", with: "enabled: false")
        try world.git.commit(["manifests/deployment.yaml": off])
        world.log.withLock { $0 = [] }
        let again = try await world.start(
            world.watch([
                WatchWorld.environment {
                    $0.designer = nil
                    $0.mode = .approve
                }
            ]))
        for _ in 1...2 {
            await world.clock.sleep(.seconds(700))
            await again.look()
        }
        let logged = { world.log.withLock { $0.filter { $0.message == "warned" } } }
        #expect(logged().map { $0.facts.last?.value } == [message])
        let planned = await again.timeline(WatchWorld.place).first { $0.kind == .planned }?.text
        #expect(planned == "1 to update; " + message)
        #expect(world.news.withLock { $0.last?.lines.last } == message)
        #expect(await again.plan(WatchWorld.place)?.diagnostics.map(\.code) == ["only-referred"])
        #expect(await again.detail(WatchWorld.place)?.diagnostics.map(\.message).contains(message) == true)
        let digest = try #require(again.status().pending?.digest)
        try await again.perform(.approve(WatchWorld.place, digest: digest), "ann")
        await again.turn()
        #expect(again.status().held == nil && again.status().pending == nil)
        #expect(await again.timeline(WatchWorld.place).first?.text.hasSuffix(message) == true)
    }

    @Test func `a commit that fails once a newer one came is not held for good`() async throws {
        let world = try WatchWorld()
        let good = try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        let places = await watcher.repositories[0].daemon.places
        var passes: [Turnstile.Pass] = []
        for _ in 1...Daemon.mostAtOnce { passes.append(await places.enter()) }
        try world.git.commit(["manifests/deployment.yaml": "kind: ["])
        let turn = Task { await watcher.look() }
        while watcher.status().reconciling == nil { await Task.yield() }
        try world.git.run("reset", "-q", "--hard", good)
        await watcher.repositories[0].lookUp()
        for pass in passes { pass.leave() }
        await turn.value
        #expect(watcher.status().held == nil)
        #expect(watcher.status().revision?.id == good)
        let kinds = await watcher.timeline(WatchWorld.place).map(\.kind)
        #expect(kinds.prefix(2) == [.released, .held])
    }

    @Test func `a held commit stays held when lines of the watch file move, and not when it says something else`()
        throws
    {
        let world = try WatchWorld()
        let key = { (change: (inout WatchedEnvironment) -> Void) in
            RevisionKey(tree: "t", WatchWorld.environment("prod", change), world.watch())
        }
        let node = { (url: String, line: Int) in
            Connection(
                target: .url(url), authentication: .apiKey(.environment("KEY")),
                mark: SourceMark(file: "watch.yaml", line: line, column: 1))
        }
        let usual = key { $0.deployer = node("http://a.test", 1) }
        #expect(key { $0.deployer = node("http://a.test", 9) } == usual)
        #expect(key { $0.deployer = node("http://b.test", 1) } != usual)
        let others: [(inout WatchedEnvironment) -> Void] = [
            { $0.prune = true }, { $0.rollsBack = false }, { $0.limits.maxDeletes = .count(7) },
            { $0.dialect = ["a": "b"] }, { $0.policy.protect = .init(["*"], at: WatchWorld.mark) },
        ]
        let keys = others.map { change in
            key {
                $0.deployer = node("http://a.test", 1)
                change(&$0)
            }
        }
        #expect(Set(keys + [usual]).count == others.count + 1)
    }

    @Test func `long texts of a commit are cut where they are remembered`() async throws {
        let world = try WatchWorld()
        let watcher = try await world.start()
        // One character, for who counts those.
        let accents = "e" + String(repeating: "\u{301}", count: 50_000)
        var files = WatchWorld.files("v1")
        files["manifests/deployment.yaml"] = WatchWorld.deployment(String(repeating: "v", count: 300_000), "nowhere: 1")
        let bad = try world.git.commit(files, accents)
        await watcher.turn()
        let held = try #require(watcher.status().held)
        #expect(held.revision.id == bad)
        #expect((1...2000).contains(held.revision.subject.utf8.count))
        #expect(held.reasons.contains { $0.code == "unknown-field" })
        let place = world.folder + "/data/repositories/churn/prod/"
        #expect(try Data(contentsOf: URL(fileURLWithPath: place + "watch.json")).count < 50_000)
        #expect(try Data(contentsOf: URL(fileURLWithPath: place + "timeline.jsonl")).count < 50_000)
    }

    @Test func `a held commit is applied when somebody asks for it`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        try await world.send(
            .put, "/sandbox/faults", ["updates": [["deployment": "*", "outcome": "unhealthy", "times": 1]]])
        let bad = try world.push("v2")
        await watcher.look()
        #expect(watcher.status().held != nil)
        try await watcher.perform(.retry(WatchWorld.place), "ann")
        await watcher.turn()
        #expect(watcher.status().revision?.id == bad)
        #expect(watcher.status().held == nil)
        await #expect(throws: WatchRefusal.self) { try await watcher.perform(.retry(WatchWorld.place), "ann") }
    }

    @Test func `what passes by itself is tried again, told once, and never held`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        _ = world.takeNews()
        world.transport.setDown(true)
        let second = try world.push("v2")
        await watcher.look()
        var status = watcher.status()
        #expect(status.held == nil)
        #expect(status.problem?.diagnostics.first?.code == "http-unreachable")
        let since = status.problem?.since
        #expect(status.problem?.retry.map { $0 > world.clock.milliseconds } == true)
        #expect(status.deployments.map(\.version) == ["v1"])
        for _ in 1...10 {
            await world.clock.sleep(.seconds(150))
            await watcher.turn()
        }
        #expect(watcher.status().problem?.since == since)
        let told = world.takeNews()
        #expect(told == ["failure: churn/prod: commit \(second.prefix(10)) cannot be applied now"])
        world.transport.setDown(false)
        await world.clock.sleep(.seconds(300))
        await watcher.turn()
        status = watcher.status()
        #expect(status.revision?.id == second)
        #expect(status.problem == nil)
        #expect(
            world.takeNews() == [
                "recovery: churn/prod: it works again", "applied: churn/prod: commit \(second.prefix(10)) is live",
            ])
    }

    @Test func `an error of the server's own is tried again, and holds the commit when it lasts`() async throws {
        let world = try WatchWorld()
        let good = try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        world.transport.setStatus(500)
        let bad = try world.push("v2")
        await watcher.look()
        #expect(watcher.status().problem?.diagnostics.map(\.code) == ["dss-server-error"])
        #expect(watcher.status().held == nil)
        for _ in 1...6 {
            await world.clock.sleep(.seconds(300))
            await watcher.turn()
        }
        #expect(watcher.status().held?.revision.id == bad)
        #expect(watcher.status().held?.reasons.map(\.code) == ["dss-server-error"])
        #expect(watcher.status().revision?.id == good)
        // Nothing works again in the moment in which it is held.
        let news = world.takeNews().map { $0.prefix { $0 != ":" } }
        #expect(news.prefix(3) == ["applied", "failure", "held"])
        world.transport.setStatus(nil)
        try await watcher.perform(.retry(WatchWorld.place), "ann")
        await watcher.turn()
        #expect(watcher.status().revision?.id == bad)
    }

    @Test func `a lock that another run holds is waited for`() async throws {
        let world = try WatchWorld()
        let commit = try world.push("v1")
        let holder = LeaseHolder(
            owner: "bob@laptop", command: "mooring apply -e prod",
            process: ProcessIdentity(machine: "other", number: 2, started: 2))
        guard
            case .granted(let lease) = try await world.store.acquire("prod", for: holder, milliseconds: 600_000)
        else {
            Issue.record("the lock is free")
            return
        }
        let watcher = try await world.start()
        await watcher.turn()
        #expect(watcher.status().lock?.owner == "bob@laptop")
        #expect(watcher.status().held == nil)
        #expect(world.transport.takeWrites() == [])
        try await world.store.release(lease)
        await world.clock.sleep(.seconds(30))
        await watcher.turn()
        #expect(watcher.status().lock == nil)
        #expect(watcher.status().revision?.id == commit)
    }

    @Test(
        arguments: [
            ("no workspace", ["mooring.yaml": nil], "no-workspace"),
            (
                "no manifests",
                ["manifests/infra.yaml": nil, "manifests/service.yaml": nil, "manifests/deployment.yaml": nil],
                "file-missing"
            ),
            (
                "another environment", ["mooring.yaml": WatchWorld.workspace("dev: {sandbox: .mooring}")],
                "unknown-environment"
            ),
            ("too many deletes", ["manifests/deployment.yaml": nil], ""),
        ] as [(String, [String: String?], String)])
    func `a commit that cannot be applied is held with its reason, and nothing is deleted`(
        name: String, change: [String: String?], code: String
    ) async throws {
        let world = try WatchWorld()
        let good = try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        _ = world.transport.takeWrites()
        let bad = try world.git.commit(change, name)
        await watcher.look()
        #expect(world.transport.takeWrites() == [])
        #expect(try await world.version() == "v1")
        let status = watcher.status()
        guard !code.isEmpty else {
            // An orphan stays, and is told.
            #expect(status.revision?.id == bad)
            #expect(status.orphaned == 1)
            return
        }
        #expect(status.revision?.id == good)
        #expect(status.held?.revision.id == bad)
        #expect(status.held?.reasons.map(\.code) == [code])
    }

    @Test func `each code that passes by itself is one that some module tells`() throws {
        let sources = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        var text = ""
        for module in ["HTTP", "DSS", "StateStorage", "Reconciling", "Files", "Watching", "Git"] {
            text += try texts(below: "/\(sources)/Sources/\(module)")
        }
        for code in FailureClass.transientCodes {
            // A code of git is made of its reason.
            let isTold =
                text.contains("\"\(code)\"") || code.hasPrefix("git-") && text.contains(String(code.dropFirst(4)))
            #expect(isTold, "\(code)")
        }
    }
}
