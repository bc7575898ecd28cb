internal import Diagnostics
internal import Glibc
internal import Reports
internal import Synchronization

/// The job of a CI server that the program runs in, as its variables tell.
final class CIJob: Sendable {
    /// GitHub shows no more for a step, and tells an error when there is more.
    private static let mostSummaryBytes = 1 << 20

    private let isGitHub: Bool
    /// Where GitHub checked the repository out; symbolic links followed.
    private let top: String?
    /// The file whose Markdown GitHub shows on the run's page.
    private let summary: String?
    /// The page with the job's log; nil where the server does not tell.
    let page: String?
    /// The workspace that the command is about, as soon as it is known.
    private let root = Mutex<String?>(nil)

    /// Nil outside of the servers that read orders in what a job prints: GitHub's (and Gitea's), Azure's; else a job without
    /// annotations.
    init?(_ variables: [String: String]) {
        isGitHub = variables["GITHUB_ACTIONS"] == "true"
        page = CIJob.page(variables)
        guard isGitHub || page != nil || variables["TF_BUILD"] != nil else { return nil }
        top = isGitHub ? variables["GITHUB_WORKSPACE"].flatMap(CIJob.resolved) : nil
        summary = isGitHub ? variables["GITHUB_STEP_SUMMARY"].flatMap { $0.isEmpty ? nil : $0 } : nil
    }

    private static func page(_ variables: [String: String]) -> String? {
        let filled = { (name: String) in variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let server = filled("GITHUB_SERVER_URL"), let name = filled("GITHUB_REPOSITORY"),
            let run = filled("GITHUB_RUN_ID")
        {
            return "\(server)/\(name)/actions/runs/\(run)"
        }
        if let server = filled("SYSTEM_COLLECTIONURI"), let project = filled("SYSTEM_TEAMPROJECT"),
            let build = filled("BUILD_BUILDID")
        {
            return "\(server)\(project.replacing(" ", with: "%20"))/_build/results?buildId=\(build)"
        }
        return filled("CI_JOB_URL") ?? filled("BUILD_URL").map { $0 + "console" }
    }

    /// Says which folder the files of diagnostics are relative to.
    func enter(_ workspace: String) {
        let path = CIJob.resolved(workspace)
        root.withLock { $0 = path }
    }

    /// The orders that mark the places in the pull request; empty where nobody reads such.
    func annotations(_ diagnostics: [Diagnostic]) -> String {
        guard isGitHub else { return "" }
        let root = root.withLock(\.self)
        return Annotation.text(of: diagnostics) { file in
            guard let top, let root, !file.hasPrefix("/") else { return file.hasPrefix("/") ? nil : file }
            if root == top { return file }
            return root.hasPrefix(top + "/") ? root.dropFirst(top.utf8.count + 1) + "/" + file : nil
        }
    }

    /// Adds to the page of the run; returns what went wrong.
    func summarize(_ markdown: String) -> Diagnostic? {
        guard let summary else { return nil }
        let descriptor = open(summary, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return failure(summary) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return failure(summary) }
        let text = markdown + "\n"
        guard Int(status.st_size) + text.utf8.count <= CIJob.mostSummaryBytes else { return nil }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return failure(summary) }
            bytes = bytes.dropFirst(count)
        }
        return nil
    }

    private func failure(_ file: String) -> Diagnostic {
        Diagnostic(
            .warning, "no-summary",
            "the summary of the step cannot be written to '\(file)': \(String(cString: strerror(errno)))")
    }

    private static func resolved(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
