import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// Differences that a rule says to leave alone.
@Suite struct IgnoreTests {
    static let ruleMark = SourceMark(file: "infra.yaml", line: 7, column: 9)

    static func world(
        _ pointers: [String], until: String? = nil, desired: JSONValue, live: JSONValue?
    ) -> StateWorld {
        var world = StateWorld(desired: nil, applied: desired, live: live)
        world.declare(StateWorld.infra, desired) {
            $0.lifecycle.ignore = [
                IgnoreRule(pointers: pointers, reason: "tuned by hand", until: until, mark: ruleMark)
            ]
        }
        return world
    }

    @Test(arguments: [
        ("/stage", ["stage"]), ("/permissions", ["permissions[a].read", "permissions[x]"]),
        ("/permissions/a", ["permissions[a].read"]), ("/permissions/x", ["permissions[x]"]),
        ("/permissions/*/read", ["permissions[a].read"]), ("/permissions/0/read", ["permissions[a].read"]),
    ])
    func `lists what a rule covers, with its pointer, reason and last day`(pointer: String, ignored: [String]) {
        let plan = IgnoreTests.world(
            [pointer], until: "2026-12-31",
            desired: ["stage": "a", "permissions": [["group": "a", "read": true]]],
            live: ["stage": "b", "permissions": [["group": "a", "read": false], ["group": "x"]]]
        ).plan()
        #expect(
            plan.ignored
                == ignored.map {
                    IgnoredField(
                        address: StateWorld.infra, path: $0, pointer: pointer, reason: "tuned by hand",
                        until: "2026-12-31")
                })
        let all = ["stage", "permissions[a].read", "permissions[x]"]
        #expect(plan.changes.flatMap(\.fields).map(\.path) == all.filter { !ignored.contains($0) })
        #expect(plan.diagnostics == [])
    }

    @Test func `names each ignored element of a list that is compared piece by piece`() {
        let plan = IgnoreTests.world(
            ["/tags"], desired: ["raw": ["tags": ["a", "b"]]], live: ["tags": ["x", "y"]]
        ).plan()
        #expect(plan.ignored.map(\.path) == ["tags[0]", "tags[1]"])
        #expect(plan.changes == [])
    }

    @Test(arguments: [
        // The pointer, and whether it leads somewhere.
        ("/tagz", false), ("/permissions/b", false), ("/permissions/1", false), ("/permissions/a/reed", false),
        ("/permissions/*/reed", false), ("/stage/x", false), ("/tags", true), ("/tags/0", true),
        ("/permissions/a/read", true), ("/permissions/*/note", true), ("/versionTag/versionNumber", true),
        ("/onlyDeclared", true),
    ])
    func `warns of a rule that matches nothing, declared or live`(pointer: String, matches: Bool) {
        let plan = IgnoreTests.world(
            [pointer], desired: ["stage": "a", "permissions": [["group": "a"]], "raw": ["onlyDeclared": 1]],
            live: [
                "stage": "a", "tags": ["t"], "permissions": [["group": "a", "read": true, "note": ""]],
                "versionTag": ["versionNumber": 3], "onlyDeclared": 1,
            ]
        ).plan()
        #expect(plan.diagnostics.map(\.code) == (matches ? [] : ["ignore-matches-nothing"]))
        #expect(plan.diagnostics.allSatisfy { $0.mark == IgnoreTests.ruleMark && $0.severity == .warning })
    }

    @Test func `says nothing of rules for an object that is not there yet`() {
        #expect(IgnoreTests.world(["/tagz"], desired: ["stage": "a"], live: nil).plan().diagnostics == [])
    }

    @Test func `compares again what a rule held until yesterday`() {
        let plan = IgnoreTests.world(
            ["/stage", "/tagz"], until: "2026-11-21", desired: ["stage": "a"], live: ["stage": "b"]
        ).plan()
        #expect(plan.ignored == [] && plan.diagnostics == [])
        #expect(plan.changes.flatMap(\.fields).map(\.path) == ["stage"])
    }

    @Test func `compares no secret that a rule covers`() {
        var world = RecordingTests.withSecret(
            recorded: RecordingTests.knowledge("k", "s1"), now: RecordingTests.knowledge("k", "s2"), live: "e:x")
        world.declare(StateWorld.infra, world.resources[0].spec) {
            $0.lifecycle.ignore = [
                IgnoreRule(
                    pointers: ["/apiNodes/*/adminAPIKey"], reason: nil, until: nil, mark: IgnoreTests.ruleMark)
            ]
        }
        let plan = world.plan()
        #expect(plan.changes == [] && plan.uncheckedSecrets == [])
    }
}
