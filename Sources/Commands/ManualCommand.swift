internal import ArgumentParser
internal import Diagnostics
internal import JSON

/// `mooring manual`: the page that `docs/mooring.1` is; not shown in the help.
struct ManualCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Prints the manual page, for 'man -l -'.", shouldDisplay: false)

    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let dump = Array(MooringCommand._dumpHelp().utf8)
        guard let command = (try? JSONValue(parsing: dump))?["command"] else {
            preconditionFailure("the commands describe themselves in JSON")
        }
        let page = ManualPage(command).text
        return Answer(text: page, document: ["mooring": .string(mooringVersion), "page": .string(page)])
    }
}

/// A manual page in roff's `man` macros, from what the commands tell of themselves.
struct ManualPage {
    private let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    var text: String {
        var lines = [
            ".TH MOORING 1 \"\" \"mooring \(mooringVersion)\" \"User Commands\"", ".SH NAME",
            "mooring \\- \(ManualPage.escape(root["abstract"]?.string ?? ""))", ".SH SYNOPSIS", ".B mooring",
            ".I command", "[\\fIoptions\\fR]", ".SH DESCRIPTION",
        ]
        lines += ManualPage.paragraphs(root["discussion"]?.string)
        lines.append(".SH COMMANDS")
        for command in ManualPage.commands(of: root) { lines += section(command, of: "mooring") }
        lines += [
            ".SH FILES", ".TP", ".I mooring.yaml", "Makes a folder a workspace.", ".TP", ".I .mooring/",
            "What Mooring keeps beside it: the built-in sandbox's data, schemas for editors. Not for git.",
            ".SH ENVIRONMENT", ".TP", ".B NO_COLOR", "No colours, when it is set and not empty.", ".TP",
            ".B MOORING_SANDBOX_KEY", "The sandbox's admin key.", ".TP", ".B http_proxy, https_proxy, no_proxy",
            "Proxies on the way to the nodes.",
            ".TP", ".B GITHUB_ACTIONS, GITHUB_WORKSPACE, GITHUB_STEP_SUMMARY",
            "Set in a job of GitHub Actions: errors and warnings are marked in the pull request, and what a check, a plan,",
            "a run or a comparison came to is added to the page of the run.",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ command: JSONValue, of parent: String) -> [String] {
        let name = "\(parent) \(command["commandName"]?.string ?? "")"
        let children = ManualPage.commands(of: command)
        let arguments = ManualPage.visible(command["arguments"]).filter { argument in
            // Every command has these two.
            !["help", "version"].contains(argument["valueName"]?.string)
        }
        let operands = arguments.filter { $0["kind"]?.string == "positional" }
        let synopsis = operands.map { operand in
            let name = "\\fI\(ManualPage.escape(operand["valueName"]?.string ?? ""))\\fR"
            return operand["isOptional"]?.bool == true ? "[\(name)]" : name
        }
        let title = [name] + (children.isEmpty ? synopsis + ["[\\fIoptions\\fR]"] : ["\\fIcommand\\fR"])
        var lines = [".SS \(title.joined(separator: " "))", ManualPage.escape(command["abstract"]?.string ?? "")]
        let discussion = ManualPage.paragraphs(command["discussion"]?.string)
        if !discussion.isEmpty { lines += [".PP"] + discussion }
        for argument in arguments {
            lines += [".TP", ManualPage.heading(argument), ManualPage.escape(ManualPage.help(argument))]
        }
        return lines + children.flatMap { section($0, of: name) }
    }

    private static func commands(of command: JSONValue) -> [JSONValue] {
        visible(command["subcommands"]).filter { $0["commandName"]?.string != "help" }
    }

    private static func heading(_ argument: JSONValue) -> String {
        let value = escape(argument["valueName"]?.string ?? "")
        if argument["kind"]?.string == "positional" { return ".I \(value)" }
        let names = (argument["names"]?.array ?? []).map { name in
            let isLong = name["kind"]?.string == "long"
            return "\\fB\(isLong ? "\\-\\-" : "\\-")\(escape(name["name"]?.string ?? ""))\\fR"
        }
        let suffix = argument["kind"]?.string == "option" ? " \\fI\(value)\\fR" : ""
        return names.joined(separator: ", ") + suffix
    }

    private static func help(_ argument: JSONValue) -> String {
        let text = argument["abstract"]?.string ?? ""
        guard let value = argument["defaultValue"]?.string, argument["kind"]?.string != "flag" else { return text }
        return "\(text) (default: \(value))"
    }

    private static func visible(_ list: JSONValue?) -> [JSONValue] {
        (list?.array ?? []).filter { $0["shouldDisplay"]?.bool != false }
    }

    private static func paragraphs(_ text: String?) -> [String] {
        var lines: [String] = []
        for line in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
            lines.append(line.isEmpty ? ".PP" : escape(String(line)))
        }
        return lines == [".PP"] ? [] : lines
    }

    /// Text that roff takes for nothing else: a backslash, a hyphen that may be copied, a control line.
    private static func escape(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&\(escaped)" : escaped
    }
}
