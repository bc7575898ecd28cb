import DSS
import Diagnostics
import JSON
import Planning
import Resources
import TestSupport
import Testing

/// Random declared values beside random live documents.
@Suite struct OverlayPropertyTests {
    /// Cases for each seed; a failure prints the seed and both values.
    static let cases = 500

    @Test(arguments: 0..<20) func `what is laid over live compares equal, and nothing else is touched`(seed: Int) {
        var random = RandomValues(seed: UInt64(seed))
        for _ in 0..<OverlayPropertyTests.cases {
            let (resource, live) = random.infra()
            let document = DesiredDocument(resource, dialect: .standard)
            let overlay = Overlay<Never> { _ in "s3cr3t" }
            let written = overlay.laid(document, over: live)
            let what: Comment = "seed \(seed)\n\(resource.spec.referenceJSON.text())\n\(live.text())\n\(written.text())"
            #expect(changes(document, written).isEmpty, what)
            #expect(overlay.laid(document, over: written).text() == written.text(), what)
            if changes(document, live).isEmpty, resource.spec.secrets.isEmpty {
                #expect(written.text() == live.text(), what)
            }
            #expect(untouched(document.value, live, written), what)
        }
    }

    @Test(arguments: 0..<20) func `no live secret is shown, whatever its name and place`(seed: Int) {
        var random = RandomValues(seed: UInt64(seed + 1000))
        for _ in 0..<OverlayPropertyTests.cases {
            let (resource, live) = random.infra()
            let document = DesiredDocument(resource, dialect: .standard)
            for change in changes(document, live) {
                #expect(
                    !"\(change)".contains("canary"),
                    "seed \(seed)\n\(resource.spec.referenceJSON.text())\n\(live.text())\n\(change.path)")
            }
        }
    }

    private func changes(_ document: DesiredDocument, _ live: JSONValue) -> [FieldChange] {
        var comparison = Comparison()
        comparison.compare(document, with: live)
        return comparison.changes
    }

    /// Whether all live members that `declared` does not name are in `written`, as they were and in their order.
    private func untouched(_ declared: DeclaredValue, _ live: JSONValue, _ written: JSONValue) -> Bool {
        guard case .object(let before) = live, case .object(let after) = written else { return true }
        let kept = after.keys.filter { before.contains(key: $0) }
        guard kept == before.keys else { return false }
        return before.allSatisfy { member in
            guard let value = after[member.key] else { return false }
            guard let model = declared[member.key] else { return value.text() == member.value.text() }
            return model.members == nil || untouched(model, member.value, value)
        }
    }
}

/// Values from one seed. Live texts hold `canary` wherever the manifest does not name their like.
struct RandomValues {
    private var generator: SeededGenerator
    let mark = SourceMark(file: "infra.yaml", line: 1, column: 1)

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next(_ bound: Int) -> Int { generator.below(bound) }

    mutating func infra() -> (Resource, JSONValue) {
        var members: [DeclaredValue.Member] = []
        func add(_ name: String, _ value: DeclaredValue) { members.append(.init(name, value)) }
        if next(2) == 0 { add("stage", value("Prod")) }
        if next(2) == 0 { add("type", value("STATIC")) }
        if next(2) == 0 { add("carbonAPISettings", map([("carbonAPIURL", value("http://c"))])) }
        if next(2) == 0 { add("permissions", keyed("group", [("read", value(true)), ("deploy", value(.null))])) }
        if next(2) == 0 {
            add("apiNodes", keyed("url", [("adminAPIKey", secret), ("graphitePrefix", value("p"))]))
        }
        if next(3) > 0 { add("raw", map((0...next(4)).map { ("\(names[$0])", open(depth: 3)) })) }
        let spec = DeclaredValue(.map(members), at: mark)
        let resource = Resource(address: Address(.infra, "i"), metadata: Metadata(), spec: spec, mark: mark)
        return (resource, live(DesiredDocument(resource, dialect: .standard).value, depth: 0))
    }

    private let names = ["a", "b", "c", "clientSecret", "d", "e"]
    private var secret: DeclaredValue { DeclaredValue(.secret(.environment("KEY")), at: mark) }
    private func value(_ json: JSONValue) -> DeclaredValue { DeclaredValue(json, at: mark) }
    private func map(_ members: [(String, DeclaredValue)]) -> DeclaredValue {
        DeclaredValue(.map(members.map { .init($0.0, $0.1) }), at: mark)
    }

    private mutating func keyed(_ key: String, _ fields: [(String, DeclaredValue)]) -> DeclaredValue {
        let elements = (0..<next(4)).map { index in
            map([(key, value(.string("k\(index)")))] + fields.filter { _ in next(2) == 0 })
        }
        return DeclaredValue(.list(elements), at: mark)
    }

    mutating func scalar() -> JSONValue {
        switch next(8) {
        case 0: .null
        case 1: .bool(next(2) == 0)
        case 2: .number(JSONNumber(next(3)))
        case 3: .number(JSONNumber(text: ["1.0", "1e0", "10e-1", "0.50"][next(4)]) ?? JSONNumber(1))
        case 4: ""
        default: .string(["x", "y", "1"][next(3)])
        }
    }

    private mutating func open(depth: Int) -> DeclaredValue {
        switch next(depth == 0 ? 5 : 9) {
        case 0: return secret
        case 1...4: return value(scalar())
        case 5, 6: return DeclaredValue(.list((0..<next(4)).map { _ in open(depth: depth - 1) }), at: mark)
        default: return map((0..<next(4)).map { (names[$0], open(depth: depth - 1)) })
        }
    }

    /// What nobody declared.
    private mutating func stranger(_ text: String? = nil, depth: Int = 2) -> JSONValue {
        let text = text ?? "canary-\(next(9))"
        return switch next(depth == 0 ? 4 : 7) {
        case 0: .null
        case 1: .number(JSONNumber(text: ["1.0", "2", "0"][next(3)]) ?? JSONNumber(0))
        case 2, 3: .string(text)
        case 4: .array((0..<next(3)).map { _ in stranger(text, depth: depth - 1) })
        default: .object(JSONObject((0..<next(3)).map { ("u\($0)", stranger(depth: depth - 1)) }))
        }
    }

    /// Something like what is declared, or nothing like it.
    ///
    /// `isOpen`: it lies in a list without secrets, or where a text is declared. Live texts there are values of a field that
    /// the manifest names, and are shown.
    mutating func live(
        _ declared: DeclaredValue, isHidden: Bool = false, isOpen: Bool = false, depth: Int
    ) -> JSONValue {
        let isOpen = !isHidden && (isOpen || declared.members == nil && declared.secrets.isEmpty)
        if depth > 0, next(6) == 0 { return stranger(isOpen ? "x" : nil) }
        switch declared.content {
        case .secret: return ["canary-key", "", .null, ["canary-key"], [:], ["k": "canary-key"]][next(6)]
        case .list(let elements):
            // Elements with a key are told apart by it; others may have moved to where a secret was.
            let isKeyed = elements.first?["url"] != nil
            let hides = isHidden || !declared.secrets.isEmpty && !isKeyed
            var result = elements.filter { _ in next(5) > 0 }.map {
                live($0, isHidden: hides, isOpen: !hides, depth: depth + 1)
            }
            if next(4) == 0, let first = result.first { result.append(first) }
            if next(4) == 0 { result.append(.object(["u": "canary"])) }
            if next(4) == 0 { result.reverse() }
            return .array(result)
        case .map(let members):
            var object = JSONObject()
            if next(3) == 0 { object["before"] = stranger() }
            for member in members where next(5) > 0 {
                object[member.key] = live(
                    member.value, isHidden: isHidden || member.key == "clientSecret", isOpen: isOpen, depth: depth + 1)
            }
            if next(3) == 0 { object["after"] = stranger() }
            return .object(object)
        default:
            if isHidden { return next(2) == 0 ? .null : "canary" }
            return next(2) == 0 ? declared.referenceJSON : scalar()
        }
    }
}
