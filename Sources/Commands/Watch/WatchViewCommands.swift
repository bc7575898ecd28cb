internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Planning
internal import Reports
internal import Resources

/// `mooring watch plan`
struct WatchPlanCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Shows the plan that waits in an environment, and how to approve it.",
        discussion: "Where none waits, that is an error. With --json it prints what 'mooring plan --json' does.")

    @Argument(help: placeHelp) var place: WatchPlace
    @OptionGroup var client: WatchClientOptions
    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let client = try WatchClient(client, session)
        let document = try await client.view("plan", of: place)
        let (read, problems) = readPlan(document.bytes(), file: "the daemon's plan")
        guard let plan = read else { throw Failure(problems) }
        return Answer(
            text: planText(plan, session.style, next: try await next(plan, document, client)), document: document)
    }

    /// What becomes of the plan, as far as the status tells.
    private func next(_ plan: Plan, _ document: JSONValue, _ client: WatchClient) async throws(Failure) -> String? {
        guard let status = try await client.status().environment(place), let digest = document["digest"]?.string,
            status["pending"]?["digest"]?.string == digest
        else { return nil }
        let options = self.client.text
        if status["suspension"] != nil {
            return "'\(place)' is suspended. To go on: mooring watch resume \(place)\(options)"
        }
        if status["pending"]?["needsApproval"]?.bool == true {
            return "To do exactly this: mooring watch approve \(place) \(digest)\(options)"
        }
        if let closed = status["closed"]?.string { return "It waits: \(closed)." }
        return status["mode"] == "plan-only" ? "'\(place)' is only planned: nothing applies this." : nil
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        PlanCommand.document(failed: diagnostics, environment: environment)
    }
}

/// `mooring watch drift`
struct WatchDriftCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Shows what a daemon found when it last compared live with what was applied.",
        discussion: """
            It exits as 'mooring drift' does: 0 nothing differs, 2 changes are pending, 3 drift, 4 both. 'mooring watch sync' \
            has it compared at once.
            """)

    @Argument(help: placeHelp) var place: WatchPlace
    @OptionGroup var client: WatchClientOptions
    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let document = try await WatchClient(client, session).view("drift", of: place)
        let (read, problems) = readDrift(document.bytes(), file: "the daemon's report")
        guard let report = read else { throw Failure(problems) }
        return Answer(
            status: report.diagnostics.hasErrors ? .error : ExitStatus(report),
            text: driftText(report, session.style, next: next(report)), document: document,
            diagnostics: report.diagnostics)
    }

    /// What a daemon can be asked for; the manifests are in git.
    private func next(_ report: DriftReport) -> [(what: String, command: String)] {
        guard report.hasDrift else { return [] }
        return [
            ("undo the drift", "mooring watch heal \(place)\(client.text)"),
            ("accept it, or leave it", "write it into the manifests, or under lifecycle.ignore there, and push"),
        ]
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        DriftCommand.document(failed: diagnostics, environment: environment)
    }
}

extension JSONValue {
    /// One environment of a status.
    fileprivate func environment(_ place: WatchPlace) -> JSONValue? {
        self["repositories"]?.array?.first { $0["name"]?.string == place.repository }?["environments"]?.array?
            .first { $0["name"]?.string == place.environment }
    }
}
