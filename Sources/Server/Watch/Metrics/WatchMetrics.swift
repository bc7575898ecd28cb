import Resources

/// What Prometheus is told: names and units by its conventions, everything in base units.
func metricsText(
    _ snapshot: WatchSnapshot, _ counts: WatchCounts, _ server: ServerFigures.Counts, connections: Int, sessions: Int,
    _ process: ProcessFigures
) -> String {
    var text = MetricsText()
    text.add(
        "mooring_build_info", .gauge, "The version that runs.", [([("version", snapshot.version)], 1)])
    addRepositories(snapshot, counts, to: &text)
    addEnvironments(snapshot, to: &text)
    addStates(snapshot, to: &text)
    addRuns(counts, to: &text)
    text.add(
        "mooring_dss_requests_total", .counter, "Requests to DSS, by what came of them.",
        counts.requests.sorted { $0.key < $1.key }.map { request, count in
            ([("method", request.method), ("route", request.route), ("status", request.status)], Double(count))
        })
    text.add(
        "mooring_notifications_total", .counter, "News told, by route and what came of it.",
        byNameAndResult(counts.notifications).map { ([("route", $0.0), ("result", $0.1)], $0.2) })
    text.add(
        "mooring_webhooks_total", .counter, "Calls of webhooks, by what became of them.",
        HookDoor.Result.allCases.map { ([("result", $0.rawValue)], Double(server.hooks[$0] ?? 0)) })
    text.add(
        "mooring_http_requests_total", .counter, "Requests to the daemon.",
        server.requests.sorted { $0.key < $1.key }.map { request, count in
            (
                [("method", request.method), ("route", request.route), ("status", String(request.status))],
                Double(count)
            )
        })
    text.add(
        "mooring_http_connections", .gauge, "Connections to the daemon that are open.", [([], Double(connections))])
    text.add("mooring_sessions", .gauge, "People logged in.", [([], Double(sessions))])
    addProcess(process, to: &text)
    return text.text
}

private func addRepositories(_ snapshot: WatchSnapshot, _ counts: WatchCounts, to text: inout MetricsText) {
    let all = snapshot.repositories.map { ($0, [("repository", $0.name)]) }
    text.add(
        "mooring_repository_up", .gauge, "Whether the newest commit could be seen.",
        all.map { ($1, $0.lookedUp != nil && $0.problem == nil ? 1 : 0) })
    text.add(
        "mooring_repository_looked_up_timestamp_seconds", .gauge, "When a look-up succeeded last.",
        all.compactMap { repository, labels in repository.lookedUp.map { (labels, Double($0) / 1000) } })
    let counted = all.map { (counts.repositories[$0.name] ?? WatchCounts.Repository(), $1) }
    text.add(
        "mooring_look_ups_total", .counter, "Look-ups of references.", counted.map { ($1, Double($0.lookUps)) })
    text.add(
        "mooring_look_up_failures_total", .counter, "Look-ups that failed.",
        counted.map { ($1, Double($0.failedLookUps)) })
    text.add("mooring_fetches_total", .counter, "Fetches of commits.", counted.map { ($1, Double($0.fetches)) })
}

private func environments(_ snapshot: WatchSnapshot) -> [(status: EnvironmentStatus, labels: [(String, String)])] {
    snapshot.repositories.flatMap { repository in
        repository.environments.map { ($0, labels(WatchPlace(repository.name, $0.name))) }
    }
}

private func labels(_ place: WatchPlace) -> [(String, String)] {
    [("repository", place.repository), ("environment", place.environment)]
}

private func addEnvironments(_ snapshot: WatchSnapshot, to text: inout MetricsText) {
    let all = environments(snapshot)
    let gauge = { (name: String, help: String, value: (EnvironmentStatus) -> Int) in
        (name, help, all.map { (labels: $0.labels, value: Double(value($0.status))) })
    }
    let gauges = [
        gauge("mooring_drifted_resources", "Objects that differ from what was applied.") { $0.drifted },
        gauge("mooring_held_commits", "Commits that are not applied until a newer one comes.") {
            $0.held == nil ? 0 : 1
        },
        gauge("mooring_suspended", "Whether nothing is written until it is resumed.") { $0.suspended == nil ? 0 : 1 },
        gauge("mooring_environment_problem", "Whether something failed and is tried again.") {
            $0.problem == nil ? 0 : 1
        },
        gauge("mooring_approvals_needed", "Plans that wait for an approval.") {
            $0.pending?.needsApproval == true ? 1 : 0
        },
        gauge("mooring_pending_changes", "Changes of the plan that waits.") {
            $0.pending?.counts.filter { $0.key != .noOp }.values.reduce(0, +) ?? 0
        },
        gauge("mooring_held_resources", "Objects that were rolled back by hand and are passed over.") { $0.holds },
        gauge("mooring_orphaned_resources", "Objects that no manifest declares any more.") { $0.orphaned },
    ]
    for (name, help, samples) in gauges { text.add(name, .gauge, help, samples) }
    let moment = { (value: (EnvironmentStatus) -> Int?) in
        all.compactMap { status, labels in value(status).map { (labels: labels, value: Double($0) / 1000) } }
    }
    text.add(
        "mooring_last_success_timestamp_seconds", .gauge, "When live was last seen to be as git says.",
        moment { $0.lastSuccess })
    text.add(
        "mooring_drift_checked_timestamp_seconds", .gauge, "When live was last compared with what was applied.",
        moment { $0.driftChecked })
}

/// One sample for each state that there is: 1 for the one it is in.
private func addStates(_ snapshot: WatchSnapshot, to text: inout MetricsText) {
    let all = environments(snapshot)
    text.add(
        "mooring_sync_status", .gauge, "Whether live is as git says.",
        all.flatMap { status, labels in
            [SyncStatus.synced, .outOfSync, .unknown].map {
                (labels + [("status", $0.rawValue)], status.sync == $0 ? 1 : 0)
            }
        })
    text.add(
        "mooring_health_status", .gauge, "How live fares.",
        all.flatMap { status, labels in
            [Health.healthy, .progressing, .degraded, .missing, .unknown].map {
                (labels + [("status", $0.rawValue)], status.health == $0 ? 1 : 0)
            }
        })
}

private func addRuns(_ counts: WatchCounts, to text: inout MetricsText) {
    let places = counts.places.sorted { $0.key < $1.key }
    text.add(
        "mooring_reconcile_duration_seconds", "From the first reading to the last record.",
        places.map { (labels($0.key), $0.value.reconciles) })
    text.add(
        "mooring_commit_to_live_seconds", "From a commit's own time to when it was live.",
        places.map { (labels($0.key), $0.value.commitToLive) })
    text.add(
        "mooring_reconciles_total", .counter, "Reconciles, by how they ended.",
        places.flatMap { place, counts in
            counts.results.sorted { $0.key < $1.key }.map { (labels(place) + [("result", $0.key)], Double($0.value)) }
        })
}

private func addProcess(_ process: ProcessFigures, to text: inout MetricsText) {
    let one = { (value: Double?) in value.map { [(labels: [(String, String)](), value: $0)] } ?? [] }
    text.add("process_cpu_seconds_total", .counter, "User and system time.", one(process.cpuSeconds))
    text.add("process_resident_memory_bytes", .gauge, "Resident memory.", one(process.residentBytes.map(Double.init)))
    text.add("process_start_time_seconds", .gauge, "When the process started.", one(process.started))
    text.add("process_open_fds", .gauge, "Open file descriptors.", one(process.openFiles.map(Double.init)))
    text.add("process_max_fds", .gauge, "How many there may be.", one(process.mostFiles.map(Double.init)))
}

private func byNameAndResult(_ counts: [String: [String: Int]]) -> [(String, String, Double)] {
    counts.sorted { $0.key < $1.key }.flatMap { name, results in
        results.sorted { $0.key < $1.key }.map { (name, $0.key, Double($0.value)) }
    }
}
