package import JSON
package import Resources

/// How everything that the daemon follows stands, as one document: what `/api/status` answers.
///
/// `revision` is the commit that is live and `head` the newest that was seen, both as whole ids; null where there is none.
package func statusDocument(_ snapshot: WatchSnapshot) -> JSONValue {
    [
        "kind": "WatchStatus", "formatVersion": .number(JSONNumber(watchFormatVersion)),
        "mooring": .string(snapshot.version), "name": .string(snapshot.name),
        "started": .string(Instant.text(snapshot.started)), "now": .string(Instant.text(snapshot.now)),
        "repositories": .array(snapshot.repositories.map(repositoryJSON)),
    ]
}

/// The version of the form of what the daemon answers.
let watchFormatVersion = 1

private func repositoryJSON(_ repository: RepositoryStatus) -> JSONValue {
    var object: JSONObject = [
        "name": .string(repository.name), "url": .string(repository.url), "ref": .string(repository.ref),
        "path": .string(repository.path), "head": repository.head.map { .string($0.id) } ?? .null,
    ]
    object["commit"] = repository.head.map(commitJSON)
    object["lookedUp"] = repository.lookedUp.map(momentJSON)
    object["nextLookUp"] = repository.nextLookUp.map(momentJSON)
    object["problem"] = repository.problem.map(problemJSON)
    object["environments"] = .array(repository.environments.map(environmentStatusJSON))
    return .object(object)
}

/// One environment as `/api/status` has it.
func environmentStatusJSON(_ status: EnvironmentStatus) -> JSONValue {
    var object: JSONObject = [
        "name": .string(status.name), "revision": status.revision.map { .string($0.id) } ?? .null,
        "sync": .string(status.sync.rawValue), "health": .string(status.health.rawValue),
        "held": status.held.map(heldJSON) ?? .null, "suspended": .bool(status.suspended != nil),
        "lastRun": status.lastRun.map(lastRunJSON) ?? .null, "mode": .string(status.mode.rawValue),
        "drift": .string(status.drift.rawValue),
    ]
    object["commit"] = status.revision.map(commitJSON)
    object["reconciling"] = status.reconciling.map(commitJSON)
    object["suspension"] = status.suspended.map(suspensionJSON)
    object["problem"] = status.problem.map(problemJSON)
    object["pending"] = status.pending.map(pendingJSON)
    object["running"] = status.running.map(runningJSON)
    object["closed"] = status.closed.map(JSONValue.string)
    object["lock"] = status.lock.map { lock in
        ["owner": .string(lock.owner), "command": .string(lock.command), "since": momentJSON(lock.since)]
    }
    object["drifted"] = countJSON(status.drifted)
    object["driftChecked"] = status.driftChecked.map(momentJSON)
    object["holds"] = countJSON(status.holds)
    object["orphaned"] = countJSON(status.orphaned)
    object["lastSuccess"] = status.lastSuccess.map(momentJSON)
    object["deployments"] = .array(status.deployments.map(deploymentJSON))
    return .object(object)
}

func commitJSON(_ commit: CommitStamp) -> JSONValue {
    [
        "id": .string(commit.id), "author": .string(commit.author), "subject": .string(commit.subject),
        "time": momentJSON(commit.time),
    ]
}

func momentJSON(_ milliseconds: Int) -> JSONValue { .string(Instant.text(milliseconds)) }

private func countJSON(_ count: Int) -> JSONValue { .number(JSONNumber(count)) }

private func problemJSON(_ problem: WatchProblem) -> JSONValue {
    var object: JSONObject = ["since": momentJSON(problem.since)]
    object["retry"] = problem.retry.map(momentJSON)
    object["diagnostics"] = diagnosticsJSON(problem.diagnostics)
    return .object(object)
}

private func heldJSON(_ held: HeldCommit) -> JSONValue {
    [
        "revision": .string(held.revision.id), "reason": .string(held.reason), "since": momentJSON(held.since),
        "rolledBack": .bool(held.rolledBack), "commit": commitJSON(held.revision),
        "diagnostics": diagnosticsJSON(held.reasons),
    ]
}

private func lastRunJSON(_ run: LastRun) -> JSONValue {
    [
        "id": countJSON(run.number), "result": .string(run.result.rawValue),
        "finished": run.finished.map(momentJSON) ?? .null,
    ]
}

private func suspensionJSON(_ suspension: Suspension) -> JSONValue {
    var object: JSONObject = [
        "by": .string(suspension.by), "reason": .string(suspension.reason), "since": momentJSON(suspension.since),
    ]
    object["until"] = suspension.until.map(momentJSON)
    return .object(object)
}

private func pendingJSON(_ pending: PendingPlan) -> JSONValue {
    [
        "digest": .string(pending.digest), "commit": commitJSON(pending.revision), "made": momentJSON(pending.made),
        "needsApproval": .bool(pending.needsApproval),
        "counts": .object(
            JSONObject(
                Action.allCases.compactMap { action in
                    pending.counts[action].map { (action.key, countJSON($0)) }
                })),
    ]
}

private func runningJSON(_ running: RunningApply) -> JSONValue {
    [
        "started": momentJSON(running.started), "total": countJSON(running.total), "done": countJSON(running.done),
        "failed": countJSON(running.failed),
        "items": .array(
            running.items.map { item in
                [
                    "address": .string(item.address.description), "action": .string(item.action.rawValue),
                    "text": .string(item.text), "since": momentJSON(item.since),
                ]
            }),
    ]
}

private func deploymentJSON(_ cell: DeploymentCell) -> JSONValue {
    var object: JSONObject = ["name": .string(cell.name), "service": .string(cell.service)]
    object["infra"] = cell.infra.map(JSONValue.string)
    object["version"] = cell.version.map(JSONValue.string)
    object["declaredVersion"] = cell.declaredVersion.map(JSONValue.string)
    object["sync"] = .string(cell.sync.rawValue)
    object["health"] = .string(cell.health.rawValue)
    return .object(object)
}
