internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Reports
internal import Resources
internal import StateStorage

/// `mooring history`
struct HistoryCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Shows what was applied: what, by whom, when, from which commit, and how it ended.",
        discussion: "Of all runs, of one run by its number, or of one object by its address.")

    @Argument(help: "The number of a run, or an address, as 'Deployment/scoring-on-prod'.")
    var subject: String?

    @Option(help: ArgumentHelp("How many runs to show, newest first.", valueName: "n"))
    var limit = 20

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var output: OutputOptions

    /// What nobody reads on a screen, a script asks for.
    private static let limits = 1...100_000

    mutating func validate() throws {
        guard HistoryCommand.limits.contains(limit) else {
            throw ValidationError("'--limit' takes a number from 1 to 100000.")
        }
    }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let open = try OpenWorkspace(workspace, session)
        let name = try open.environmentName(workspace.environment)
        let store = try await open.state(for: .reading, open.secretResolver(session)).store
        var answer: Answer
        if let subject, let number = Int(subject) {
            answer = try await one(number, name, store, session)
        } else if let subject {
            answer = try await object(subject, name, store, session)
        } else {
            // One more than shown tells whether there are more.
            let found = try await told { () async throws(StateError) in
                try await store.runs(of: name, limit: limit + 1, before: nil)
            }
            let runs = Array(found.prefix(limit))
            answer = Answer(
                text: historyText(
                    runs, environment: name, more: found.count > limit, now: OpenState.milliseconds(), session.style),
                document: historyJSON(runs, environment: name, version: mooringVersion))
        }
        answer.diagnostics = open.diagnostics
        return answer
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        historyJSON(failed: diagnostics, environment: environment, version: mooringVersion)
    }

    private func one(
        _ number: Int, _ environment: String, _ store: any StateStore, _ session: Session
    ) async throws(Failure) -> Answer {
        let run = try await told { () async throws(StateError) in try await store.run(number, of: environment) }
        guard let run else {
            throw Failure(
                Diagnostic(
                    .error, "unknown-run", "there is no run \(number) of '\(environment)'",
                    hint: "`mooring history` lists them."))
        }
        let changes = try await told { () async throws(StateError) in
            try await store.changes(of: number, in: environment)
        }
        return Answer(
            text: historyText(
                run, changes, environment: environment, now: OpenState.milliseconds(), session.style),
            document: historyJSON(run, changes, environment: environment, version: mooringVersion))
    }

    private func object(
        _ subject: String, _ environment: String, _ store: any StateStore, _ session: Session
    ) async throws(Failure) -> Answer {
        let address = try Address.given(subject, or: "the number of a run")
        let changes = try await told { () async throws(StateError) in
            try await store.changes(to: address, in: environment, limit: limit)
        }
        return Answer(
            text: historyText(
                address, changes, environment: environment, now: OpenState.milliseconds(), session.style),
            document: historyJSON(address, changes, environment: environment, version: mooringVersion))
    }
}

extension Address {
    /// What the user means by a word: an address, or the bare name of a deployment. `other` is what else it may be.
    static func given(_ word: String, or other: String? = nil) throws(Failure) -> Address {
        if let address = Address(word) ?? Address("\(Kind.deployment.rawValue)/\(word)") { return address }
        let problem = other.map { "is neither \($0) nor an address" } ?? "is no address"
        throw Failure(
            Diagnostic(
                .error, "bad-address", "'\(word)' \(problem)",
                hint: "An address is a kind and names, as 'Deployment/scoring-on-prod'."))
    }
}
