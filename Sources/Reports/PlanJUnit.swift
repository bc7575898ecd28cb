internal import Diagnostics
package import Planning
internal import Resources

/// The plan as test results: the environment is a suite, each resource a case.
///
/// What is as declared passes, what an apply would change is skipped with a word on it, what an apply will refuse fails, and
/// what could not be planned is an error. `made` is in milliseconds since 1970 (UTC).
package func planJUnit(_ plan: Plan, made: Int) -> String {
    let refusals = Dictionary(grouping: plan.refusals) { $0.address ?? "" }
    let planned = Set(plan.changes.map(\.address.description))
    var cases = plan.unchanged.map { JUnitSuite.Case($0, .passed) }
    cases += plan.changes.map { change in
        let refused = refusals[change.address.description].flatMap(\.first)
        return JUnitSuite.Case(change.address, refused.map(failure) ?? .skipped("\(change.verb): \(change.causeText)"))
    }
    cases += plan.orphaned.map { JUnitSuite.Case($0.address, .skipped("orphaned: \($0.reason)")) }
    // Those of the plan as a whole: too many changes, say.
    cases += plan.refusals.filter { !planned.contains($0.address ?? "") }.map { refusal in
        JUnitSuite.Case(className: "mooring.plan", name: "refused: \(refusal.code)", verdict: failure(refusal))
    }
    return JUnitSuite(
        name: "plan for '\(plan.environment)'", made: made,
        properties: [
            ("environment", plan.environment), ("designer", plan.targets.designer), ("deployer", plan.targets.deployer),
            ("commit", plan.commit), ("running state", plan.checkedHealth ? "checked" : "not checked"),
        ], cases: cases.sorted { $0.name < $1.name } + JUnitSuite.problems(plan.diagnostics, of: "plan")
    ).text
}

private func failure(_ refusal: Diagnostic) -> JUnitSuite.Case.Verdict {
    .failed(type: refusal.code, message: refusal.message, body: refusal.text())
}

extension JUnitSuite.Case {
    init(_ address: Address, _ verdict: Verdict, milliseconds: Int = 0) {
        self.init(
            className: "mooring.\(address.kind.rawValue)", name: address.description, verdict: verdict,
            milliseconds: milliseconds)
    }
}
