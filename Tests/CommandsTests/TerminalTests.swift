import Foundation
import Testing

/// What a person at a terminal sees and types, and what comes of it when the terminal goes away.
@Suite struct TerminalTests {
    /// Runs a command on a terminal, and prints what it said: each answer is typed as soon as the words before it are shown.
    /// `size 40` makes the terminal 40 columns wide.
    private static let terminal = """
        import fcntl, os, pty, struct, sys, termios
        words, answers, command = [w for w in sys.argv[1].split("|") if w], sys.argv[2].split("|"), sys.argv[3:]
        pid, end = pty.fork()
        if pid == 0:
            os.execv(command[0], command)
        said, seen = b"", 0
        while True:
            try:
                piece = os.read(end, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
            while words and (place := said.find(words[0].encode(), seen)) >= 0:
                seen, answer = place + len(words.pop(0)), answers.pop(0)
                if answer.startswith("size "):
                    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(answer[5:]), 0, 0))
                    continue
                # A control character stands for its key; a line ends with the return key.
                os.write(end, answer.encode() + (b"" if answer < " " else b"\\n"))
        sys.stdout.write(said.decode())
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        sys.exit(status if status >= 0 else 128 - status)
        """

    /// Runs the program in the quick start on a terminal; `dialogue` is what is waited for and what is typed then.
    private func onTerminal(
        _ bench: Workbench, _ arguments: String..., dialogue: KeyValuePairs<String, String> = [:]
    ) async throws -> Workbench.Outcome {
        try bench.write("terminal.py", TerminalTests.terminal)
        let words = dialogue.map(\.key).joined(separator: "|")
        let answers = dialogue.map(\.value).joined(separator: "|")
        let program = Workbench.products.appending(path: "mooring").path
        let run = try RunningProgram(
            "/usr/bin/env", ["python3", bench.path("terminal.py"), words, answers, program] + arguments,
            folder: bench.folder.appending(path: "quickstart"),
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "TERM": "xterm"],
            scratch: bench.folder)
        return try await run.end()
    }

    private func quickstart() throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        return bench
    }

    private static let question = "Only 'yes' does"

    @Test(arguments: [("no", Int32(7)), ("y", 7), ("yes", 0)])
    func `on a terminal an apply asks, and only a plain yes is one`(answer: String, status: Int32) async throws {
        let outcome = try await onTerminal(quickstart(), "apply", dialogue: [TerminalTests.question: answer])
        #expect(outcome.status == status, "\(outcome.output)")
        #expect(outcome.output.contains("7 of 7 done") == (status == 0))
        #expect(outcome.output.contains("\r\nNothing was written.\r\n") == (status != 0))
    }

    @Test(arguments: [("\u{3}", Int32(130)), ("\u{4}", 7)])
    func `a key that ends an apply at its question says that nothing was written`(
        key: String, status: Int32
    ) async throws {
        let outcome = try await onTerminal(quickstart(), "apply", dialogue: [TerminalTests.question: key])
        #expect(outcome.status == status, "\(outcome.output)")
        #expect(outcome.output.contains("\r\nNothing was written.\r\n"), "\(outcome.output)")
    }

    @Test func `Ctrl-C after the approval finishes what is under way, as it does without a question`() async throws {
        let bench = try quickstart()
        // Slow enough for a key to come in between, on a busy machine too.
        try bench.write("quickstart/.mooring/sandbox/faults.json", #"{"latency": 1000}"#)
        let outcome = try await onTerminal(
            bench, "apply", dialogue: [TerminalTests.question: "yes", "  creating the": "\u{3}"])
        #expect(outcome.status == 130, "\(outcome.output)")
        #expect(outcome.output.contains("Stopping: what is under way is finished"), "\(outcome.output)")
        #expect(outcome.output.contains("not started"), "\(outcome.output)")
    }

    @Test func `a terminal is told that nodes are read, and the line goes away`() async throws {
        let line = "Reading 'local' ..."
        #expect(try await onTerminal(quickstart(), "plan").output.contains("\(line)\r\u{1B}[K"))
        #expect(try await !onTerminal(quickstart(), "plan", "--json").output.contains(line))
        #expect(try await !onTerminal(quickstart(), "plan", "-v").output.contains(line))
    }

    @Test func `a terminal that is made narrower is not left with pieces of what was under way`() async throws {
        let bench = try quickstart()
        try bench.write("quickstart/.mooring/sandbox/faults.json", #"{"latency": 500}"#)
        let outcome = try await onTerminal(
            bench, "apply", dialogue: [TerminalTests.question: "yes", "  creating the": "size 30"])
        #expect(outcome.status == 0, "\(outcome.output)")
        let redrawn = try #require(
            outcome.output.range(of: #"\x1B\[\d+A\r\x1B\[K  [^\n]*\.\.\.\r\n"#, options: .regularExpression))
        #expect(outcome.output[redrawn].count < 40, "\(outcome.output[redrawn])")
    }

    @Test func `Ctrl-C while an apply reads says that nothing was written`() async throws {
        let bench = try quickstart()
        try bench.write("quickstart/.mooring/sandbox/faults.json", #"{"hang": 1}"#)
        let outcome = try await onTerminal(bench, "apply", dialogue: ["Reading 'local' ...": "\u{3}"])
        #expect(outcome.status == 130, "\(outcome.output)")
        #expect(outcome.output.contains("\r\nNothing was written.\r\n"), "\(outcome.output)")
    }
}
