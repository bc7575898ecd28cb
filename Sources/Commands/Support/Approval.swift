internal import Glibc

/// A question to the person at the terminal, before the first write.
enum Approval {
    /// Whether somebody sees the question and can answer it.
    static var canAsk: Bool { isatty(0) == 1 && Console.errors.isTerminal }

    /// Only a plain `yes` is one.
    static func ask(_ question: String) -> Bool {
        Console.errors.write("\n\(question) Only 'yes' does: ")
        return readLine()?.trimmed == "yes"
    }
}

extension String {
    fileprivate var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
