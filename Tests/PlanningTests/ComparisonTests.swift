import DSS
import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// Declared values of an infrastructure beside a live document: what differs, and what a write would send.
@Suite struct ComparisonTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let declared: JSONValue
        let live: JSONValue
        /// A line for each change: `path: before -> after`.
        let changes: [String]
        /// What is written; nil: the live document as it is.
        var written: JSONValue?

        var testDescription: String { name }
    }

    static let same: [Case] = [
        Case(name: "an undeclared field", declared: [:], live: ["stage": "Dev", "x": 1.0], changes: []),
        Case(name: "null against absent", declared: ["carbonAPISettings": .null], live: [:], changes: []),
        Case(
            name: "the order of a keyed list", declared: ["permissions": [["group": "b"], ["group": "a"]]],
            live: ["permissions": [["group": "a", "read": true], ["group": "b"]]], changes: []),
        Case(
            name: "forms of a number", declared: ["raw": ["n": 1.50, "m": 100]], live: ["n": 1.5, "m": 1e2], changes: []
        ),
        Case(name: "an empty list against none", declared: ["permissions": []], live: [:], changes: []),
        Case(
            name: "undeclared fields of an element",
            declared: ["permissions": [["group": "a", "read": true]]],
            live: ["permissions": [["group": "a", "read": true, "deploy": true, "new": ["k": 1]]]], changes: []),
        Case(
            name: "undeclared keys in an open map", declared: ["raw": ["auth": ["ceil": 8]]],
            live: ["auth": ["ceil": 8, "floor": 1]], changes: []),
        Case(name: "an empty map against none", declared: ["raw": ["auth": [:]]], live: ["x": 1], changes: []),
        Case(
            name: "elements twice", declared: ["permissions": [["group": "a", "read": true]]],
            live: ["permissions": [["group": "a", "read": true], ["group": "a", "read": true]]], changes: []),
        Case(name: "an immutable field that live does not show", declared: ["type": "K8S"], live: [:], changes: []),
    ]

    static let different: [Case] = [
        Case(
            name: "a scalar", declared: ["stage": "Prod"], live: ["x": 1, "stage": "Dev"],
            changes: ["stage: \"Dev\" -> \"Prod\""], written: ["x": 1, "stage": "Prod"]),
        Case(
            name: "an element more and one less",
            declared: ["permissions": [["group": "b", "read": true]]],
            live: ["permissions": [["group": "a", "read": true, "secretNote": "hush"]]],
            changes: [
                "permissions[b]: absent -> {\"group\":\"b\",\"read\":true}",
                "permissions[a]: {\"group\":\"a\",\"read\":true,\"secretNote\":\"(not shown)\"} -> absent",
            ], written: ["permissions": [["group": "b", "read": true]]]),
        Case(
            name: "one field of one element, unknown fields kept",
            declared: ["permissions": [["group": "a", "read": false]]],
            live: ["permissions": [["group": "a", "read": true, "k": 1.0]], "z": [1, 2.50]],
            changes: ["permissions[a].read: true -> false"],
            written: ["permissions": [["group": "a", "read": false, "k": 1.0]], "z": [1, 2.50]]),
        Case(
            name: "a key deep in an open map", declared: ["raw": ["auth": ["ceil": 16]]],
            live: ["auth": ["floor": 1, "ceil": 8]], changes: ["auth.ceil: 8 -> 16"],
            written: ["auth": ["floor": 1, "ceil": 16]]),
        Case(
            name: "a declared null", declared: ["carbonAPISettings": .null], live: ["carbonAPISettings": ["a": 1]],
            changes: ["carbonAPISettings: {\"a\":1} -> null"], written: ["carbonAPISettings": .null]),
        Case(
            name: "an immutable field", declared: ["type": "K8S"], live: ["type": "STATIC"],
            changes: ["type: \"STATIC\" -> \"K8S\" (immutable)"], written: ["type": "K8S"]),
        Case(
            name: "every node of one address is one node",
            declared: ["apiNodes": [["url": "http://a", "graphitePrefix": "p"]]],
            live: ["apiNodes": [["url": "http://a", "graphitePrefix": "q"], ["url": "http://a"]]],
            changes: ["apiNodes[http://a].graphitePrefix: \"q\" -> \"p\""],
            written: ["apiNodes": [["url": "http://a", "graphitePrefix": "p"]]]),
    ]

    static let mismatches: [Case] = [
        Case(
            name: "an empty list against a text", declared: ["permissions": []], live: ["permissions": "all"],
            changes: ["permissions: \"(not shown)\" -> []"], written: ["permissions": []]),
        Case(
            name: "a map against a text", declared: ["raw": ["auth": ["ceil": 8]]], live: ["auth": "none"],
            changes: ["auth: \"(not shown)\" -> {\"ceil\":8}"], written: ["auth": ["ceil": 8]]),
        Case(
            name: "a list against a map", declared: ["raw": ["list": [1]]], live: ["list": ["k": "v", "n": 1]],
            changes: ["list: {\"k\":\"(not shown)\",\"n\":1} -> [1]"], written: ["list": [1]]),
        Case(
            name: "elements of one key that disagree", declared: ["permissions": [["group": "a", "read": true]]],
            live: ["permissions": [["group": "a", "read": true], ["group": "a", "read": false]]],
            changes: ["permissions[a].read: false -> true"], written: ["permissions": [["group": "a", "read": true]]]),
        Case(
            name: "an element without a key is none of the declared",
            declared: ["permissions": [["group": "0", "read": true]]],
            live: ["permissions": [["read": true], ["group": "0", "read": true]]],
            changes: ["permissions[0]: {\"read\":true} -> absent"],
            written: ["permissions": [["group": "0", "read": true]]]),
        Case(
            name: "an element before others of a list keeps what is theirs",
            declared: ["raw": ["lookups": [["dataset": "new"], ["dataset": "a"]]]],
            live: ["lookups": [["dataset": "a", "tuning": 1.0]]],
            changes: ["lookups: [{\"dataset\":\"a\"}] -> [{\"dataset\":\"new\"},{\"dataset\":\"a\"}]"],
            written: ["lookups": [["dataset": "new"], ["dataset": "a", "tuning": 1.0]]]),
        Case(
            name: "a text under a name of a secret", declared: ["raw": ["auth": ["token": "new"]]],
            live: ["auth": ["token": "old"]], changes: ["auth.token: (secret, not shown) -> (secret, set)"],
            written: ["auth": ["token": "new"]]),
    ]

    @Test(arguments: same + different + mismatches)
    func `compares declared fields only, and writes what it compared`(test: Case) throws {
        let resource = infra(test.declared)
        #expect(lines(resource, test.live) == test.changes)
        let overlay = Overlay<Never> { _ in .string("s3cr3t") }
        let written = overlay.laid(DesiredDocument(resource, dialect: .standard), over: test.live)
        if let expected = test.written {
            #expect(written.text() == expected.text())
        } else {
            #expect(written.text() == test.live.text(), "what is equal is left to the byte")
        }
        #expect(lines(resource, written) == [], "what was written compares equal")
    }

    @Test func `counts a live secret as equal and says so`() {
        let key = DeclaredValue(.secret(.environment("KEY")), at: mark)
        let node = DeclaredValue(
            .map([.init("url", DeclaredValue("http://a", at: mark)), .init("adminAPIKey", key)]), at: mark)
        let resource = infra(.map([.init("apiNodes", DeclaredValue(.list([node]), at: mark))]))
        var comparison = Comparison()
        comparison.compare(
            DesiredDocument(resource, dialect: .standard),
            with: ["apiNodes": [["url": "http://a", "adminAPIKey": "e:AES:xyz"]]])
        #expect(comparison.changes.isEmpty)
        #expect(comparison.uncheckedSecrets == ["apiNodes[http://a].adminAPIKey"])

        comparison = Comparison(isAvailable: { _ in false })
        comparison.compare(
            DesiredDocument(resource, dialect: .standard), with: ["apiNodes": [["url": "http://a"]]])
        #expect(comparison.changes.map(\.after) == [.secret("unavailable")])
    }

    @Test(arguments: ["/stage", "/permissions/a/read", "/permissions/0/read", "/permissions/*"])
    func `leaves alone what a rule ignores`(pointer: String) {
        let live: JSONValue = ["stage": "Dev", "permissions": [["group": "a", "read": true]]]
        let declared: JSONValue = ["stage": "Prod", "permissions": [["group": "a", "read": false]]]
        let rule = IgnoreRule(pointers: [pointer], reason: nil, until: nil, mark: mark)
        let document = DesiredDocument(infra(declared), dialect: .standard)
        var comparison = Comparison(ignoring: [rule])
        comparison.compare(document, with: live)
        #expect(comparison.changes.count == 1)
        let overlay = Overlay<Never>(ignoring: [rule]) { _ in .null }
        let written = overlay.laid(document, over: live)
        comparison = Comparison()
        comparison.compare(document, with: written)
        #expect(comparison.changes.count == 1, "the ignored field was not written")
    }

    @Test func `neither writes nor tells of a new element that a rule ignores`() {
        let declared: JSONValue = ["stage": "Prod", "apiNodes": [["url": "http://a/~b", "graphitePrefix": "p"]]]
        let rule = IgnoreRule(pointers: ["/apiNodes/http:~1~1a~1~0b"], reason: nil, until: nil, mark: mark)
        let document = DesiredDocument(infra(declared), dialect: .standard)
        var comparison = Comparison(ignoring: [rule])
        comparison.compare(document, with: ["stage": "Dev"])
        #expect(comparison.changes.map(\.path) == ["stage"])
        let written = Overlay<Never>(ignoring: [rule]) { _ in .null }.laid(document, over: ["stage": "Dev"])
        #expect(written == ["stage": "Prod", "apiNodes": []])
    }

    @Test(arguments: [
        ("null", GenerationsMapping?.none),
        (#"{"mode": "SINGLE_GENERATION", "generation": "v1"}"#, .single("v1")),
        (#"{"generation": "v1"}"#, .single("v1")),
        (
            #"{"mode": "MULTI_GENERATION", "entries": [{"generation": "v1", "proba": 1}], "generation": null}"#,
            .several([.init(generation: "v1", proba: JSONNumber(1))])
        ),
    ])
    func `reads mappings of each form`(live: String, expected: GenerationsMapping?) throws {
        #expect(GenerationsMapping(try JSONValue(parsing: live), dialect: .standard) == expected)
    }

    // MARK: -

    let mark = SourceMark(file: "infra.yaml", line: 3, column: 5)

    func infra(_ declared: JSONValue) -> Resource { infra(DeclaredValue(declared, at: mark).content) }

    func infra(_ content: DeclaredValue.Content) -> Resource {
        Resource(
            address: Address(.infra, "i"), metadata: Metadata(), spec: DeclaredValue(content, at: mark), mark: mark)
    }

    func lines(_ resource: Resource, _ live: JSONValue) -> [String] {
        var comparison = Comparison()
        comparison.compare(DesiredDocument(resource, dialect: .standard), with: live)
        return comparison.changes.map { change in
            "\(change.path): \(text(change.before)) -> \(text(change.after))\(change.isImmutable ? " (immutable)" : "")"
        }
    }

    func text(_ value: ShownValue) -> String {
        switch value {
        case .absent: "absent"
        case .value(let json): json.text()
        case .secret(let word): "(secret, \(word))"
        }
    }
}
