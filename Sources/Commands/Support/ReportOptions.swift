internal import ArgumentParser
internal import Diagnostics
internal import Files

/// Which files a result is written to, besides standard output.
struct ReportOptions: ParsableArguments {
    @Option(
        name: .customLong("report"),
        help: ArgumentHelp(
            """
            Write the result to a file too, whatever comes of it: text, json, markdown or junit, with drift html and sarif, \
            with validate sarif; may be repeated.
            """,
            valueName: "form=file"))
    var requests: [ReportRequest] = []

    /// Refuses a form that a command does not have, and one file for two.
    func check(_ forms: [ReportForm]) throws {
        var files: Set<String> = []
        for request in requests {
            guard forms.contains(request.form) else {
                let names = forms.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("'--report' of this command takes \(names), not '\(request.form.rawValue)'.")
            }
            guard files.insert(request.file).inserted else {
                throw ValidationError("'--report' names the file '\(request.file)' twice.")
            }
        }
    }
}

/// A form and a file, as `junit=plan.xml`.
struct ReportRequest: ExpressibleByArgument {
    let form: ReportForm
    let file: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let form = ReportForm(rawValue: String(parts[0])) else { return nil }
        self.form = form
        file = String(parts[1])
    }
}

extension Session {
    /// Looks at where reports go, before anything is read that takes a while.
    func check(_ requests: [ReportRequest]) throws(Failure) {
        for request in requests { _ = try OutputFile.place(request.file, of: "report", self) }
    }

    /// Writes a result to the files that the user names, and to the page of the CI job.
    ///
    /// Returns how the process ends: what cannot be written does not hide how the command itself ended.
    func write(_ report: ResultReport, to requests: [ReportRequest], _ status: ExitStatus) -> ExitStatus {
        let made = OpenState.milliseconds()
        var status = status
        for request in requests {
            do throws(Failure) {
                let text = report.text(as: request.form, page: job?.page, made: made)
                try OutputFile.write(text, as: request.file, of: "report", self)
            } catch {
                tell(error.diagnostics)
                if status == .done { status = .error }
            }
        }
        if let problem = job?.summarize(report.text(as: .markdown, page: nil, made: made)) { tell([problem]) }
        return status
    }
}
