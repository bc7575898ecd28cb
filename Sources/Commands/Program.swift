internal import ArgumentParser
internal import Diagnostics
internal import Dispatch
internal import Files
internal import Glibc
internal import JSON

/// Mooring's own version.
package let mooringVersion = "0.1.0"

/// The command line as a whole.
package enum Program {
    /// Does what the arguments say and ends the process.
    ///
    /// An asynchronous `main` would begin too late: the runtime has opened files of its own by then.
    package static func start() -> Never {
        Console.openClosed()
        // A reader that went away is told to the writer, and an apply must outlive it.
        signal(SIGPIPE, SIG_IGN)
        Task { await run() }
        dispatchMain()
    }

    private static func run() async -> Never {
        shareMemoryPools()
        let arguments = verbFirst(Array(CommandLine.arguments.dropFirst()))
        if let problem = unknownVerb(arguments) { end(problem, arguments) }
        do {
            var command = try MooringCommand.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            exit(ExitStatus.done.rawValue)
        } catch {
            // A command that ends with a status has said all itself.
            let isUsage =
                !(error is ExitCode)
                && MooringCommand.exitCode(for: error).rawValue == ExitStatus.usage.rawValue
            if isUsage { printDocument(of: Diagnostic(.error, "usage", MooringCommand.message(for: error)), arguments) }
            MooringCommand.exit(withError: error)
        }
    }

    /// Tells wrong usage and ends the process.
    private static func end(_ problem: Diagnostic, _ arguments: [String]) -> Never {
        printDocument(of: problem, arguments)
        Console.errors.write(problem.text(color: false))
        exit(ExitStatus.usage.rawValue)
    }
}

/// With `--json`, or `--format json`: prints the failure in the form of the command that was meant.
private func printDocument(of problem: Diagnostic, _ arguments: [String]) {
    guard arguments.contains("--json") || value(of: ["--format"], in: arguments) == "json" else { return }
    var command: any ParsableCommand.Type = MooringCommand.self
    for word in arguments {
        let commands = command.configuration.subcommands
        guard let next = commands.first(where: { $0.configuration.commandName == word }) else { break }
        command = next
    }
    let environment = value(of: ["-e", "--environment"], in: arguments) ?? ""
    let document =
        (command as? any Verb.Type)?.document(failed: [problem], environment: environment)
        ?? failureDocument([problem], environment: environment)
    Console.output.write(document.text(.pretty) + "\n")
}

/// What follows an option, as `-e prod` or `--environment=prod`.
private func value(of names: [String], in arguments: [String]) -> String? {
    for (index, word) in arguments.enumerated() {
        for name in names {
            if word == name, index + 1 < arguments.count { return arguments[index + 1] }
            if word.hasPrefix(name + "=") { return String(word.dropFirst(name.count + 1)) }
        }
    }
    return nil
}

/// What to say of a command that there is not; the parser would speak of its options instead.
private func unknownVerb(_ arguments: [String]) -> Diagnostic? {
    guard let word = arguments.first, !word.hasPrefix("-") else { return nil }
    let commands = MooringCommand.configuration.subcommands.map { $0.configuration }
    let names = commands.compactMap(\.commandName) + ["help"]
    guard !names.contains(word) else { return nil }
    let shown = commands.filter(\.shouldDisplay).compactMap(\.commandName)
    return Diagnostic(
        .error, "usage", "there is no command '\(word)'",
        hint: closest(to: word, among: shown).map { "Did you mean '\($0)'?" } ?? "`mooring --help` lists them.")
}

/// The arguments with common options that stand before the verb, as in `mooring -C DIR plan`, behind all others.
func verbFirst(_ arguments: [String]) -> [String] {
    let withValue: Set = ["-C", "--directory", "-e", "--environment"]
    let flags: Set = ["--json", "--no-color"]
    var rest = arguments[...]
    var moved: [String] = []
    while let first = rest.first {
        let count = withValue.contains(first) ? 2 : flags.contains(first) ? 1 : 0
        guard count > 0, rest.count > count else { break }
        moved += rest.prefix(count)
        rest = rest.dropFirst(count)
    }
    return rest + moved
}

/// The root of the command line: it does nothing itself.
struct MooringCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mooring",
        abstract: "Keeps Dataiku DSS API services moored to git.",
        discussion: """
            YAML manifests say what should be live. 'mooring plan' shows what differs, 'mooring apply' makes it so.

            Exit status: 0 done or nothing to do, 1 error, 2 changes pending (drift, plan --detailed-exitcode), 3 drift, \
            4 drift and changes pending, 5 the saved plan is stale, 6 locked by another run, 7 refused, 8 applied in part, \
            9 rolled back, 64 usage, 129 hung up, 130 interrupted, 143 terminated.

            'mooring --generate-completion-script bash' (or zsh, fish) prints completions for a shell.
            """,
        version: mooringVersion,
        subcommands: [ManualCommand.self],
        groupedSubcommands: [
            CommandGroup(name: "Start", subcommands: [InitCommand.self, SandboxCommand.self]),
            CommandGroup(
                name: "Reconcile",
                subcommands: [
                    ValidateCommand.self, PlanCommand.self, ApplyCommand.self, DriftCommand.self, StatusCommand.self,
                    RolloutCommand.self, RollbackCommand.self, DestroyCommand.self,
                ]),
            CommandGroup(name: "Follow", subcommands: [WatchCommand.self]),
            CommandGroup(
                name: "Take over",
                subcommands: [
                    ImportCommand.self, AdoptCommand.self,
                ]),
            CommandGroup(
                name: "Look up",
                subcommands: [
                    HistoryCommand.self, LockCommand.self, ShowCommand.self, GraphCommand.self, ExplainCommand.self,
                    SchemaCommand.self, VersionCommand.self,
                ]),
        ])
}
