import Diagnostics
import JSON
import Planning
import Resources
import TestSupport

/// Plans as a machine makes them up: every field in every form, the same for the same seed.
struct PlanGenerator: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }
    mutating func flag() -> Bool { below(2) == 0 }
    mutating func maybe<Value>(_ value: (inout Self) -> Value) -> Value? { flag() ? value(&self) : nil }
    mutating func some<Value>(_ most: Int = 4, _ value: (inout Self) -> Value) -> [Value] {
        (0..<below(most + 1)).map { _ in value(&self) }
    }
    mutating func one<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    static let words = [
        "a", "scoring", "prod: x", "", " ", "line\nbreak", "\"quoted\" `code`", "\u{1B}[31m", "\u{202E}rtl", "äöü", "👩‍👩‍👧",
        "```\n</details>", "e:AES:xyz", "\\", "$(x)", "@someone #1 <b>", "\u{0}", "e\u{301}", "|", "-/+",
    ]
    static let names = ["a", "b", "scoring", "ä", "x y", "n-1", "\"q\"", "`", "<b>", "c:1:2"]

    mutating func text() -> String { one(Self.words) }
    mutating func mark() -> SourceMark {
        SourceMark(file: one(["a.yaml", "b:3.yaml", "", "ä/ö.yaml"]), line: below(2000), column: below(200))
    }
    mutating func address() -> Address { address(one(Kind.allCases)) }
    mutating func address(_ kind: Kind) -> Address {
        let path = KindDefinition.of(kind).identity.map { _ in one(Self.names) }
        return Address(kind, path: path, version: kind == .package ? maybe { $0.one(["v1", "1.10", "a@b"]) } : nil)
    }

    mutating func json(depth: Int = 3) -> JSONValue {
        switch below(depth > 0 ? 7 : 5) {
        case 0: .null
        case 1: .bool(flag())
        case 2:
            .number(
                one(["0", "-1.50", "1e400", "12345678901234567890123", "0.1", "-9223372036854775808", "1e15"]).number)
        case 3, 4: .string(text())
        case 5: .array(some { $0.json(depth: depth - 1) })
        default: .object(members { $0.json(depth: depth - 1) })
        }
    }

    private mutating func members(_ value: (inout Self) -> JSONValue) -> JSONObject {
        var object = JSONObject()
        for key in some(4, { $0.one(Self.names) }) { object[key] = value(&self) }
        return object
    }

    mutating func secret() -> SecretReference {
        switch below(3) {
        case 0: .environment(text())
        case 1: .file(text())
        default: .command([text(), text()])
        }
    }

    mutating func declared(depth: Int = 3) -> DeclaredValue {
        let mark = mark()
        switch below(depth > 0 ? 5 : 3) {
        case 0: return DeclaredValue(.secret(secret()), at: mark)
        case 1, 2: return DeclaredValue(json(depth: 0), at: mark)
        case 3: return DeclaredValue(.list(some { $0.declared(depth: depth - 1) }), at: mark)
        default: return DeclaredValue(.map(declaredMembers(depth: depth - 1)), at: mark)
        }
    }

    private mutating func declaredMembers(depth: Int) -> [DeclaredValue.Member] {
        Set(some(4) { $0.one(Self.names) }).sorted().map { DeclaredValue.Member($0, declared(depth: depth)) }
    }

    mutating func diagnostic() -> Diagnostic {
        Diagnostic(
            one([.error, .warning, .note]), text(), text(), at: maybe { $0.mark() }, excerpt: maybe { $0.text() },
            length: 1 + below(3), hint: maybe { $0.text() }, address: maybe { $0.text() },
            related: some(2) { Diagnostic.Related($0.mark(), $0.text()) })
    }

    mutating func shown() -> ShownValue {
        switch below(3) {
        case 0: .absent
        case 1: .value(json())
        default: .secret(one(["set", "changed", "unavailable"]))
        }
    }

    mutating func applied() -> AppliedSpec {
        AppliedSpec(bytes: JSONValue.object(members { $0.json() }).canonicalBytes)
    }

    mutating func hold() -> Hold {
        Hold(
            reason: text(), by: text(), since: Int.random(in: 0..<4_102_444_800_000, using: &self), manifest: applied())
    }

    mutating func ignored() -> IgnoredField {
        IgnoredField(
            address: address(), path: text(), pointer: text(), reason: maybe { $0.text() }, until: maybe { $0.text() })
    }

    mutating func field() -> FieldChange {
        var field = FieldChange(path: text(), before: shown(), after: shown(), isImmutable: flag(), mark: mark())
        field.origin = one(FieldChange.Origin.allCases)
        field.applied = maybe { $0.shown() }
        return field
    }

    mutating func driftReport() -> DriftReport {
        let rows = Set(some(12) { $0.address() }).sorted().map { address in
            var row = DriftReport.Row(address, one(DriftReport.Verdict.allCases))
            row.layers = DriftReport.Layer.allCases.filter { _ in flag() }
            row.fields = some { generator in
                DriftReport.Field(
                    path: generator.text(), desired: generator.shown(), applied: generator.shown(),
                    live: generator.shown(), origin: generator.one(FieldChange.Origin.allCases),
                    mark: generator.maybe { $0.mark() })
            }
            row.ignored = some(2) { $0.ignored() }
            row.author = maybe { generator in
                DriftReport.Author(
                    login: generator.maybe { $0.text() },
                    when: generator.maybe { Int.random(in: 0..<4_102_444_800_000, using: &$0) })
            }
            row.details = some { $0.text() }
            row.mode = one([nil, .detect, .heal])
            row.mark = maybe { $0.mark() }
            return row
        }
        let targets = PlanTargets(designer: maybe { $0.text() }, deployer: text(), source: nil)
        return DriftReport(
            environment: text(), targets: targets, commit: maybe { $0.text() }, rows: rows,
            diagnostics: some(3) { $0.diagnostic() }, checkedHealth: flag(),
            made: Int.random(in: 0..<4_102_444_800_000, using: &self))
    }

    mutating func rollout() -> LiveRollout {
        var rollout = LiveRollout()
        rollout.health = maybe { $0.text() }
        rollout.messages = some { $0.text() }
        rollout.serviceURLs = some { $0.text() }
        rollout.lastUpdate = one([.notRead, .never, .succeeded, .failed(text())])
        rollout.problem = maybe { $0.diagnostic() }
        return rollout
    }
}

extension String {
    fileprivate var number: JSONNumber { JSONNumber(text: self) ?? JSONNumber(0) }
}

extension PlanGenerator {
    mutating func resource(_ address: Address) -> Resource {
        var metadata = Metadata()
        metadata.isExternal = flag()
        for _ in 0..<below(3) { metadata.labels[text()] = text() }
        metadata.replaces = some(2) { $0.address() }
        metadata.lifecycle.protect = flag()
        metadata.lifecycle.prune = flag()
        metadata.lifecycle.replace = flag()
        metadata.lifecycle.drift = one([nil, .detect, .heal])
        metadata.lifecycle.ignore = some(2) { generator in
            IgnoreRule(
                pointers: generator.some { $0.text() }, reason: generator.maybe { $0.text() },
                until: generator.maybe { $0.text() }, mark: generator.mark())
        }
        return Resource(
            address: address, metadata: metadata, spec: DeclaredValue(.map(declaredMembers(depth: 4)), at: mark()),
            mark: mark(), isAutoVersion: flag())
    }

    mutating func change(_ address: Address, before: [Address]) -> Change {
        var change = Change(
            resource(address), one(Action.allCases),
            fields: some { $0.field() }, cause: Cause(one(Cause.Kind.allCases), at: mark(), maybe { $0.text() }),
            steps: some { generator in
                Step(
                    generator.one([.saveInfra, .startUpdate, .awaitHealth, .promoteVersion]), generator.text(),
                    on: generator.one([.designer, .deployer]), subject: generator.maybe { $0.text() })
            }, notes: some { $0.text() })
        change.adoptsExisting = flag()
        change.waitsFor = before.isEmpty ? [] : Set(some(3) { $0.one(before) }).sorted()
        return change
    }

    mutating func plan() -> Plan {
        var plan = Plan(
            environment: text(),
            targets: PlanTargets(designer: maybe { $0.text() }, deployer: text(), source: maybe { $0.text() }))
        plan.purpose = one(PlanPurpose.allCases)
        plan.commit = maybe { $0.text() }
        let addresses = Set(some(8) { $0.address() }).sorted()
        for index in addresses.indices {
            plan.changes.append(change(addresses[index], before: Array(addresses[..<index])))
        }
        plan.unchanged = some { $0.address() }
        plan.external = some { $0.address() }
        plan.unmanaged = some { $0.address() }
        plan.adopted = some { $0.address() }
        plan.rerecorded = some { $0.address() }
        plan.forgotten = some { $0.address() }
        plan.orphaned = some { generator in
            Orphan(
                address: generator.address(), ownership: generator.one(Record.Ownership.allCases),
                reason: generator.text(), mark: generator.maybe { $0.mark() })
        }
        plan.released = some { ReleasedField(address: $0.address(), path: $0.text()) }
        plan.held = some { HeldResource(address: $0.address(), hold: $0.hold()) }
        plan.ignored = some { $0.ignored() }
        for _ in 0..<below(4) { plan.fingerprints[address()] = text() }
        for _ in 0..<below(4) { plan.rollouts[address(.deployment)] = rollout() }
        plan.checkedHealth = flag()
        plan.diagnostics = some(3) { $0.diagnostic() }
        plan.refusals = some(3) { $0.diagnostic() }
        plan.uncheckedSecrets = some { UncheckedSecret(address: $0.address(), path: $0.text()) }
        plan.hasUncommitted = flag()
        plan.branch = flag() ? branch(of: plan) : nil
        return plan
    }

    mutating func stamp() -> CommitStamp {
        CommitStamp(
            id: text(), author: text(), subject: text(), time: Int.random(in: 0..<4_102_444_800_000, using: &self))
    }

    mutating func branch(of plan: Plan) -> BranchComparison {
        var branch = BranchComparison(name: text(), base: stamp(), changes: [:], orphaned: [:])
        for change in plan.changes where below(8) > 0 {
            branch.changes[change.address] = BranchComparison.Part(
                share: one(BranchComparison.Share.allCases),
                fields: change.fields.map { _ in one(BranchComparison.Share.allCases) })
            if flag() { branch.authors[change.address] = flag() ? .commit(stamp()) : .uncommitted }
        }
        for orphan in plan.orphaned { branch.orphaned[orphan.address] = one(BranchComparison.Share.allCases) }
        branch.problem = maybe { $0.diagnostic() }
        return branch
    }
}
