import DSS
import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// A service that changes while the version that it is packaged as exists.
@Suite struct StalePackageTests {
    static let service = Address(.apiService, "P", "s")
    static let endpoint = Address(.endpoint, "P", "s", "e")
    static let spec = DeclaredValue(
        .map([
            .init(
                "raw",
                DeclaredValue(
                    .map([
                        .init("password", DeclaredValue(.secret(.environment("KEY")), at: StateWorld.mark))
                    ]), at: StateWorld.mark))
        ]), at: StateWorld.mark)

    /// A service with a secret, whose package `v1` is made and published; `secret` is what the variable holds now.
    static func world(isAuto: Bool, secret: String) -> StateWorld {
        var world = StateWorld()
        world.declare(service, [:])
        world.declare(endpoint, spec)
        world.resources.append(
            Resource(
                address: DriftTests.package, metadata: Metadata(),
                spec: DeclaredValue(["version": "v1"], at: StateWorld.mark), mark: StateWorld.mark,
                isAutoVersion: isAuto))
        world.remember(service, [:])
        world.remember(DriftTests.package.at(version: "v1"), ["version": "v1"])
        world.state.records[endpoint] = world.resources[1].recorded(
            over: nil, .owned, secrets: RecordingTests.knowledge("k", "old"), dialect: .standard, today: "2026-11-22")
        world.secrets = RecordingTests.knowledge("k", secret)
        world.show(service, ["endpoints": [["id": "e", "password": "e:AES:x"]]])
        world.live.packages[service] = ["v1"]
        world.live.versions["s"] = ["v1"]
        return world
    }

    @Test(
        arguments: [
            (
                true,
                "`version: auto` does not see the value of a secret. Give `revision` beside it a new text, and a new version is made."
            ),
            (false, "Give the package a new version to bring the change to the nodes, or use `version: auto`."),
        ])
    func `tells that a rotated secret reaches no node while the version stays`(isAuto: Bool, hint: String) {
        let plan = StalePackageTests.world(isAuto: isAuto, secret: "new").plan()
        #expect(plan.changes.map(\.address) == [StalePackageTests.endpoint])
        #expect(plan.diagnostics.map(\.code) == ["package-exists"])
        #expect(plan.diagnostics.map(\.hint) == [hint])
        #expect(plan.diagnostics.first?.address == DriftTests.package.description)
        #expect(StalePackageTests.world(isAuto: isAuto, secret: "old").plan().diagnostics.isEmpty)
    }

    @Test func `says nothing of what a derived version holds already`() {
        var world = StalePackageTests.world(isAuto: true, secret: "old")
        world.declare(StalePackageTests.service, ["raw": ["authMethod": "PUBLIC"]])
        #expect(world.plan().changes.map(\.address) == [StalePackageTests.service], "the manifests went back to it")
        #expect(world.plan().diagnostics.isEmpty)
    }
}
