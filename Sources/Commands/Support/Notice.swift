/// A line on the terminal that says what is waited for, and that is gone when the wait is over.
///
/// It is written where somebody watches: nothing of it reaches a log or a script.
struct Notice {
    private let isShown: Bool

    init(_ text: String, _ session: Session, isVerbose: Bool) {
        // A log of requests says what goes on, and would be written behind the line.
        isShown = Console.errors.isTerminal && session.variables["TERM"] != "dumb" && !session.isJSON && !isVerbose
        // A line that wraps could not be erased.
        if isShown { Console.errors.write(String(text.prefix(Console.errors.width - 1))) }
    }

    /// Takes the line off the screen.
    func end() {
        if isShown { Console.errors.write("\r\u{1B}[K") }
    }
}
