import Diagnostics
import Files
import JSON
import Planning
import Reports
import Resources
import TestSupport
import Testing

@Suite struct PlanDocumentTests {
    @Test func `is one document`() {
        assertSnapshot(planJSON(Sample.plan, version: "1.2.3").text(.pretty) + "\n", "plan.json")
    }

    @Test func `what a branch changes is told beside the plan, whose digest stays`() throws {
        let plan = Sample.branchPlan
        let document = planJSON(plan, version: "1.2.3")
        assertSnapshot(document["branch"]?.text(.pretty) ?? "", "plan-branch.json")
        #expect(document["uncommitted"] == true)
        #expect(document["digest"] == planJSON(Sample.plan, version: "1.2.3")["digest"])
        #expect(document["digest"]?.string == planDigest(of: plan, version: "1.2.3"))
    }

    @Test func `what could not be planned is a document too, and no saved plan`() {
        let document = planJSON(
            environment: "prod", version: "1.2.3", diagnostics: [Diagnostic(.error, "no-workspace", "there is none")])
        assertSnapshot(document.text(.pretty) + "\n", "plan-none.json")
        #expect(readPlan(document.bytes(), file: "plan.json").diagnostics.map(\.code) == ["plan-digest"])
    }

    @Test func `a saved plan reads back as it was`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = PlanGenerator(seed: seed)
        for round in 0..<200 {
            let plan = generator.plan()
            let document = planJSON(plan, version: "1.2.3")
            let bytes = document.bytes(round.isMultiple(of: 2) ? .pretty : .compact)
            #expect(
                document["digest"]?.string == planDigest(of: plan, version: "1.2.3"), "seed \(seed), round \(round)")
            let (read, diagnostics) = readPlan(bytes, file: "plan.json")
            #expect(diagnostics == [], "seed \(seed), round \(round)")
            // Not by #expect: it would print both plans, which takes long.
            guard read == plan else {
                Issue.record("seed \(seed), round \(round): the plan is not the same")
                return
            }
        }
    }

    @Test func `the saved plan holds every part of a plan`() {
        // Whoever adds a part must save it, and then add it here.
        func names(_ value: Any?) -> [String] {
            value.map { Mirror(reflecting: $0).children.map { $0.label ?? "" } } ?? []
        }
        #expect(
            names(Sample.plan) == [
                "environment", "targets", "commit", "hasUncommitted", "branch", "changes", "unchanged", "external",
                "adopted", "rerecorded",
                "orphaned", "forgotten", "released", "held", "ignored", "purpose", "unmanaged", "fingerprints",
                "rollouts",
                "checkedHealth", "diagnostics", "refusals", "uncheckedSecrets",
            ])
        #expect(
            names(Sample.plan.changes.first) == [
                "resource", "action", "fields", "cause", "steps", "waitsFor", "notes", "adoptsExisting",
            ])
        #expect(
            names(Sample.plan.changes.first?.fields.first) == [
                "path", "before", "after", "isImmutable", "mark", "origin", "applied",
            ])
        #expect(names(Sample.plan.held.first?.hold) == ["reason", "by", "since", "manifest"])
        #expect(names(Metadata()) == ["isExternal", "labels", "lifecycle", "replaces"])
        #expect(names(Lifecycle()) == ["protect", "prune", "replace", "ignore", "drift"])
    }

    @Test func `the same plan gives the same bytes`() {
        #expect(
            planJSON(Sample.plan, version: "1").bytes() == planJSON(Sample.plan, version: "1").bytes())
    }

    @Test(arguments: [
        ("", "error: this is not a saved plan: unexpected end of the text [not-a-plan]"),
        ("[]", "error: this is not a saved plan: 'kind' is not 'Plan' [not-a-plan]"),
        ("{\"kind\": \"Run\"}", "error: this is not a saved plan: 'kind' is not 'Plan' [not-a-plan]"),
        (
            "{\"kind\": \"Plan\", \"formatVersion\": 1, \"mooring\": \"9.0\"}",
            "error: the saved plan has another format than this Mooring reads [plan-format]"
        ),
        (
            "{\"kind\": \"Plan\", \"formatVersion\": 2}",
            "error: the saved plan does not match its digest: it was changed after it was made [plan-digest]"
        ),
    ])
    func `says what is wrong with other files`(text: String, expected: String) {
        let (plan, diagnostics) = readPlan(Array(text.utf8), file: "plan.json")
        #expect(plan == nil)
        #expect(TestSupport.text(diagnostics).split(separator: "\n").first.map { String($0) } == expected)
    }

    /// A document changed by hand, its digest made right again.
    private func redigested(_ document: JSONValue) -> [UInt8] {
        guard case .object(var object) = document else { return document.bytes() }
        object["digest"] = nil
        object["digest"] = .string("sha256:" + sha256(JSONValue.object(object).canonical.bytes()))
        return JSONValue.object(object).bytes()
    }

    @Test(arguments: [
        ("a change that waits for itself", "'changes' wait for one another: Infra/prod -> Infra/prod"),
        ("a change twice", "'changes' has two changes of Infra/prod"),
        ("a wait for nothing", "'changes' lacks Infra/gone, which Infra/prod waits for"),
    ])
    func `refuses an order that an apply could not follow`(name: String, reason: String) {
        var plan = Plan(environment: "prod", targets: Sample.targets)
        var change = Change(
            Sample.resource(Sample.infra), .update, cause: Cause(.manifest, at: Sample.mark(1)), steps: [])
        if name.hasSuffix("itself") { change.waitsFor = [Sample.infra] }
        if name.hasSuffix("nothing") { change.waitsFor = [Address(.infra, "gone")] }
        plan.changes = name.hasSuffix("twice") ? [change, change] : [change]
        let (read, diagnostics) = readPlan(planJSON(plan, version: "1").bytes(), file: "plan.json")
        #expect(read == nil)
        #expect(diagnostics.map(\.message) == ["this is not a saved plan: " + reason])
    }

    @Test func `any bytes give a plan or a diagnostic`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = PlanGenerator(seed: seed)
        let original = planJSON(Self.short, version: "1.2.3").bytes()
        for round in 0..<18_000 {
            var bytes = original
            for _ in 0...generator.below(3) { bytes = damaged(bytes, &generator) }
            let (plan, diagnostics) = readPlan(bytes, file: "plan.json")
            let isTold = (plan == nil) == diagnostics.hasErrors
            if !isTold { Issue.record("seed \(seed), round \(round): neither a plan nor an error, or both") }
        }
    }

    @Test func `any values under a right digest give a plan or a diagnostic`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = PlanGenerator(seed: seed)
        let original = planJSON(Self.short, version: "1.2.3")
        var kept = 0
        for round in 0..<2_000 {
            var document = original
            for _ in 0...generator.below(2) { document = damaged(document, &generator) }
            let (plan, diagnostics) = readPlan(redigested(document), file: "plan.json")
            let isTold = (plan == nil) == diagnostics.hasErrors
            if !isTold { Issue.record("seed \(seed), round \(round): neither a plan nor an error, or both") }
            if let plan {
                kept += 1
                if round.isMultiple(of: 5) {
                    _ =
                        planText(plan, TextStyle()) + planMarkdown(plan)
                        + TestSupport.text(plan.diagnostics + plan.refusals)
                }
            }
        }
        #expect(kept > 0 && kept < 2_000)
    }

    /// Holds each kind of part once or twice, so that the reader is tried often in little time.
    private static var short: Plan {
        var plan = Sample.plan
        plan.changes = [plan.changes[3]]
        plan.unmanaged = []
        return plan
    }

    private func damaged(_ bytes: [UInt8], _ generator: inout PlanGenerator) -> [UInt8] {
        guard !bytes.isEmpty else { return [UInt8(generator.below(256))] }
        var bytes = bytes
        let index = generator.below(bytes.count)
        switch generator.below(4) {
        case 0: bytes[index] = UInt8(generator.below(256))
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(UInt8(generator.below(256)), at: index)
        default: bytes.removeSubrange(index..<min(bytes.count, index + generator.below(400)))
        }
        return bytes
    }

    /// Changes one value somewhere below.
    private func damaged(_ value: JSONValue, _ generator: inout PlanGenerator) -> JSONValue {
        switch value {
        case .object(let object) where !object.isEmpty && generator.below(8) > 0:
            var members = object.members
            let index = generator.below(members.count)
            if generator.below(12) == 0 {
                members.remove(at: index)
            } else {
                members[index].value = damaged(members[index].value, &generator)
            }
            return .object(JSONObject(members: members))
        case .array(var elements) where !elements.isEmpty && generator.below(8) > 0:
            let index = generator.below(elements.count)
            switch generator.below(12) {
            case 0: elements.remove(at: index)
            case 1: elements.append(elements[index])
            default: elements[index] = damaged(elements[index], &generator)
            }
            return .array(elements)
        default: return generator.json()
        }
    }
}
