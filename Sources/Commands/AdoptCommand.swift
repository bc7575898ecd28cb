internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Planning
internal import Reconciling
internal import Reports
internal import Resources

/// `mooring adopt`
struct AdoptCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Takes over objects that are as declared, without a write to them.",
        discussion: """
            An adopted object is compared with what was applied, and never deleted. With --own it becomes Mooring's own: \
            once it leaves the manifests, an apply with --prune deletes it.
            """)

    @Argument(help: "Only the addresses that match, as 'Deployment/*'.")
    var globs: [String] = []

    @Flag(help: "Own them, those that were adopted before as well.")
    var own = false

    @Flag(help: "Do not ask.")
    var autoApprove = false

    @OptionGroup var lock: LockOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let environment = try await OpenEnvironment(workspace, nodes, session, writes: true)
        return try await environment.writing("adopt", lock) { run throws(Failure) in
            let (plan, _, state) = try await environment.plan(PlanOptions())
            session.tell(plan.diagnostics)
            if plan.diagnostics.hasErrors { throw Failure.alreadyTold(plan.diagnostics) }
            let found = try selected(plan, state)
            guard !found.isEmpty else {
                return document([], plan, "There is nothing to adopt: what is as declared is recorded already.\n")
            }
            session.show(listed(found, in: plan.environment))
            if !autoApprove {
                let what = "\(counted(found.count, "object")) of '\(plan.environment)'"
                try Request(
                    question: own ? "Own \(what)?" : "Record \(what)?", deed: "take them over",
                    hint: "Say so with --auto-approve.", refusal: "nobody agreed to it"
                ).ask(session)
            }
            let taken = try await environment.reading { () async throws(ReconcileError) in
                try await run.adopt(plan, own: own, only: found, hasUncommitted: environment.hasUncommitted)
            }
            let words = "\(counted(taken.count, "object")) \(own ? "owned" : "adopted")"
            return document(taken, plan, "\(words); nothing was written to the nodes.\n")
        }
    }

    /// What may be taken over: sorted.
    private func selected(_ plan: Plan, _ state: StateSnapshot) throws(Failure) -> [Address] {
        let ownable = own ? state.records.values.filter { $0.ownership == .adopted }.map(\.address) : []
        let all = Set(plan.adopted).union(ownable).sorted()
        guard !globs.isEmpty else { return all }
        for glob in globs where !all.contains(where: { $0.matches(glob) }) {
            throw Failure(
                Diagnostic(
                    .error, "nothing-to-adopt", "no object that may be adopted has an address like '\(glob)'",
                    hint: "Those may be that are live, as declared and not recorded yet; 'mooring plan' lists them."))
        }
        return all.filter { address in globs.contains { address.matches($0) } }
    }

    private func listed(_ addresses: [Address], in environment: String) -> String {
        "To be \(own ? "owned" : "adopted") in '\(environment)':\n" + addresses.map { "  \($0)\n" }.joined()
    }

    private func document(_ taken: [Address], _ plan: Plan, _ text: String) -> Answer {
        Answer(
            text: text,
            document: [
                "mooring": .string(mooringVersion), "environment": .string(plan.environment), "own": .bool(own),
                "adopted": .array(taken.map { .string($0.description) }),
                "diagnostics": diagnosticsJSON(plan.diagnostics),
            ])
    }
}
