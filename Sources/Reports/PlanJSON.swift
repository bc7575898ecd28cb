package import Diagnostics
internal import Files
package import JSON
package import Planning
internal import Resources

/// The plan as one document: what `--json` prints and what a saved plan is.
///
/// It holds all that an apply needs, secrets by their reference. `digest` is the SHA-256 of the canonical text of the rest.
/// `version` is Mooring's own.
package func planJSON(_ plan: Plan, version: String) -> JSONValue {
    var object = JSONObject([
        ("kind", "Plan"), ("formatVersion", .number(JSONNumber(planFormatVersion))), ("mooring", .string(version)),
        ("environment", .string(plan.environment)), ("targets", targetsJSON(plan.targets)),
    ])
    object["commit"] = plan.commit.map(JSONValue.string)
    object["summary"] = .object(
        JSONObject(Action.allCases.map { ($0.key, .number(JSONNumber(plan.count($0)))) }))
    object["changes"] = .array(plan.changes.map(changeJSON))
    for (key, addresses) in [
        ("unchanged", plan.unchanged), ("unmanaged", plan.unmanaged), ("external", plan.external),
    ] {
        object[key] = .array(addresses.map { .string($0.description) })
    }
    object["fingerprints"] = .object(
        JSONObject(plan.fingerprints.sorted { $0.key < $1.key }.map { ($0.key.description, .string($0.value)) }))
    object["rollouts"] = .object(
        JSONObject(plan.rollouts.sorted { $0.key < $1.key }.map { ($0.key.description, rolloutJSON($0.value)) }))
    object["refusals"] = .array(plan.refusals.map(diagnosticJSON))
    object["diagnostics"] = .array(plan.diagnostics.map(diagnosticJSON))
    object["uncheckedSecrets"] = .array(
        plan.uncheckedSecrets.map { ["address": .string($0.address.description), "path": .string($0.path)] })
    object["checkedHealth"] = .bool(plan.checkedHealth)
    object["digest"] = .string(planDigest(of: object))
    return .object(object)
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
package let planFormatVersion = 1

/// The digest that a plan's document must carry, `digest` itself left out.
func planDigest(of document: JSONObject) -> String {
    var document = document
    document["digest"] = nil
    var digest = SHA256()
    JSONValue.object(document).forEachCanonicalPiece { digest.update($0) }
    return "sha256:" + hexadecimal(digest.finish())
}

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
    return [
        "address": .string(change.address.description),
        "action": .string(change.action.rawValue),
        "fields": .array(change.fields.map(fieldJSON)),
        "cause": .object(cause),
        "steps": .array(change.steps.map(stepJSON)),
        "waitsFor": .array(change.waitsFor.map { .string($0.description) }),
        "notes": .array(change.notes.map(JSONValue.string)),
        "resource": resourceJSON(change.resource),
    ]
}

/// `before` and `after` are left out where there is no value, or where it is secret: `secret` then says what is known of it.
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
    add(field.mark, to: &object)
    return .object(object)
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
