internal import Diagnostics
internal import Glibc
internal import JSON
internal import Reports

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

    init(_ options: OutputOptions, isJSON: Bool) {
        variables = Session.processVariables()
        folder = Session.workingFolder()
        self.isJSON = isJSON
        hasColor = !options.noColor && !isJSON && Console.output.takesColor(variables)
        hasErrorColor = !options.noColor && Console.errors.takesColor(variables)
    }

    /// How reports are laid out on standard output; the same on every pipe.
    var style: TextStyle {
        Console.output.isTerminal ? TextStyle(color: hasColor, width: Console.output.width) : TextStyle()
    }

    /// Tells diagnostics on standard error.
    func tell(_ diagnostics: [Diagnostic]) {
        Console.errors.write(diagnostics.map { $0.text(color: hasErrorColor) }.joined())
    }

    /// Shows a part of the result before the command ends; with `--json` nothing, as its one document comes last.
    func show(_ text: String) {
        if !isJSON { Console.output.write(text) }
    }

    /// Prints the result; returns how the process ends.
    func finish(_ answer: Answer) -> ExitStatus {
        tell(answer.diagnostics)
        if answer.isSilent { return answer.status }
        let failure = Console.output.write(isJSON ? answer.document.text(.pretty) + "\n" : answer.text)
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

/// What a command came to, in all its forms.
struct Answer {
    var status = ExitStatus.done
    /// For a person, on standard output; with the last line ended.
    var text = ""
    /// For a script, with `--json`.
    var document: JSONValue = .null
    /// For both, on standard error.
    var diagnostics: [Diagnostic] = []
    /// Whether all was said while the command ran.
    var isSilent = false
}
