internal import Diagnostics
internal import Glibc
internal import JSON
internal import Planning
internal import Reports
internal import Resources

/// A question to the person at the terminal, before the first write.
enum Approval {
    /// Whether somebody sees the question and can answer it.
    static var canAsk: Bool { isatty(0) == 1 && Console.errors.isTerminal }

    /// Only the very word is an approval; a signal ends the process, and says as well that nothing was written.
    ///
    /// `onSignal` is called before that end, for what a script is still owed.
    static func ask(_ question: String, word: String = "yes", onSignal: @escaping @Sendable () -> Void = {}) -> Bool {
        let signals = SignalWatch { number in
            Console.errors.write("\nNothing was written.\n")
            onSignal()
            _exit(ExitStatus(signal: number).rawValue)
        }
        defer { signals.end() }
        Console.errors.write("\n\(question) Only '\(word)' does: ")
        let answer = readLine()
        if answer?.trimmed == word { return true }
        // Without an answer, as at Ctrl-D, the cursor still stands behind the question.
        Console.errors.write((answer == nil ? "\n" : "") + "Nothing was written.\n")
        return false
    }
}

/// What is to be agreed to, and how it is asked.
struct Request {
    /// As `Apply this to 'prod'?`.
    let question: String
    /// What would be done, as `apply this plan`.
    let deed: String
    /// What to do where nobody can be asked.
    let hint: String
    /// What has to be typed.
    var word = "yes"
    /// The code of the refusal, and what it says when the person says no.
    var code = "not-approved"
    var refusal = "the plan was not approved"
    /// What a script is told when a signal ends the question.
    var document: @Sendable (_ diagnostics: [Diagnostic], _ environment: String) -> JSONValue = failureDocument

    /// Asks, and throws unless the person says so.
    func ask(_ session: Session) throws(Failure) {
        guard Approval.canAsk else {
            throw Failure(
                Diagnostic(
                    .error, code, "nobody can be asked whether to \(deed): there is no terminal", hint: hint),
                .refused)
        }
        let problem = Diagnostic(.error, code, refusal)
        let document = document
        let isApproved = Approval.ask(question, word: word) {
            guard session.isJSON else { return }
            Console.output.write(document([problem], session.environment.name).text(.pretty) + "\n")
        }
        guard isApproved else { throw Failure(problem, .refused) }
    }
}

extension ApprovalOptions {
    /// Makes sure that a plan may be carried out; `isAgreed` when its file or a word typed says so already.
    ///
    /// `command` carries out the plan, but for its approval.
    func check(
        _ plan: Plan, of environment: Environment, isAgreed: Bool, command: String, _ session: Session,
        asking request: Request
    ) throws(Failure) {
        if approve != nil || environment.approval == .required {
            let digest = plan.digest
            guard let approve else {
                throw Failure(
                    Diagnostic(
                        .error, "approval-required",
                        "'\(environment.name)' takes approved plans only, and nobody approved this one: \(digest)",
                        at: environment.mark, hint: "When it is approved, do it with: \(command) --approve \(digest)"),
                    .refused)
            }
            guard approve == digest || "sha256:" + approve == digest else {
                throw Failure(
                    Diagnostic(
                        .error, "approval-mismatch",
                        "another plan was approved: this one has the digest \(digest)",
                        hint: "Look at the plan as it is now; live or the manifests changed since the approval."),
                    .refused)
            }
        } else if !autoApprove, !isAgreed {
            try request.ask(session)
        }
    }
}

extension Plan {
    /// What an approval is bound to: a digest of all that the plan says.
    var digest: String { planDigest(of: self, version: mooringVersion) }
}

extension String {
    fileprivate var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
