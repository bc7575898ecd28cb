import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// Desired, last applied and live: who moved.
@Suite struct ThreeWayTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let desired: JSONValue
        let applied: JSONValue?
        let live: JSONValue?
        /// A line for each field, as `StateWorld.line` has it; none: no change.
        let fields: [String]
        var cause = Cause.Kind.manifest
        /// The cause's words.
        var text: String?

        var testDescription: String { name }
    }

    static let scalars: [Case] = [
        Case(name: "nobody moved", desired: ["stage": "a"], applied: ["stage": "a"], live: ["stage": "a"], fields: []),
        Case(
            name: "the manifest moved", desired: ["stage": "b"], applied: ["stage": "a"], live: ["stage": "a"],
            fields: [#"manifest stage: "a" -> "b""#]),
        Case(
            name: "live moved", desired: ["stage": "a"], applied: ["stage": "a"], live: ["stage": "c"],
            fields: [#"drift stage: "c" -> "a""#], cause: .drift, text: "'stage' changed behind Mooring's back"),
        Case(
            name: "both moved", desired: ["stage": "b"], applied: ["stage": "a"], live: ["stage": "c"],
            fields: [#"conflict stage: "c" -> "b", applied "a""#], cause: .conflict,
            text: "'stage' changed in the manifest and behind Mooring's back"),
        Case(
            name: "both moved to the same", desired: ["stage": "b"], applied: ["stage": "a"], live: ["stage": "b"],
            fields: []),
        Case(
            name: "a field that is newly named", desired: ["stage": "b"], applied: ["type": "STATIC"],
            live: ["stage": "c", "type": "STATIC"], fields: [#"manifest stage: "c" -> "b", applied absent"#]),
        Case(
            name: "nothing was remembered", desired: ["stage": "b"], applied: nil, live: ["stage": "c"],
            fields: [#"manifest stage: "c" -> "b""#]),
        Case(
            name: "made, and not yet saved", desired: ["stage": "b"], applied: [:], live: ["stage": "c"],
            fields: [#"manifest stage: "c" -> "b""#]),
        Case(
            name: "one field by git, one behind its back", desired: ["stage": "b", "raw": ["tags": ["x"]]],
            applied: ["stage": "a", "raw": ["tags": ["x"]]], live: ["stage": "a", "tags": []],
            fields: [#"manifest stage: "a" -> "b""#, #"drift tags: [] -> ["x"]"#]),
        Case(
            name: "three fields behind its back", desired: ["raw": ["a": 1, "b": 2, "c": 3]],
            applied: ["raw": ["a": 1, "b": 2, "c": 3]], live: ["a": 0, "b": 0],
            fields: ["drift a: 0 -> 1", "drift b: 0 -> 2", "drift c: absent -> 3"], cause: .drift,
            text: "3 fields changed behind Mooring's back"),
        Case(
            name: "forms of numbers are no moves", desired: ["raw": ["a": 100]], applied: ["raw": ["a": 100]],
            live: ["a": 2], fields: ["drift a: 2 -> 100"], cause: .drift, text: "'a' changed behind Mooring's back"),
        Case(
            name: "a declared null that live filled", desired: ["carbonAPISettings": .null],
            applied: ["carbonAPISettings": .null], live: ["carbonAPISettings": ["a": 1]],
            fields: [#"drift carbonAPISettings: {"a":1} -> null"#], cause: .drift,
            text: "'carbonAPISettings' changed behind Mooring's back"),
        Case(
            name: "it was deleted", desired: ["stage": "a", "type": "STATIC"],
            applied: ["stage": "a", "type": "K8S"], live: nil,
            fields: [
                #"drift stage: absent -> "a""#, #"manifest type: absent -> "STATIC""#,
                #"manifest governCheckPolicy: absent -> "NO_CHECK""#,
            ], cause: .drift, text: "it was deleted behind Mooring's back"),
    ]

    static let lists: [Case] = [
        Case(
            name: "a part of a list against the whole of it", desired: ["raw": ["tags": ["a", "b"]]],
            applied: ["raw": ["tags": ["a", "b"]]], live: ["tags": ["a", "c"]],
            fields: [#"drift tags[1]: "c" -> "b""#], cause: .drift, text: "'tags[1]' changed behind Mooring's back"),
        Case(
            name: "one element by git, the length behind its back", desired: ["raw": ["tags": ["x", "b"]]],
            applied: ["raw": ["tags": ["a", "b"]]], live: ["tags": ["a"]],
            fields: [#"conflict tags: ["a"] -> ["x","b"], applied ["a","b"]"#], cause: .conflict,
            text: "'tags' changed in the manifest and behind Mooring's back"),
        Case(
            name: "a list that became longer in git", desired: ["raw": ["tags": ["a", "b"]]],
            applied: ["raw": ["tags": ["a"]]], live: ["tags": ["a"]],
            fields: [#"manifest tags: ["a"] -> ["a","b"]"#]),
        Case(
            name: "the element that git left alone", desired: ["raw": ["tags": ["x", "b"]]],
            applied: ["raw": ["tags": ["a", "b"]]], live: ["tags": ["a", "c"]],
            fields: [#"manifest tags[0]: "a" -> "x""#, #"drift tags[1]: "c" -> "b""#]),
        Case(
            name: "a length by git, an element behind its back", desired: ["raw": ["tags": ["a", "b"]]],
            applied: ["raw": ["tags": ["a", "b", "c"]]], live: ["tags": ["a", "z"]],
            fields: [#"conflict tags[1]: "z" -> "b", applied "b""#], cause: .conflict,
            text: "'tags[1]' changed in the manifest and behind Mooring's back"),
        Case(
            name: "somebody added a group", desired: ["permissions": [["group": "a"]]],
            applied: ["permissions": [["group": "a"]]], live: ["permissions": [["group": "x"], ["group": "a"]]],
            fields: [#"drift permissions[x]: {"group":"x"} -> absent"#], cause: .drift,
            text: "'permissions[x]' changed behind Mooring's back"),
        Case(
            name: "git dropped a group", desired: ["permissions": [["group": "a"]]],
            applied: ["permissions": [["group": "b", "read": true], ["group": "a"]]],
            live: ["permissions": [["group": "a"], ["group": "b", "read": true]]],
            fields: [#"manifest permissions[b]: {"group":"b","read":true} -> absent"#]),
        Case(
            name: "git dropped a group that somebody changed", desired: ["permissions": [["group": "a"]]],
            applied: ["permissions": [["group": "b", "read": true], ["group": "a"]]],
            live: ["permissions": [["group": "a"], ["group": "b", "read": false]]],
            fields: [
                #"conflict permissions[b]: {"group":"b","read":false} -> absent, applied {"group":"b","read":true}"#
            ], cause: .conflict, text: "'permissions[b]' changed in the manifest and behind Mooring's back"),
        Case(
            name: "a right in an element that moved", desired: ["permissions": [["group": "a", "read": true]]],
            applied: ["permissions": [["group": "b"], ["group": "a", "read": true]]],
            live: ["permissions": [["group": "a", "read": false], ["group": "b"]]],
            fields: [
                "drift permissions[a].read: false -> true",
                #"manifest permissions[b]: {"group":"b"} -> absent"#,
            ]),
        Case(
            name: "both added a group", desired: ["permissions": [["group": "a", "read": true]]],
            applied: ["permissions": []], live: ["permissions": [["group": "a", "read": false]]],
            fields: ["conflict permissions[a].read: false -> true, applied absent"], cause: .conflict,
            text: "'permissions[a].read' changed in the manifest and behind Mooring's back"),
        Case(
            name: "a map that became a text in git", desired: ["raw": ["auth": "none"]],
            applied: ["raw": ["auth": ["k": 1]]], live: ["auth": ["k": 1]],
            fields: [#"manifest auth: {"k":1} -> "none""#]),
        Case(
            name: "a map that somebody made a text", desired: ["raw": ["auth": ["k": 1, "l": 2]]],
            applied: ["raw": ["auth": ["k": 1]]], live: ["auth": 5],
            fields: [#"conflict auth: 5 -> {"k":1,"l":2}, applied {"k":1}"#], cause: .conflict,
            text: "'auth' changed in the manifest and behind Mooring's back"),
    ]

    @Test(arguments: scalars + lists) func `tells of each field who moved`(test: Case) throws {
        let plan = StateWorld(desired: test.desired, applied: test.applied, live: test.live).plan()
        let change = plan.changes.first
        #expect(change?.fields.map(StateWorld.line) ?? [] == test.fields)
        #expect(plan.diagnostics == [])
        guard !test.fields.isEmpty else { return }
        #expect(change?.cause.kind == test.cause)
        #expect(change?.cause.text == test.text)
        #expect(change?.adoptsExisting == (test.applied == nil && test.live != nil))
    }

    @Test func `tells who moved a mapping, by the whole of it`() throws {
        let address = Address(.deployment, "d")
        func origins(_ desired: String, _ applied: String?, _ live: String) -> [String] {
            var world = StateWorld()
            let spec = { (version: String?) -> JSONValue in
                var spec: JSONObject = ["publishedServiceId": "s", "infraId": "i"]
                if let version { spec["version"] = .string(version) }
                return .object(spec)
            }
            world.live.versions["s"] = ["v1", "v2", "v3"]
            world.declare(address, spec(desired))
            world.remember(address, spec(applied))
            world.show(
                address,
                [
                    "publishedServiceId": "s", "infraId": "i",
                    "generationsMapping": ["mode": "SINGLE_GENERATION", "generation": .string(live)],
                ])
            return world.plan().changes.flatMap(\.fields).map(StateWorld.line)
        }
        #expect(origins("v2", "v1", "v1") == [#"manifest version: "v1" -> "v2""#])
        #expect(origins("v1", "v1", "v2") == [#"drift version: "v2" -> "v1""#])
        #expect(origins("v2", "v1", "v3") == [#"conflict version: "v3" -> "v2", applied "v1""#])
        #expect(origins("v2", nil, "v1") == [#"manifest version: "v1" -> "v2", applied absent"#])
    }

    @Test(arguments: [
        // Declared before, declared now, live; the fields that are let go.
        (#"{"stage": "a", "type": "X"}"#, #"{"type": "X"}"#, #"{"stage": "a", "type": "X"}"#, ["stage"]),
        (#"{"raw": {"a": {"b": 1, "c": 2}}}"#, #"{"raw": {"a": {"b": 1}}}"#, #"{"a": {"b": 1, "c": 3}}"#, ["a.c"]),
        (#"{"raw": {"a": {"b": 1}}}"#, "{}", #"{"a": {"b": 1}}"#, ["a"]),
        (#"{"stage": "a"}"#, "{}", #"{"stage": null}"#, []),
        (#"{"stage": "a"}"#, "{}", "{}", []),
        (
            #"{"permissions": [{"group": "a", "read": true}, {"group": "b"}]}"#, #"{"permissions": [{"group": "a"}]}"#,
            #"{"permissions": [{"group": "a", "read": true}]}"#, ["permissions[a].read"]
        ),
        (
            #"{"raw": {"l": [{"a": 1, "b": 2}]}}"#, #"{"raw": {"l": [{"a": 1}]}}"#, #"{"l": [{"a": 1, "b": 2}]}"#,
            ["l[0].b"]
        ),
        (#"{"raw": {"l": [1, 2]}}"#, #"{"raw": {"l": [1]}}"#, #"{"l": [1, 2]}"#, []),
    ])
    func `lists the fields that the manifest let go`(before: String, now: String, live: String, released: [String])
        throws
    {
        let plan = StateWorld(
            desired: try JSONValue(parsing: now), applied: try JSONValue(parsing: before),
            live: try JSONValue(parsing: live)
        ).plan()
        #expect(plan.released.map(\.path) == released)
        #expect(!plan.changes.flatMap(\.fields).contains { released.contains($0.path) })
    }

    @Test func `lists a mapping that the manifest let go`() {
        var world = StateWorld()
        let address = Address(.deployment, "d")
        world.declare(address, ["publishedServiceId": "s", "infraId": "i"])
        world.remember(address, ["publishedServiceId": "s", "infraId": "i", "version": "v1"])
        world.show(
            address, ["publishedServiceId": "s", "infraId": "i", "generationsMapping": ["generation": "v1"]])
        #expect(world.plan().released == [ReleasedField(address: address, path: "version")])
        #expect(world.plan().rerecorded == [address])
    }
}
