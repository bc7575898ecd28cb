import DSS
import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// Random manifests, beside what was applied and what is live, each like the others or not.
@Suite struct ThreeWayPropertyTests {
    /// Cases for each seed; a failure prints the seed and all three values.
    static let cases = 100

    @Test(arguments: 0..<20) func `tells who moved as the three values say`(seed: Int) {
        var random = RandomValues(seed: UInt64(seed + 2000))
        var seen: [FieldChange.Origin: Int] = [:]
        for _ in 0..<ThreeWayPropertyTests.cases {
            let triple = random.triple()
            let world = triple.world
            let plan = world.plan()
            let what: Comment = "seed \(seed)\n\(triple)"
            guard !plan.diagnostics.contains(where: { $0.severity == .error }) else { continue }
            let fields = plan.changes.flatMap(\.fields)
            for field in fields { seen[field.origin, default: 0] += 1 }
            let showsSecret = "\(fields)".contains("canary-key")
            #expect(!showsSecret, what)
            #expect(fields.isEmpty == differences(triple.desired, triple.live).isEmpty, what)
            let problems = Oracle(triple, fields).problems
            #expect(problems.isEmpty, what)
            let reportsSecret = world.drift().rows.contains { "\($0.fields)".contains("canary-key") }
            #expect(!reportsSecret, what)
        }
        for origin in [FieldChange.Origin.manifest, .drift, .conflict] {
            #expect(seen[origin, default: 0] > 10, "\(origin) came up in too few cases of seed \(seed) to tell")
        }
    }

    @Test(arguments: 0..<20) func `heals to what was applied, whatever the manifest says, and then has nothing to do`(
        seed: Int
    ) {
        var random = RandomValues(seed: UInt64(seed + 3000))
        for _ in 0..<ThreeWayPropertyTests.cases {
            let triple = random.triple()
            var world = triple.world
            let plan = world.healingPlan()
            let what: Comment = "seed \(seed)\n\(triple)"
            guard !plan.diagnostics.contains(where: { $0.severity == .error }) else { continue }
            #expect(plan.changes.flatMap(\.fields).allSatisfy { $0.origin == .drift }, what)
            #expect(plan.changes.isEmpty == (differences(triple.applied, triple.live).isEmpty || triple.isNone), what)
            for change in plan.changes {
                let written = Overlay<Never> { _ in "s3cr3t" }.laid(
                    DesiredDocument(change.resource, dialect: .standard), over: triple.live)
                #expect(differences(triple.applied, written).isEmpty, what)
                world.show(StateWorld.infra, written)
                #expect(world.healingPlan().changes.isEmpty, what)
            }
        }
    }

    private func differences(_ resource: Resource, _ live: JSONValue) -> [FieldChange] {
        Oracle.differences(resource, live)
    }
}

/// Says by the definition alone, for each declared value by itself, who can have moved it.
private struct Oracle {
    let triple: Triple
    let fields: [FieldChange]
    private(set) var problems: [String] = []

    init(_ triple: Triple, _ fields: [FieldChange]) {
        self.triple = triple
        self.fields = fields
        check(DesiredDocument(triple.desired, dialect: .standard).value, [])
    }

    private mutating func check(_ value: DeclaredValue, _ names: [String]) {
        for member in value.members ?? [] {
            let names = names + [member.key]
            let path = names.joined(separator: ".")
            let found = fields.filter {
                $0.path == path || $0.path.hasPrefix(path + ".") || $0.path.hasPrefix(path + "[")
            }
            let applied = part(of: triple.applied, names)
            let didLiveMove = !Oracle.differences(applied, triple.live).isEmpty
            let didManifestMove = !Oracle.differences(
                part(of: triple.desired, names), DesiredDocument(applied, dialect: .standard).value.referenceJSON
            ).isEmpty
            for field in found {
                let isPossible =
                    switch field.origin {
                    case .manifest: member.value.members != nil || member.value.elements != nil || !didLiveMove
                    case .drift:
                        didLiveMove && (member.value.members != nil || !didManifestMove || isList(member.value))
                    case .conflict: didLiveMove && didManifestMove
                    }
                if !isPossible { problems.append("\(path): \(field.origin)") }
            }
            check(member.value, names)
        }
    }

    private func isList(_ value: DeclaredValue) -> Bool { value.elements != nil }

    /// What a resource declares at one path, and nothing else.
    private func part(of resource: Resource, _ names: [String]) -> Resource {
        var value: DeclaredValue? = DesiredDocument(resource, dialect: .standard).value
        var depth = 0
        while depth < names.count, let current = value, current.members != nil {
            value = current[names[depth]]
            depth += 1
        }
        var spec = DeclaredValue(.map([]), at: StateWorld.mark)
        if var inner = value {
            for name in names[..<depth].reversed() {
                inner = DeclaredValue(.map([.init(name, inner)]), at: StateWorld.mark)
            }
            spec = inner
        }
        return Triple.infra(DeclaredValue(.map([.init("raw", spec)]), at: StateWorld.mark))
    }

    static func differences(_ resource: Resource, _ live: JSONValue) -> [FieldChange] {
        var comparison = Comparison()
        comparison.compare(DesiredDocument(resource, dialect: .standard), with: live)
        return comparison.changes
    }
}

/// One infrastructure, three times.
struct Triple: CustomStringConvertible {
    let desired: Resource
    let applied: Resource
    let live: JSONValue

    static func infra(_ spec: DeclaredValue) -> Resource {
        Resource(address: StateWorld.infra, metadata: Metadata(), spec: spec, mark: StateWorld.mark)
    }

    /// Nothing was applied yet.
    var isNone: Bool { AppliedSpec(applied).isNone }

    var world: StateWorld {
        var world = StateWorld()
        world.declare(StateWorld.infra, desired.spec)
        world.remember(StateWorld.infra, applied.spec.referenceJSON)
        world.show(StateWorld.infra, live)
        return world
    }

    var description: String {
        "desired \(desired.spec.referenceJSON.text())\napplied \(applied.spec.referenceJSON.text())\nlive \(live.text())"
    }
}

extension RandomValues {
    mutating func triple() -> Triple {
        let first = infra().0.spec
        let second = next(4) == 0 ? first : variant(of: first)
        let pair = next(2) == 0 ? (first, second) : (second, first)
        let desired = Triple.infra(pair.0)
        let applied = Triple.infra(AppliedSpec(Triple.infra(pair.1)).value(at: mark))
        let model = next(2) == 0 ? desired : applied
        let live = live(DesiredDocument(model, dialect: .standard).value, depth: 0)
        return Triple(desired: desired, applied: applied, live: live)
    }

    private func isKey(_ name: String) -> Bool { ["group", "url"].contains(name) }

    /// The same with some parts changed, missing or twice.
    private mutating func variant(of value: DeclaredValue) -> DeclaredValue {
        switch value.content {
        case .map(let members):
            // A key stays: elements without one are refused where manifests are read.
            let kept = members.filter { isKey($0.key) || next(8) > 0 }
            return DeclaredValue(
                .map(kept.map { isKey($0.key) ? $0 : .init($0.key, variant(of: $0.value)) }), at: mark)
        case .list(let elements):
            var kept = elements.filter { _ in next(8) > 0 }.map { variant(of: $0) }
            let isKeyed = elements.contains { $0.members?.contains { isKey($0.key) } ?? false }
            if !isKeyed, next(8) == 0, let last = kept.last { kept.append(last) }
            return DeclaredValue(.list(kept), at: mark)
        case .secret: return value
        default: return next(4) == 0 ? DeclaredValue(scalar(), at: mark) : value
        }
    }
}
