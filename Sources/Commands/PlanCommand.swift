internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import JSON
internal import Planning
internal import Reports

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

    @Flag(help: "Exit with 2 when there is something to do.")
    var detailedExitcode = false

    @Option(help: "The form of the result: text, json or markdown.")
    var format = PlanFormat.text

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    var printsDocument: Bool { output.json || format == .json }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let environment = try await OpenEnvironment(workspace, nodes, session)
        let plan = try await environment.plan(selection.planOptions).plan
        environment.tellStatistics()
        // Its digest is over the whole plan: not made where nobody reads it.
        let document = out != nil || session.isJSON ? planJSON(plan, version: mooringVersion) : .null
        let diagnostics = plan.diagnostics + plan.refusals
        var next: String?
        if let out, !plan.diagnostics.hasErrors {
            let path = resolvePath(out, from: session.folder)
            var bytes = document.bytes(.pretty)
            bytes.append(UInt8(ascii: "\n"))
            do throws(FileError) {
                try writeFile(path, bytes)
            } catch {
                throw Failure(error.reason == .missing ? FileError.folderMissing(folder(of: path)) : error)
            }
            next = "Saved the plan to '\(out)'. To do exactly this: mooring apply\(workspace.text) \(out)"
        } else if !plan.isEmpty {
            next = "To do this: mooring apply\(workspace.text)"
        }
        var answer = Answer(document: document, diagnostics: diagnostics)
        answer.text = format == .markdown ? planMarkdown(plan) : planText(plan, session.style, next: next)
        if plan.diagnostics.hasErrors {
            answer.status = .error
        } else if detailedExitcode, !plan.isEmpty {
            answer.status = .changesPending
        }
        return answer
    }

    static func document(failed diagnostics: [Diagnostic]) -> JSONValue {
        var plan = Plan(environment: "", targets: PlanTargets(designer: nil, deployer: "", source: nil))
        plan.diagnostics = diagnostics
        return planJSON(plan, version: mooringVersion)
    }
}

enum PlanFormat: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }
