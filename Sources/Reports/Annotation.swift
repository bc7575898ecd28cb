package import Diagnostics

/// What a log of GitHub Actions takes for an order: `::error file=a.yaml,line=3::text` marks the line in a pull request.
///
/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
package enum Annotation {
    /// So many of each severity are shown for a step; GitHub drops the rest.
    package static let most = 10
    /// In characters: GitHub cuts what is longer (4,096 bytes, inferred).
    private static let longestMessage = 1000

    /// The orders for the diagnostics, a line each: errors first, no place and text twice.
    ///
    /// `path` turns a file of a mark into one of the repository; nil where it is none of it.
    package static func text(of diagnostics: [Diagnostic], path: (String) -> String?) -> String {
        var seen: Set<String> = []
        var text = ""
        for (severity, command) in [(Diagnostic.Severity.error, "error"), (.warning, "warning"), (.note, "notice")] {
            var count = 0
            for diagnostic in diagnostics where diagnostic.severity == severity && count < most {
                let line = line(command, diagnostic, path)
                guard seen.insert(line).inserted else { continue }
                text += line
                count += 1
            }
        }
        return text
    }

    private static func line(_ command: String, _ diagnostic: Diagnostic, _ path: (String) -> String?) -> String {
        var properties: [String] = []
        if let mark = diagnostic.mark, !mark.file.isEmpty, let file = path(mark.file) {
            properties.append("file=\(escapedProperty(file))")
            if mark.line > 0 { properties.append("line=\(mark.line)") }
            if mark.column > 0 { properties.append("col=\(mark.column)") }
        }
        properties.append("title=\(escapedProperty("mooring: \(diagnostic.code)"))")
        let lines =
            [diagnostic.message] + (diagnostic.address.map { ["in \($0)"] } ?? [])
            + (diagnostic.hint.map { [$0] } ?? [])
        let message = lines.map { printable(String($0.prefix(longestMessage))) }.joined(separator: "\n")
        return "::\(command) \(properties.joined(separator: ","))::\(escaped(message))\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func escapedProperty(_ text: String) -> String {
        escaped(printable(text)).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }

    /// The text without any order to a CI server: what others wrote must not set a variable of the job that shows it.
    ///
    /// GitHub takes a line that begins with `::`, spaces before it aside, and `##[` anywhere; Azure `##vso[` anywhere.
    package static func disarmed(_ text: String) -> String {
        guard text.contains("::") || text.contains("##") else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            var line = String(line)
            let body = line.drop(while: \.isWhitespace)
            if body.hasPrefix("::") { line = line.prefix(line.count - body.count) + "\\" + body }
            return line.replacing("##[", with: "#\\#[").replacing("##vso[", with: "#\\#vso[")
        }.joined(separator: "\n")
    }
}
