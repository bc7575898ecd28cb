import DSS
import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// What an apply remembers, and what digests tell of secrets.
@Suite struct RecordingTests {
    static let infra = StateWorld.infra
    static let path = "apiNodes[http://n].adminAPIKey"

    @Test func `adopts what equals its manifest and was never recorded, version by version`() {
        var world = StateWorld(desired: ["stage": "a"], applied: nil, live: ["stage": "a"])
        let package = Address(.package, "P", "s")
        world.declare(package, ["version": "v1", "publish": false])
        world.live.packages[Address(.apiService, "P", "s")] = ["v1"]
        let plan = world.plan()
        #expect(plan.changes == [])
        #expect(plan.adopted == [package.at(version: "v1"), RecordingTests.infra])
        #expect(plan.rerecorded == [])
        world.state.records[package.at(version: "v1")] = Record(
            package.at(version: "v1"), .owned, applied: AppliedSpec(world.resources[1]), mark: StateWorld.mark)
        #expect(world.plan().adopted == [RecordingTests.infra])
    }

    @Test func `does not adopt an archive that goes nowhere`() {
        var world = StateWorld()
        world.declare(Address(.package, "P", "s"), ["version": "v1", "publish": false, "archive": ["file": "a.zip"]])
        #expect(world.plan().adopted == [])
    }

    @Test(arguments: ["spec", "place", "protect", "prune", "hold", "nothing"])
    func `remembers anew what is the same live and otherwise in the manifest`(difference: String) {
        var world = StateWorld(desired: ["stage": "a"], applied: ["stage": "a"], live: ["stage": "a", "x": 1])
        switch difference {
        case "spec": world.remember(RecordingTests.infra, ["stage": "a", "type": "STATIC"])
        case "place": world.remember(RecordingTests.infra, ["stage": "a"]) { $0.mark = SourceMark(file: "old.yaml") }
        case "protect": world.declare(RecordingTests.infra, ["stage": "a"]) { $0.lifecycle.protect = true }
        case "prune": world.declare(RecordingTests.infra, ["stage": "a"]) { $0.lifecycle.prune = true }
        case "hold":
            world.remember(RecordingTests.infra, ["stage": "a"]) {
                $0.hold = Hold(reason: "r", by: "ann", since: 1, manifest: AppliedSpec(bytes: []))
            }
        default: break
        }
        let plan = world.plan()
        #expect(plan.changes == [] && plan.adopted == [])
        #expect(plan.rerecorded == (difference == "nothing" ? [] : [RecordingTests.infra]))
        let before = world.state[RecordingTests.infra]
        let record = world.resources[0].recorded(
            over: before, .owned, secrets: .none, dialect: .standard, today: "2026-06-15")
        #expect((record == before) == (difference == "nothing"))
        world.state.records[RecordingTests.infra] = record
        #expect(world.plan().rerecorded == [])
    }

    @Test func `forgets what became external`() {
        var world = StateWorld(desired: nil, applied: ["stage": "a"], live: ["stage": "a"])
        world.declare(RecordingTests.infra, [:]) { $0.isExternal = true }
        #expect(world.plan().forgotten == [RecordingTests.infra])
        #expect(world.plan().external == [RecordingTests.infra])
    }

    @Test func `says what a first write takes over`() {
        let plan = StateWorld(desired: ["stage": "b"], applied: nil, live: ["stage": "a"]).plan()
        #expect(plan.changes.map(\.adoptsExisting) == [true])
        let known = StateWorld(desired: ["stage": "b"], applied: [:], live: ["stage": "a"]).plan()
        #expect(known.changes.map(\.adoptsExisting) == [false])
    }

    // MARK: - Secrets

    /// `key` and `value` make the digest; nil: the secret is not at hand.
    static func knowledge(_ key: String, _ value: String?) -> SecretKnowledge {
        SecretKnowledge(
            isAvailable: { _ in value != nil },
            fingerprint: { address, path, references in value.map { "\(key):\(address) \(path) \(references) \($0)" } })
    }

    static func withSecret(recorded: SecretKnowledge?, now: SecretKnowledge, live: JSONValue) -> StateWorld {
        var world = StateWorld()
        let key = DeclaredValue(.secret(.environment("KEY")), at: StateWorld.mark)
        let node = DeclaredValue(
            .map([.init("url", DeclaredValue("http://n", at: StateWorld.mark)), .init("adminAPIKey", key)]),
            at: StateWorld.mark)
        world.declare(
            infra,
            DeclaredValue(
                .map([.init("apiNodes", DeclaredValue(.list([node]), at: StateWorld.mark))]), at: StateWorld.mark))
        world.secrets = now
        world.show(infra, ["apiNodes": [["url": "http://n", "adminAPIKey": live]]])
        if let recorded {
            world.state.records[infra] = world.resources[0].recorded(
                over: nil, .owned, secrets: recorded, dialect: .standard, today: "2026-06-15")
        }
        return world
    }

    struct SecretCase: Sendable, CustomTestStringConvertible {
        let name: String
        var recorded: (key: String, value: String)?
        let now: (key: String, value: String?)
        var live: JSONValue = "e:xyz"
        var fields: [String] = []
        var isUnchecked = false
        var isRerecorded = false
        var warnings: [String] = []

        var testDescription: String { name }
    }

    @Test(arguments: [
        SecretCase(name: "the same", recorded: ("k", "s1"), now: ("k", "s1")),
        SecretCase(
            name: "another value", recorded: ("k", "s1"), now: ("k", "s2"),
            fields: ["manifest \(path): (secret, set) -> (secret, changed)"]),
        SecretCase(
            name: "another key", recorded: ("old", "s1"), now: ("k", "s2"), isUnchecked: true, isRerecorded: true,
            warnings: ["fingerprint-key-changed"]),
        SecretCase(name: "not at hand", recorded: ("k", "s1"), now: ("k", nil), isUnchecked: true),
        SecretCase(name: "never recorded", now: ("k", "s1"), isUnchecked: true),
        SecretCase(
            name: "taken away behind our back", recorded: ("k", "s1"), now: ("k", "s1"), live: "",
            fields: ["drift \(path): absent -> (secret, set)"]),
    ])
    func `compares secrets by their digests`(test: SecretCase) {
        let world = RecordingTests.withSecret(
            recorded: test.recorded.map { RecordingTests.knowledge($0.key, $0.value) },
            now: RecordingTests.knowledge(test.now.key, test.now.value), live: test.live)
        let plan = world.plan()
        #expect(plan.changes.flatMap(\.fields).map(StateWorld.line) == test.fields)
        #expect(plan.uncheckedSecrets.map(\.path) == (test.isUnchecked ? [RecordingTests.path] : []))
        #expect(plan.rerecorded == (test.isRerecorded ? [RecordingTests.infra] : []))
        #expect(plan.diagnostics.map(\.code) == test.warnings)
        #expect(!"\(plan)".contains("s2") && !"\(plan)".contains("s1"))
    }

    @Test func `records a digest for each field that takes secrets, and keeps those of secrets that are not at hand`() {
        let world = RecordingTests.withSecret(
            recorded: RecordingTests.knowledge("k", "s1"), now: .none, live: "e:xyz")
        let before = world.state[RecordingTests.infra]
        #expect(before?.secrets.keys.sorted() == [RecordingTests.path])
        let after = world.resources[0].recorded(
            over: before, .owned, secrets: RecordingTests.knowledge("k", nil), dialect: .standard, today: "2026-06-15")
        #expect(after == before)
    }

    @Test func `tells once that the digests' key is another, however many secrets there are`() {
        var world = RecordingTests.withSecret(
            recorded: RecordingTests.knowledge("old", "s1"), now: RecordingTests.knowledge("k", "s1"), live: "e:x")
        let other = Address(.infra, "j")
        world.declare(other, world.resources[0].spec)
        world.show(other, world.live.documents[RecordingTests.infra] ?? [:])
        world.state.records[other] = world.resources[1].recorded(
            over: nil, .owned, secrets: RecordingTests.knowledge("old", "s1"), dialect: .standard, today: "2026-06-15")
        let plan = world.plan()
        #expect(plan.uncheckedSecrets.count == 2)
        #expect(plan.diagnostics.map(\.code) == ["fingerprint-key-changed"])
    }

    @Test func `counts keys that may query by their set`() {
        let service = Address(.apiService, "P", "s")
        let keys = ["A", "B"].map { DeclaredValue(.secret(.environment($0)), at: StateWorld.mark) }
        var world = StateWorld()
        world.declare(
            service,
            DeclaredValue(
                .map([
                    .init(
                        "authRealm",
                        DeclaredValue(
                            .map([.init("queryKeys", DeclaredValue(.list(keys), at: StateWorld.mark))]),
                            at: StateWorld.mark))
                ]), at: StateWorld.mark))
        world.show(service, ["authRealm": ["queryKeys": ["e:1", "e:2"]]])
        world.state.records[service] = world.resources[0].recorded(
            over: nil, .owned, secrets: RecordingTests.knowledge("k", "s1"), dialect: .standard, today: "2026-06-15")
        world.secrets = RecordingTests.knowledge("k", "s1")
        #expect(world.plan().changes == [] && world.plan().uncheckedSecrets == [])
        world.secrets = RecordingTests.knowledge("k", "s2")
        #expect(
            world.plan().changes.flatMap(\.fields).map(StateWorld.line) == [
                "manifest authRealm.queryKeys: (secret, set) -> (secret, changed)"
            ])
    }
}
