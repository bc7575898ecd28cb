package import Diagnostics
internal import Graph
internal import JSON
package import Planning
internal import Resources

/// Reads what `planJSON` wrote; nil, and why, for anything else.
///
/// The digest is verified before the content is looked at. The changes come back each once and without a cycle, so that
/// an apply may rely on it. `file` is the name that diagnostics give.
///
/// A large plan is let go piece by piece as it is understood: text, document and plan are never whole side by side.
package func readPlan(_ bytes: consuming [UInt8], file: String) -> (plan: Plan?, diagnostics: [Diagnostic]) {
    let start = SourceMark(file: file)
    guard bytes.count <= longestPlan else {
        return (nil, [.notAPlan("it is longer than \(longestPlan >> 20) MiB", at: start)])
    }
    var object = JSONObject()
    do {
        let document = try JSONValue(parsing: bytes)
        bytes = []
        if case .object(let members) = consume document { object = members }
    } catch {
        let mark = SourceMark(file: file, line: error.line, column: error.column)
        return (nil, [.notAPlan(error.message, at: mark)])
    }
    guard object["kind"] == "Plan" else { return (nil, [.notAPlan("'kind' is not 'Plan'", at: start)]) }
    guard object["formatVersion"]?.integer == planFormatVersion else {
        return (nil, [.otherFormat(written: object["mooring"]?.string, at: start)])
    }
    guard object["digest"]?.string == planDigest(of: object) else {
        return (nil, [.wrongDigest(at: start)])
    }
    do throws(DocumentProblem) {
        let changes = try takeChanges(from: &object)
        var plan = try plan(DocumentReader(value: .object(object), path: ""))
        plan.changes = changes
        try checkOrder(plan)
        return (plan, [])
    } catch {
        return (
            nil, [.notAPlan("\(error.path.isEmpty ? "the document" : "'\(error.path)'") \(error.message)", at: start)]
        )
    }
}

/// The changes, each taken out of the document when it is read: they are nearly all of it.
private func takeChanges(from object: inout JSONObject) throws(DocumentProblem) -> [Change] {
    guard case .array(var elements)? = object["changes"] else {
        throw DocumentProblem(path: "", message: "has no list 'changes'")
    }
    object["changes"] = nil
    let pool = TextPool()
    var changes: [Change] = []
    changes.reserveCapacity(elements.count)
    while let element = elements.popLast() {
        changes.append(try change(DocumentReader(value: element, path: "changes[\(elements.count)]", pool: pool)))
    }
    changes.reverse()
    return changes
}

/// Ten thousand changes, each with code of some kilobytes, stay far below.
private let longestPlan = 512 << 20

extension Diagnostic {
    fileprivate static func notAPlan(_ reason: String, at mark: SourceMark) -> Diagnostic {
        Diagnostic(
            .error, "not-a-plan", "this is not a saved plan: \(reason)", at: mark,
            hint: "`mooring plan -o FILE` saves one.")
    }

    fileprivate static func otherFormat(written version: String?, at mark: SourceMark) -> Diagnostic {
        Diagnostic(
            .error, "plan-format", "the saved plan has another format than this Mooring reads", at: mark,
            hint: (version.map { "Mooring \($0) wrote it. " } ?? "") + "Make the plan anew with this version.")
    }

    fileprivate static func wrongDigest(at mark: SourceMark) -> Diagnostic {
        Diagnostic(
            .error, "plan-digest", "the saved plan does not match its digest: it was changed after it was made",
            at: mark, hint: "Make the plan anew.")
    }
}

private func plan(_ document: DocumentReader) throws(DocumentProblem) -> Plan {
    let targets = try document.member("targets")
    var plan = Plan(
        environment: try document.member("environment").string(),
        targets: PlanTargets(
            designer: try targets.optional("designer")?.string(), deployer: try targets.member("deployer").string(),
            source: try targets.optional("source")?.string()))
    plan.commit = try document.optional("commit")?.string()
    plan.hasUncommitted = try document.optional("uncommitted")?.bool() ?? false
    plan.branch = try document.optional("branch").map(branch)
    plan.purpose = try document.member("purpose").word(PlanPurpose.self)
    plan.unchanged = try document.member("unchanged").addresses()
    plan.unmanaged = try document.member("unmanaged").addresses()
    plan.external = try document.member("external").addresses()
    plan.adopted = try document.member("adopted").addresses()
    plan.rerecorded = try document.member("rerecorded").addresses()
    plan.forgotten = try document.member("forgotten").addresses()
    plan.orphaned = try document.member("orphaned").array(orphan)
    plan.held = try document.member("held").array(held)
    plan.ignored = try document.member("ignored").array(ignored)
    plan.released = try document.member("released").array { (field) throws(DocumentProblem) in
        ReleasedField(address: try field.member("address").address(), path: try field.member("path").string())
    }
    for (key, reader) in try document.member("fingerprints").members() {
        plan.fingerprints[try address(key, at: reader)] = try reader.string()
    }
    for (key, reader) in try document.member("rollouts").members() {
        plan.rollouts[try address(key, at: reader)] = try rollout(reader)
    }
    plan.refusals = try document.member("refusals").diagnostics()
    plan.diagnostics = try document.member("diagnostics").diagnostics()
    plan.uncheckedSecrets = try document.member("uncheckedSecrets").array { (secret) throws(DocumentProblem) in
        UncheckedSecret(address: try secret.member("address").address(), path: try secret.member("path").string())
    }
    plan.checkedHealth = try document.member("checkedHealth").bool()
    return plan
}

/// A key that must be an address.
func address(_ key: String, at reader: DocumentReader) throws(DocumentProblem) -> Address {
    guard let address = Address(key) else { throw reader.problem("has a key that is no address") }
    return address
}

/// Each change once, and none that waits for itself: an apply would never end.
private func checkOrder(_ plan: Plan) throws(DocumentProblem) {
    var graph = DependencyGraph<Address>()
    var seen: Set<Address> = []
    for change in plan.changes {
        guard seen.insert(change.address).inserted else {
            throw DocumentProblem(path: "changes", message: "has two changes of \(change.address)")
        }
        graph.add(change.address)
    }
    for change in plan.changes {
        for other in change.waitsFor {
            guard seen.contains(other) else {
                throw DocumentProblem(path: "changes", message: "lacks \(other), which \(change.address) waits for")
            }
            graph.add(change.address, waitsFor: other)
        }
    }
    do { _ = try graph.order() } catch {
        let path = error.path.map(\.description).joined(separator: " -> ")
        throw DocumentProblem(path: "changes", message: "wait for one another: \(path)")
    }
}

private func change(_ reader: DocumentReader) throws(DocumentProblem) -> Change {
    let resource = try resource(try reader.member("resource"))
    guard try reader.member("address").address() == resource.address else {
        throw reader.problem("has another address than its resource")
    }
    let cause = try reader.member("cause")
    var change = Change(
        resource, try reader.member("action").word(Action.self), fields: try reader.member("fields").array(field),
        cause: Cause(
            try cause.member("kind").word(Cause.Kind.self), at: try cause.mark(), try cause.optional("text")?.string()),
        steps: try reader.member("steps").array(step), notes: try reader.member("notes").strings())
    change.waitsFor = try reader.member("waitsFor").addresses()
    change.adoptsExisting = try reader.optional("adoptsExisting")?.bool() ?? false
    return change
}

private func field(_ reader: DocumentReader) throws(DocumentProblem) -> FieldChange {
    let secret = try reader.optional("secret")
    func shown(_ key: String) throws(DocumentProblem) -> ShownValue {
        if let state = try secret?.optional(key) { return .secret(try state.string()) }
        return try reader.optional(key).map { .value($0.value) } ?? .absent
    }
    var field = FieldChange(
        path: try reader.member("path").string(), before: try shown("before"), after: try shown("after"),
        isImmutable: try reader.optional("immutable")?.bool() ?? false, mark: try reader.mark())
    field.origin = try reader.optional("origin")?.word(FieldChange.Origin.self) ?? .manifest
    if let applied = try reader.optional("applied") {
        if let state = try applied.optional("secret") {
            field.applied = .secret(try state.string())
        } else {
            field.applied = try applied.optional("value").map { .value($0.value) } ?? .absent
        }
    }
    return field
}

private func orphan(_ reader: DocumentReader) throws(DocumentProblem) -> Orphan {
    Orphan(
        address: try reader.member("address").address(),
        ownership: try reader.member("ownership").word(Record.Ownership.self),
        reason: try reader.member("reason").string(), mark: try reader.optional("file") == nil ? nil : try reader.mark()
    )
}

private func held(_ reader: DocumentReader) throws(DocumentProblem) -> HeldResource {
    let since = try reader.member("since")
    guard let milliseconds = Instant.milliseconds(try since.string()) else { throw since.problem("is no moment") }
    let hold = Hold(
        reason: try reader.member("reason").string(), by: try reader.member("by").string(), since: milliseconds,
        manifest: AppliedSpec(bytes: try reader.member("manifest").value.canonicalBytes))
    return HeldResource(address: try reader.member("address").address(), hold: hold)
}

private func ignored(_ reader: DocumentReader) throws(DocumentProblem) -> IgnoredField {
    IgnoredField(
        address: try reader.member("address").address(), path: try reader.member("path").string(),
        pointer: try reader.member("pointer").string(), reason: try reader.optional("reason")?.string(),
        until: try reader.optional("until")?.string())
}

private func step(_ reader: DocumentReader) throws(DocumentProblem) -> Step {
    Step(
        try reader.member("kind").word(Step.Kind.self), try reader.member("call").string(),
        on: try reader.member("node").word(Step.Node.self), subject: try reader.optional("subject")?.string())
}

private func rollout(_ reader: DocumentReader) throws(DocumentProblem) -> LiveRollout {
    var rollout = LiveRollout()
    rollout.health = try reader.optional("health")?.string()
    rollout.messages = try reader.member("messages").strings()
    rollout.serviceURLs = try reader.member("serviceURLs").strings()
    let lastUpdate = try reader.member("lastUpdate")
    switch try lastUpdate.string() {
    case "not-read": rollout.lastUpdate = .notRead
    case "never": rollout.lastUpdate = .never
    case "succeeded": rollout.lastUpdate = .succeeded
    case "failed": rollout.lastUpdate = .failed(try reader.member("lastUpdateMessage").string())
    default: throw lastUpdate.problem("has a value that is not known")
    }
    rollout.problem = try reader.optional("problem")?.diagnostic()
    return rollout
}
