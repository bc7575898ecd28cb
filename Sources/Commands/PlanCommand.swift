internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import JSON
internal import Planning
internal import Reports
internal import Resources

/// `mooring plan`
struct PlanCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows what differs between the manifests and the live nodes.",
        discussion: "It writes nothing to the nodes.")

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Save the plan, for 'mooring apply FILE'.", valueName: "file"),
        completion: .file())
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Tell what this branch changes, apart from what its base asks for too and from drift.", valueName: "ref"))
    var base: String?

    @Flag(help: "Exit with 2 when there is something to do; with --base, when this branch changes something.")
    var detailedExitcode = false

    @Option(help: "The form of the result: text, json or markdown.")
    var format = PlanFormat.text

    @OptionGroup var reporting: ReportOptions
    @OptionGroup var reach: ReachOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    var printsDocument: Bool { output.json || format == .json }
    var reports: [ReportRequest] { reporting.requests }

    mutating func validate() throws { try reporting.check([.text, .json, .markdown, .junit]) }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        // Told before the nodes are read: that may take a while.
        if let out { _ = try SavedPlan.place(out, session) }
        let environment = try await OpenEnvironment(
            workspace, nodes, session, maxDeletes: reach.deletions.maxDeletes)
        let branch = try base.map { (name) throws(Failure) in try BranchReading(name, root: environment.root) }
        var plan = try await environment.plan(reach.planOptions(selection)).plan
        environment.tellStatistics()
        if let branch {
            try branch.compare(&plan, of: environment.desired)
        } else if out != nil, plan.commit != nil {
            plan.hasUncommitted = environment.hasUncommitted
        }
        let needsApproval = environment.environment.approval == .required
        // Its digest is over the whole plan: not made where nobody reads it.
        let isDigested =
            out != nil || session.isJSON || format == .markdown || needsApproval || !reports.isEmpty
            || session.job != nil
        let finished = plan
        async let made = isDigested ? planJSON(finished, version: mooringVersion) : .null
        let lacksSecrets = await environment.lacksSecrets(for: plan)
        // Written while another core makes the document: only the digest that is to be approved is in both.
        var text: String?
        if format != .markdown, !needsApproval {
            let next = next(plan, lacksSecrets: lacksSecrets, approval: nil)
            text = planText(plan, session.style, only: selection.only, next: next)
        }
        let document = await made
        if let out, !plan.diagnostics.hasErrors { try save(document, as: out, session) }
        let digest = document["digest"]?.string
        let next = next(plan, lacksSecrets: lacksSecrets, approval: needsApproval ? digest : nil)
        var answer = Answer(document: document, diagnostics: plan.diagnostics + plan.warningsOfRefusals)
        answer.diagnostics += [plan.branch?.problem].compactMap(\.self)
        answer.text =
            format == .markdown
            ? planMarkdown(plan, digest: digest, only: selection.only, next: next, page: session.job?.page)
            : text ?? planText(plan, session.style, only: selection.only, next: next)
        answer.report = .plan(plan, document: document, only: selection.only, next: next)
        if plan.diagnostics.hasErrors {
            answer.status = .error
        } else if detailedExitcode, !(plan.branch?.isEmpty ?? plan.isEmpty) {
            answer.status = .changesPending
        }
        return answer
    }

    private func save(_ document: JSONValue, as out: String, _ session: Session) throws(Failure) {
        let path = try SavedPlan.place(out, session)
        do throws(FileError) {
            try writeFile(path) { write in
                document.forEachPiece(.pretty, write)
                write([UInt8(ascii: "\n")])
            }
        } catch {
            throw Failure(error.reason == .missing ? FileError.folderMissing(folder(of: path)) : error)
        }
    }

    /// `approval` is the digest that has to be approved.
    private func next(_ plan: Plan, lacksSecrets: Bool, approval: String?) -> String? {
        let advice = PlanAdvice(plan: plan, lacksSecrets: lacksSecrets)
        let approved = approval.map { " --approve \($0)" } ?? ""
        guard let out else {
            return advice.text(command: "mooring apply\(workspace.text)\(reach.text)\(selection.text)\(approved)")
        }
        let saved = plan.diagnostics.hasErrors ? "The plan was not saved." : "Saved the plan to '\(out)'."
        let command = "mooring apply\(workspace.text) \(shellFile(out))\(approved)"
        return ([saved] + [advice.text(savedCommand: command)].compactMap(\.self)).joined(separator: " ")
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        var plan = Plan(environment: environment, targets: PlanTargets(designer: nil, deployer: "", source: nil))
        plan.diagnostics = diagnostics
        return planJSON(plan, version: mooringVersion)
    }

    static func report(failed diagnostics: [Diagnostic], environment: String) -> ResultReport? {
        checkReport(failed: diagnostics, environment: environment)
    }
}

enum PlanFormat: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }
