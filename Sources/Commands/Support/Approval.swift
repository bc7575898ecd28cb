internal import Glibc

/// A question to the person at the terminal, before the first write.
enum Approval {
    /// Whether somebody sees the question and can answer it.
    static var canAsk: Bool { isatty(0) == 1 && Console.errors.isTerminal }

    /// Only a plain `yes` is one; a signal ends the process, and says as well that nothing was written.
    ///
    /// `onSignal` is called before that end, for what a script is still owed.
    static func ask(_ question: String, onSignal: @escaping @Sendable () -> Void) -> Bool {
        let signals = SignalWatch { number in
            Console.errors.write("\nNothing was written.\n")
            onSignal()
            _exit(ExitStatus(signal: number).rawValue)
        }
        defer { signals.end() }
        Console.errors.write("\n\(question) Only 'yes' does: ")
        let answer = readLine()
        if answer?.trimmed == "yes" { return true }
        // Without an answer, as at Ctrl-D, the cursor still stands behind the question.
        Console.errors.write((answer == nil ? "\n" : "") + "Nothing was written.\n")
        return false
    }
}

extension String {
    fileprivate var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
