internal import Diagnostics

/// Test results as Apache Ant writes them, and Jenkins, GitLab and Azure read them: one suite of cases.
///
/// It is valid by Ant's schema and by that of Jenkins' xUnit plug-in.
struct JUnitSuite {
    struct Case {
        enum Verdict: Hashable {
            case passed
            /// What it waits for, or why nobody looks at it.
            case skipped(String)
            case failed(type: String, message: String, body: String)
            /// Not even that could be told.
            case error(type: String, message: String, body: String)
        }

        /// As `mooring.Deployment`: servers group by it.
        let className: String
        /// The same from run to run: servers follow a case by it.
        let name: String
        let verdict: Verdict
        var milliseconds = 0
    }

    let name: String
    /// In milliseconds since 1970 (UTC).
    let made: Int
    let properties: [(name: String, value: String?)]
    var cases: [Case]

    /// The errors of a whole, as cases of their own.
    static func problems(_ diagnostics: [Diagnostic], of whole: String) -> [Case] {
        diagnostics.filter { $0.severity == .error }.map { error in
            Case(
                className: "mooring.\(whole)", name: "report: \(error.code)",
                verdict: .error(type: error.code, message: error.message, body: error.text()))
        }
    }

    /// The document, with the last line ended.
    var text: String {
        let failures = cases.count { if case .failed = $0.verdict { true } else { false } }
        let errors = cases.count { if case .error = $0.verdict { true } else { false } }
        let skipped = cases.count { if case .skipped = $0.verdict { true } else { false } }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        // Ant's schema wants a moment without a zone; it is UTC.
        let timestamp = Instant.text(made).prefix(19)
        text += "  <testsuite name=\"\(Markup.escaped(name))\" package=\"mooring\" id=\"0\""
        text += " timestamp=\"\(timestamp)\" hostname=\"localhost\" tests=\"\(cases.count)\""
        text += " failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\""
        text += " time=\"\(seconds(cases.reduce(0) { $0 + max(0, $1.milliseconds) }))\">\n    <properties>\n"
        for (name, value) in properties {
            guard let value else { continue }
            text += "      <property name=\"\(name)\" value=\"\(Markup.escaped(value))\"/>\n"
        }
        text += "    </properties>\n" + cases.map(text(of:)).joined()
        return text + "    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n"
    }

    private func text(of row: Case) -> String {
        let name = Markup.escaped(row.name)
        let head =
            "    <testcase classname=\"\(Markup.escaped(row.className))\" name=\"\(name)\""
            + " time=\"\(seconds(max(0, row.milliseconds)))\""
        switch row.verdict {
        case .passed: return head + "/>\n"
        case .skipped(let message):
            return head + ">\n      <skipped message=\"\(Markup.escaped(message))\"/>\n    </testcase>\n"
        case .failed(let type, let message, let body):
            return head + element("failure", type, message, body)
        case .error(let type, let message, let body):
            return head + element("error", type, message, body)
        }
    }

    private func element(_ name: String, _ type: String, _ message: String, _ body: String) -> String {
        ">\n      <\(name) type=\"\(Markup.escaped(type))\" message=\"\(Markup.escaped(message))\">"
            + "\(Markup.escapedLines(body))</\(name)>\n    </testcase>\n"
    }

    private func seconds(_ milliseconds: Int) -> String {
        guard milliseconds > 0 else { return "0" }
        return "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())"
    }
}
