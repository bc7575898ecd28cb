internal import Diagnostics
internal import Glibc
internal import JSON
internal import Reports
internal import Synchronization

/// Where a command runs: variables, folder, and who reads what it says.
struct Session: Sendable {
    let variables: [String: String]
    /// Absolute.
    let folder: String
    let isJSON: Bool
    /// Whether results on standard output are coloured.
    let hasColor: Bool
    /// Whether diagnostics and progress on standard error are coloured.
    let hasErrorColor: Bool
    /// The CI job that the command runs in; nil on somebody's desk.
    let job: CIJob?
    let environment = KnownEnvironment()

    init(_ options: OutputOptions, isJSON: Bool) {
        variables = Session.processVariables()
        folder = Session.workingFolder()
        self.isJSON = isJSON
        hasColor = !options.noColor && !isJSON && Console.output.takesColor(variables)
        hasErrorColor = !options.noColor && Console.errors.takesColor(variables)
        job = CIJob(variables)
    }

    /// How reports are laid out on standard output; the same on every pipe.
    var style: TextStyle {
        Console.output.isTerminal ? TextStyle(color: hasColor, width: Console.output.width) : TextStyle()
    }

    /// Tells diagnostics on standard error, and marks their places where a CI server asks for it.
    func tell(_ diagnostics: [Diagnostic]) {
        Console.errors.write(disarmed(diagnostics.map { $0.text(color: hasErrorColor) }.joined()))
        annotate(diagnostics)
    }

    /// Marks the places of what was told elsewhere.
    func annotate(_ diagnostics: [Diagnostic]) {
        if let job { Console.errors.write(job.annotations(diagnostics)) }
    }

    /// Text for a log: in a CI job without any order to its server, since manifests and nodes have a say in it.
    func disarmed(_ text: String) -> String { job == nil ? text : Annotation.disarmed(text) }

    /// Shows a part of the result before the command ends; with `--json` nothing, as its one document comes last.
    func show(_ text: String) {
        if !isJSON { Console.output.write(disarmed(text)) }
    }

    /// Prints the result; returns how the process ends.
    func finish(_ answer: Answer) -> ExitStatus {
        tell(answer.diagnostics)
        if answer.isSilent { return answer.status }
        let failure = Console.output.write(isJSON ? answer.document.text(.pretty) + "\n" : disarmed(answer.text))
        guard failure != 0 else { return answer.status }
        let reason = String(cString: strerror(failure))
        tell([Diagnostic(.error, "cannot-print", "the result cannot be written to standard output: \(reason)")])
        return answer.status == .done ? .error : answer.status
    }

    private static func processVariables() -> [String: String] {
        var variables: [String: String] = [:]
        var place = environ
        while let entry = place.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            place += 1
        }
        return variables
    }

    private static func workingFolder() -> String {
        guard let pointer = getcwd(nil, 0) else { return "." }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}

/// The environment that a command is about, as soon as it is known: what fails after that says so.
final class KnownEnvironment: Sendable {
    private let known = Mutex("")

    /// Empty while nobody knows it.
    var name: String { known.withLock { $0 } }

    func settle(_ name: String) { known.withLock { $0 = name } }
}

/// What a command came to, in all its forms.
struct Answer {
    var status = ExitStatus.done
    /// For a person, on standard output; with the last line ended.
    var text = ""
    /// For a script, with `--json`.
    var document: JSONValue = .null
    /// For both, on standard error.
    var diagnostics: [Diagnostic] = []
    /// For files, in the forms that the user asks for.
    var report: ResultReport?
    /// Whether all was said while the command ran.
    var isSilent = false
}
