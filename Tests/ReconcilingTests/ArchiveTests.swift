import Diagnostics
import Files
import Foundation
import Glibc
import HTTP
import Planning
import Reconciling
import Resources
import StateStorage
import Synchronization
import TestSupport
import Testing

/// Packages that are imported from archives with a declared digest.
@Suite struct ArchiveTests {
    /// An archive of version `v1` of a service, and a world that imports it.
    private func imported() async throws -> (World, TemporaryFolder) {
        let (world, folder) = try await declared()
        try await world.apply()
        return (world, folder)
    }

    private func declared() async throws -> (World, TemporaryFolder) {
        let folder = try TemporaryFolder()
        let other = try World()
        try await other.apply()
        let bytes = try await other.download("/dip/publicapi/api-deployer/services/scoring/versions/v1")
        try writeFile(folder.path + "/a.zip", bytes)
        var world = try World([:])
        world.root = folder.path
        world.files["a.zip"] = "an archive"
        world.files["package.yaml"] = ArchiveTests.manifest("v1", sha256(bytes))
        return (world, folder)
    }

    private static func manifest(_ version: String, _ digest: String?) -> String {
        """
        apiVersion: mooring/v1
        kind: Package
        metadata: {project: P, service: scoring}
        spec:
          version: \(version)
          archive:
            file: a.zip
            \(digest.map { "sha256: \($0)" } ?? "")
        """
    }

    private static let address = Address(.package, "P", "scoring").at(version: "v1")

    private func applied(_ world: World) async throws -> String {
        let records = try await world.store.snapshot(of: "local").records
        return String(decoding: records[ArchiveTests.address]?.applied.bytes ?? [], as: UTF8.self)
    }

    @Test func `another archive under a version that is published already is an error`() async throws {
        var (world, folder) = try await imported()
        defer { folder.remove() }
        let before = try await applied(world)
        try writeFile(folder.path + "/a.zip", Array("other".utf8))
        world.files["package.yaml"] = ArchiveTests.manifest("v1", sha256(Array("other".utf8)).uppercased())
        let plan = try await world.plan()
        #expect(plan.lines == [])
        let problem = try #require(plan.diagnostics.first { $0.severity == .error })
        #expect(problem.code == "version-taken")
        #expect(problem.mark?.line == 8)
        #expect(problem.message.hasPrefix("version 'v1' is published already, from an archive with the SHA-256 "))
        #expect(plan.rerecorded == [])
        await #expect(throws: ReconcileError.self) { try await world.apply() }
        #expect(try await applied(world) == before)
    }

    @Test func `the same archive under another version is published`() async throws {
        var (world, folder) = try await imported()
        defer { folder.remove() }
        let digest = try sha256(file: folder.path + "/a.zip")
        world.files["package.yaml"] = ArchiveTests.manifest("v1", digest.uppercased())
        #expect(try await world.plan().problems == "")
        world.files["package.yaml"] = ArchiveTests.manifest("v2", digest)
        let plan = try await world.plan()
        #expect(plan.problems == "")
        #expect(plan.changes.map(\.action) == [.create])
    }

    @Test func `an archive that was deleted may come back as another one`() async throws {
        var (world, folder) = try await imported()
        defer { folder.remove() }
        try await world.send(.delete, "/dip/publicapi/api-deployer/services/scoring/versions/v1")
        try writeFile(folder.path + "/a.zip", Array("other".utf8))
        world.files["package.yaml"] = ArchiveTests.manifest("v1", sha256(Array("other".utf8)))
        #expect(try await world.plan().problems == "")
    }

    /// The archive holds `v1`, whatever its manifest says.
    @Test func `an archive that holds another version is imported once, and told from then on`() async throws {
        var (world, folder) = try await declared()
        defer { folder.remove() }
        let digest = try sha256(file: folder.path + "/a.zip")
        world.files["package.yaml"] = ArchiveTests.manifest("v6", digest)
        let run = try await world.apply()
        let told =
            "archive-holds-another 'a.zip' does not hold version 'v6': it was imported, and came out as 'v1'"
        #expect(run.outcomes.flatMap(\.diagnostics).map { "\($0.code) \($0.message)" } == [told])
        _ = try await world.writes()
        let plan = try await world.plan()
        #expect(plan.diagnostics.map { "\($0.code) \($0.message)" } == [told])
        #expect(plan.changes.allSatisfy { $0.cause.kind == .manifest })
        await #expect(throws: ReconcileError.self) { try await world.apply() }
        #expect(try await world.writes() == [])
        // What it came out as was made by Mooring, and is what the manifest declares by now.
        var mended = world
        mended.files["package.yaml"] = ArchiveTests.manifest("v1", digest)
        let second = try await mended.plan()
        #expect(second.problems == "" && second.lines == [] && second.adopted == [])
        try await mended.apply()
        let records = try await mended.store.snapshot(of: "local").records
        #expect(records[ArchiveTests.address]?.ownership == .owned)
        #expect(records.keys.filter { $0.version == "v6" } == [])
        // An archive that is made anew is another one.
        try writeFile(folder.path + "/a.zip", Array("other".utf8))
        world.files["package.yaml"] = ArchiveTests.manifest("v6", nil)
        #expect(try await world.plan().problems == "")
        #expect(try await world.plan().changes.map(\.cause.kind) == [.manifest])
    }

    @Test func `an archive whose version is there already is told from the second plan on`() async throws {
        var (world, folder) = try await imported()
        defer { folder.remove() }
        world.files["package.yaml"] = ArchiveTests.manifest("v6", nil)
        let run = try await world.apply()
        let told = "archive-holds-another 'a.zip' does not hold version 'v6': "
        #expect(
            run.outcomes.flatMap(\.diagnostics).map { "\($0.code) \($0.message)" } == [
                told + "the deployer took it and lists no such version, or has what it holds already"
            ])
        _ = try await world.writes()
        #expect(
            try await world.plan().diagnostics.map { "\($0.code) \($0.message)" } == [
                told + "it was imported, and came out as 'v1'"
            ])
        #expect(try await world.writes() == [])
    }

    /// Without a digest; and made on the design node, though it is published already.
    @Test(arguments: ["archive: {file: a.zip}", "publish: false", "releaseNotes: none"])
    func `what a version was imported from is not forgotten when the manifest no longer says it`(
        field: String
    ) async throws {
        var (world, folder) = try await imported()
        defer { folder.remove() }
        world.files["service.yaml"] = """
            apiVersion: mooring/v1
            kind: APIService
            metadata: {project: P, name: scoring}
            spec: {tags: []}
            """
        world.files["package.yaml"] = """
            apiVersion: mooring/v1
            kind: Package
            metadata: {project: P, service: scoring}
            spec: {version: v1, \(field)}
            """
        #expect(try await world.apply().failures == "")
        try writeFile(folder.path + "/a.zip", Array("other".utf8))
        world.files["package.yaml"] = ArchiveTests.manifest("v1", sha256(Array("other".utf8)))
        #expect(try await world.plan().diagnostics.map(\.code) == ["version-taken"])
    }

    @Test func `a saved plan does not record another archive`() async throws {
        var (world, folder) = try await imported()
        defer { folder.remove() }
        let digest = try sha256(file: folder.path + "/a.zip")
        // Only the place of the manifest is other: that is recorded anew.
        world.files["package.yaml"] = "\n" + ArchiveTests.manifest("v1", digest)
        let plan = try await world.plan()
        #expect(plan.rerecorded == [ArchiveTests.address])
        let same = try world.desired()
        #expect(try await world.reconciler(same).moved(since: plan, same) == [])
        world.files["package.yaml"] = "\n" + ArchiveTests.manifest("v1", sha256(Array("other".utf8)))
        let desired = try world.desired()
        let moved = try await world.reconciler(desired).moved(since: plan, desired)
        #expect(moved == ["the manifest of 'Package/P/scoring@v1'"])
    }

    @Test(arguments: [true, false])
    func `a plan tells an archive that is not the declared one`(isPublished: Bool) async throws {
        let (world, folder) = isPublished ? try await imported() : try await declared()
        defer { folder.remove() }
        try writeFile(folder.path + "/a.zip", Array("other".utf8))
        let plan = try await world.plan()
        let problem = try #require(plan.diagnostics.first { $0.severity == .error })
        #expect(problem.code == "archive-changed")
        #expect(problem.message.hasPrefix("'a.zip' has the SHA-256 d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53"))
        #expect(problem.mark?.line == 8)
        var options = PlanOptions()
        options.excludes = ["Package/**"]
        #expect(try await world.plan(options).problems == "")
    }

    @Test(arguments: [true, false])
    func `a plan does without an archive that is not there`(isPublished: Bool) async throws {
        let (world, folder) = isPublished ? try await imported() : try await declared()
        defer { folder.remove() }
        #expect(unlink(folder.path + "/a.zip") == 0)
        #expect(try await world.plan().problems == "")
        if isPublished {
            #expect(try await world.apply().failures == "")
        } else {
            await #expect(throws: ReconcileError.self) { try await world.apply() }
        }
    }

    @Test func `archives are read apart from the pool that all else runs on`() async throws {
        // A digest of a pipe waits for who writes to it: as many as there are threads would hold up this test itself.
        let count = ProcessInfo.processInfo.activeProcessorCount
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let pipes = (0..<count).map { folder.path + "/\($0).zip" }
        for pipe in pipes { #expect(mkfifo(pipe, 0o600) == 0) }
        let progress = Progress()
        let rescue = Thread {
            var (last, still) = (-1, 0)
            while still < ArchiveTests.mostStill {
                usleep(100_000)
                if progress.isOver.withLock({ $0 }) { return }
                let now = progress.turns.withLock { $0 }
                still = now == last ? still + 1 : 0
                last = now
            }
            progress.isRescued.withLock { $0 = true }
            for pipe in pipes { ArchiveTests.end(pipe) }
        }
        rescue.start()
        defer { progress.isOver.withLock { $0 = true } }
        try await withThrowingTaskGroup(of: String.self) { group in
            for pipe in pipes {
                var world = try World([:])
                world.root = folder.path
                let file = String(pipe.split(separator: "/").last ?? "")
                world.files[file] = "an archive"
                world.files["package.yaml"] = ArchiveTests.manifest("v1", sha256([])).replacing("a.zip", with: file)
                let pending = world
                group.addTask {
                    defer { progress.planned.withLock { $0 += 1 } }
                    return try await pending.plan().problems
                }
            }
            // All plans are at their archives by then.
            for _ in 0..<ArchiveTests.manyTurns {
                progress.turns.withLock { $0 += 1 }
                await Task.yield()
            }
            var left = pipes
            while !left.isEmpty, progress.planned.withLock({ $0 }) < count {
                left.removeAll(where: ArchiveTests.end)
                progress.turns.withLock { $0 += 1 }
                await Task.yield()
            }
            for try await problems in group { #expect(problems == "") }
            #expect(left == [], "each archive was read")
        }
        #expect(!progress.isRescued.withLock { $0 })
    }

    private final class Progress: Sendable {
        /// How often the test had its turn.
        let turns = Mutex(0)
        let planned = Mutex(0)
        let isOver = Mutex(false)
        /// Whether the test was held up.
        let isRescued = Mutex(false)
    }

    private static let manyTurns = 10_000

    /// So many tenths of a second without a turn of the test mean that it is held up, and is helped out.
    private static let mostStill = 600

    /// Gives an empty file to who reads a pipe; false while nobody does.
    @discardableResult
    private static func end(_ pipe: String) -> Bool {
        let descriptor = open(pipe, O_WRONLY | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }
}
