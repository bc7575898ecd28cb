package import Diagnostics
internal import Files
package import JSON
package import Planning
internal import Resources

/// The plan as one document: what `--json` prints and what a saved plan is.
///
/// It holds all that an apply needs, secrets by their reference. `digest` is the SHA-256 of the canonical text of the rest,
/// but for what was looked up in git beside it: a plan is the same whatever it was compared with.
/// `version` is Mooring's own.
package func planJSON(_ plan: Plan, version: String) -> JSONValue {
    var object = planMembers(plan, version: version)
    object["changes"] = .array(plan.changes.map(changeJSON))
    object["digest"] = .string(planDigest(of: object))
    return .object(object)
}

/// The digest that a plan's document carries, with no document made: a large one is several times its plan.
package func planDigest(of plan: Plan, version: String) -> String {
    var digest = SHA256()
    var isFirst = true
    // In canonical order and form, as `planDigest(of:)` reads a document that is there.
    for member in JSONValue.object(planMembers(plan, version: version)).canonical.object ?? [:]
    where !undigestedMembers.contains(member.key) {
        digest.update((isFirst ? "{" : ",").utf8)
        isFirst = false
        digest.update(JSONValue.string(member.key).canonicalBytes + [UInt8(ascii: ":")])
        guard member.key == "changes" else {
            member.value.forEachCanonicalPiece { digest.update($0) }
            continue
        }
        for index in plan.changes.indices {
            digest.update((index == 0 ? "[" : ",").utf8)
            changeJSON(plan.changes[index]).forEachCanonicalPiece { digest.update($0) }
        }
        digest.update((plan.changes.isEmpty ? "[]" : "]").utf8)
    }
    digest.update("}".utf8)
    return planDigestText(digest.finish())
}

/// All but the digest; the list of changes is empty.
private func planMembers(_ plan: Plan, version: String) -> JSONObject {
    var object = JSONObject([
        ("kind", "Plan"), ("formatVersion", .number(JSONNumber(planFormatVersion))), ("mooring", .string(version)),
        ("environment", .string(plan.environment)), ("targets", targetsJSON(plan.targets)),
    ])
    object["commit"] = plan.commit.map(JSONValue.string)
    if plan.hasUncommitted { object["uncommitted"] = true }
    object["branch"] = plan.branch.map { branchJSON($0, of: plan) }
    object["purpose"] = .string(plan.purpose.rawValue)
    let counts =
        Action.allCases.map { ($0.key, plan.count($0)) }
        + [
            ("adopt", plan.adopted.count), ("orphaned", plan.orphaned.count), ("forget", plan.forgotten.count),
        ]
    object["summary"] = .object(JSONObject(counts.map { ($0.0, .number(JSONNumber($0.1))) }))
    object["changes"] = .array([])
    for (key, addresses) in [
        ("unchanged", plan.unchanged), ("adopted", plan.adopted), ("rerecorded", plan.rerecorded),
        ("forgotten", plan.forgotten),
        ("unmanaged", plan.unmanaged), ("external", plan.external),
    ] {
        object[key] = .array(addresses.map { .string($0.description) })
    }
    object["orphaned"] = .array(plan.orphaned.map(orphanJSON))
    object["held"] = .array(plan.held.map(heldJSON))
    object["released"] = .array(
        plan.released.map { ["address": .string($0.address.description), "path": .string($0.path)] })
    object["ignored"] = .array(plan.ignored.map(ignoredJSON))
    object["fingerprints"] = .object(
        JSONObject(plan.fingerprints.sorted { $0.key < $1.key }.map { ($0.key.description, .string($0.value)) }))
    object["rollouts"] = .object(
        JSONObject(plan.rollouts.sorted { $0.key < $1.key }.map { ($0.key.description, rolloutJSON($0.value)) }))
    object["refusals"] = .array(plan.refusals.map(diagnosticJSON))
    object["diagnostics"] = .array(plan.diagnostics.map(diagnosticJSON))
    object["uncheckedSecrets"] = .array(
        plan.uncheckedSecrets.map { ["address": .string($0.address.description), "path": .string($0.path)] })
    object["checkedHealth"] = .bool(plan.checkedHealth)
    return object
}

/// The document that stands for a plan which could not be made: it has no targets, no changes and no digest.
package func planJSON(environment: String, version: String, diagnostics: [Diagnostic]) -> JSONValue {
    let none = PlanTargets(designer: nil, deployer: "", source: nil)
    var plan = Plan(environment: environment, targets: none)
    plan.diagnostics = diagnostics
    plan.checkedHealth = false
    guard case .object(var object) = planJSON(plan, version: version) else { return .null }
    object["targets"] = nil
    object["digest"] = nil
    return .object(object)
}

/// The version of the form of saved plans. A change that an older Mooring would misread makes it larger.
package let planFormatVersion = 2

/// What is told beside a plan: nothing of it is carried out.
private let undigestedMembers: Set<String> = ["uncommitted", "branch"]

/// The digest that a plan's document must carry, `digest` itself left out.
func planDigest(of document: JSONObject) -> String {
    var document = document
    document["digest"] = nil
    for key in undigestedMembers { document[key] = nil }
    var digest = SHA256()
    JSONValue.object(document).forEachCanonicalPiece { digest.update($0) }
    return planDigestText(digest.finish())
}

private func planDigestText(_ digest: [UInt8]) -> String { "sha256:" + hexadecimal(digest) }

extension Action {
    /// The action as a key of a JSON object.
    var key: String { self == .noOp ? "noOp" : rawValue }
}

func targetsJSON(_ targets: PlanTargets) -> JSONValue {
    var object = JSONObject()
    object["designer"] = targets.designer.map(JSONValue.string)
    object["deployer"] = .string(targets.deployer)
    object["source"] = targets.source.map(JSONValue.string)
    return .object(object)
}

private func changeJSON(_ change: Change) -> JSONValue {
    var cause = JSONObject([("kind", .string(change.cause.kind.rawValue))])
    add(change.cause.mark, to: &cause)
    cause["text"] = change.cause.text.map(JSONValue.string)
    var object: JSONObject = [
        "address": .string(change.address.description),
        "action": .string(change.action.rawValue),
        "fields": .array(change.fields.map(fieldJSON)),
        "cause": .object(cause),
        "steps": .array(change.steps.map(stepJSON)),
        "waitsFor": .array(change.waitsFor.map { .string($0.description) }),
        "notes": .array(change.notes.map(JSONValue.string)),
    ]
    if change.adoptsExisting { object["adoptsExisting"] = true }
    object["resource"] = resourceJSON(change.resource)
    return .object(object)
}

private func orphanJSON(_ orphan: Orphan) -> JSONValue {
    var object: JSONObject = [
        "address": .string(orphan.address.description), "ownership": .string(orphan.ownership.rawValue),
        "reason": .string(orphan.reason),
    ]
    if let mark = orphan.mark { add(mark, to: &object) }
    return .object(object)
}

private func heldJSON(_ held: HeldResource) -> JSONValue {
    [
        "address": .string(held.address.description), "reason": .string(held.hold.reason),
        "by": .string(held.hold.by), "since": .string(Instant.text(held.hold.since)),
        "manifest": held.hold.manifest.json,
    ]
}

func ignoredJSON(_ ignored: IgnoredField) -> JSONValue {
    var object: JSONObject = [
        "address": .string(ignored.address.description), "path": .string(ignored.path),
        "pointer": .string(ignored.pointer),
    ]
    object["reason"] = ignored.reason.map(JSONValue.string)
    object["until"] = ignored.until.map(JSONValue.string)
    return .object(object)
}

extension AppliedSpec {
    /// The fields again; an empty object where the text is no JSON.
    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? [:] }
}

/// `before` and `after` are left out where there is no value, or where it is secret: `secret` then says what is known of it.
///
/// `origin` is left out where the manifest alone moved. `applied` is there when it is neither of the two, and empty when
/// nothing was applied.
private func fieldJSON(_ field: FieldChange) -> JSONValue {
    var object = JSONObject([("path", .string(field.path))])
    var secret = JSONObject()
    for (key, shown) in [("before", field.before), ("after", field.after)] {
        switch shown {
        case .absent: break
        case .value(let value): object[key] = value
        case .secret(let state): secret[key] = .string(state)
        }
    }
    if !secret.isEmpty { object["secret"] = .object(secret) }
    if field.isImmutable { object["immutable"] = true }
    if field.origin != .manifest { object["origin"] = .string(field.origin.rawValue) }
    object["applied"] = field.applied.map(shownJSON)
    add(field.mark, to: &object)
    return .object(object)
}

/// `{"value": …}`, `{"secret": "set"}`, or `{}` for no value.
func shownJSON(_ shown: ShownValue) -> JSONValue {
    switch shown {
    case .absent: [:]
    case .value(let value): ["value": value]
    case .secret(let state): ["secret": .string(state)]
    }
}

func stepJSON(_ step: Step) -> JSONValue {
    var object = JSONObject([
        ("kind", .string(step.kind.rawValue)), ("call", .string(step.call)), ("node", .string(step.node.rawValue)),
    ])
    object["subject"] = step.subject.map(JSONValue.string)
    return .object(object)
}

private func rolloutJSON(_ rollout: LiveRollout) -> JSONValue {
    var object = JSONObject()
    object["health"] = rollout.health.map(JSONValue.string)
    object["messages"] = .array(rollout.messages.map(JSONValue.string))
    object["serviceURLs"] = .array(rollout.serviceURLs.map(JSONValue.string))
    switch rollout.lastUpdate {
    case .notRead: object["lastUpdate"] = "not-read"
    case .never: object["lastUpdate"] = "never"
    case .succeeded: object["lastUpdate"] = "succeeded"
    case .failed(let message):
        object["lastUpdate"] = "failed"
        object["lastUpdateMessage"] = .string(message)
    }
    object["problem"] = rollout.problem.map(diagnosticJSON)
    return .object(object)
}
