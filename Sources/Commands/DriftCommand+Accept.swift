internal import DSS
internal import Diagnostics
internal import Files
internal import JSON
internal import Manifests
internal import Planning
internal import Reports
internal import Resources

/// `mooring drift --accept`: live values are written into the manifests.
extension DriftCommand {
    func accept(
        _ environment: OpenEnvironment, _ report: DriftReport, _ session: Session
    ) async throws(Failure) -> Answer {
        session.tell(report.diagnostics)
        if report.diagnostics.hasErrors { throw Failure.alreadyTold(report.diagnostics) }
        let left = DriftCommand.notInManifests(report)
        let fields = report.rows.flatMap { row in
            row.fields.filter { $0.origin != .manifest }.map { DriftedField(row.address, $0.path) }
        }
        guard !fields.isEmpty else { return answer(AcceptResult(), left, "There is no drift to accept.\n") }
        let result = try await result(of: fields, environment)
        session.show(DriftCommand.text(result, report, in: environment.environment.name))
        guard !result.edits.isEmpty else { return answer(result, left, "Nothing was written.\n") }
        if !autoApprove {
            try Request(
                question: "Write this to \(counted(result.edits.count, "file"))?", deed: "write this to the manifests",
                hint: "Say so with --auto-approve.", refusal: "nobody agreed to it",
                document: DriftCommand.document
            ).ask(session)
        }
        try write(result.edits, environment)
        try await verify(result.accepted, environment, session)
        let names = result.edits.map { "  \($0.path)\n" }.joined()
        let text = """
            Wrote \(counted(result.edits.count, "file")):
            \(names)
            Next:
              git diff      # look at it, and commit it
              mooring apply\(workspace.text)    # records it: live holds it already

            """
        return answer(result, left, text)
    }

    private func result(
        of fields: [DriftedField], _ environment: OpenEnvironment
    ) async throws(Failure) -> AcceptResult {
        let live = try await environment.plan(selection.planOptions).live
        let dialect = environment.dialect
        return acceptDrift(
            fields, live: live.documents, mappings: live.mappings, workspace: environment.workspace,
            environment: environment.environment.name, tree: environment.tree, today: today()
        ) { dialect.isRedacted($0) || dialect.isCiphertext($0) }
    }

    /// What live lost is in no field that could be written down.
    private static func notInManifests(_ report: DriftReport) -> [Diagnostic] {
        report.rows.compactMap { row in
            switch row.verdict {
            case .missing:
                Diagnostic(
                    .warning, "not-accepted", "'\(row.address)' is not there any more", at: row.mark,
                    hint: "Remove its manifest to accept that, or apply to make it anew.",
                    address: row.address.description)
            case .outOfSync:
                Diagnostic(
                    .warning, "not-accepted", "the nodes do not run what is saved of '\(row.address)'", at: row.mark,
                    hint: "No manifest can say that. `mooring rollout \(row.address)` pushes it.",
                    address: row.address.description)
            default: nil
            }
        }
    }

    private func write(_ edits: [FileEdit], _ environment: OpenEnvironment) throws(Failure) {
        for edit in edits {
            // A manifest may be a link to one elsewhere in the workspace.
            let path = try OutputFile.place(environment.root + "/" + edit.path, of: "manifest", environment.session)
            do throws(FileError) { try writeFile(path, edit.text, mode: OutputFile.mode(of: path)) } catch {
                throw Failure(error)
            }
        }
    }

    /// Reads the workspace again, and live: what was accepted must be no drift any more.
    private func verify(
        _ accepted: [AcceptedField], _ environment: OpenEnvironment, _ session: Session
    ) async throws(Failure) {
        let opened = try OpenWorkspace(workspace, session)
        let (desired, _) = try opened.desired(environment.environment.name)
        let report = try await environment.drift(desired, selection.planOptions, listsUnmanaged: false)
        let moved = Set(report.rows.flatMap { row in row.fields.map { DriftedField(row.address, $0.path) } })
        let problems = accepted.filter { moved.contains(DriftedField($0.address, $0.path)) }.map { field in
            Diagnostic(
                .error, "moved-again", "\(field.address) \(field.path) was changed again in the meantime",
                at: field.mark,
                hint: "Run 'mooring drift' again.")
        }
        if !problems.isEmpty { throw Failure(problems) }
    }

    private static func text(_ result: AcceptResult, _ report: DriftReport, in environment: String) -> String {
        let fields = Dictionary(
            report.rows.flatMap { row in row.fields.map { (DriftedField(row.address, $0.path), $0) } },
            uniquingKeysWith: { first, _ in first })
        var text = result.accepted.isEmpty ? "" : "To be accepted from '\(environment)':\n"
        for accepted in result.accepted {
            let field = fields[DriftedField(accepted.address, accepted.path)]
            text += "  \(accepted.mark.file):\(accepted.mark.line)  \(accepted.address) \(accepted.path)"
            if let field { text += "  \(shown(field.desired)) -> \(shown(field.live))" }
            text += "\n"
        }
        return text
    }

    /// Longer values are in the report; here it is told which.
    private static let longestValue = 60

    private static func shown(_ value: ShownValue) -> String {
        switch value {
        case .absent: return "nothing"
        case .secret(let state): return "(secret, \(state))"
        case .value(let value):
            let text = Diagnostic.printable(value.text(.compact))
            return text.count <= longestValue ? text : text.prefix(longestValue - 3) + "..."
        }
    }

    private func answer(_ result: AcceptResult, _ left: [Diagnostic], _ text: String) -> Answer {
        let refused = result.refused + left
        return Answer(
            status: refused.isEmpty ? .done : .error, text: text,
            document: [
                "mooring": .string(mooringVersion),
                "accepted": .array(
                    result.accepted.map { field in
                        [
                            "address": .string(field.address.description), "path": .string(field.path),
                            "file": .string(field.mark.file), "line": .number(JSONNumber(field.mark.line)),
                        ]
                    }), "files": .array(result.edits.map { .string($0.path) }),
                "diagnostics": diagnosticsJSON(refused),
            ], diagnostics: refused)
    }
}
