internal import ArgumentParser
internal import Planning
internal import Resources

/// How every command says what it has to say.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document on standard output, whatever happens; --help and --version stay text.")
    var json = false

    @Flag(help: "Use no colours; so does the variable NO_COLOR.")
    var noColor = false
}

/// Which workspace a command is about.
struct WorkspaceOptions: ParsableArguments {
    @Option(
        name: [.customShort("C"), .customLong("directory")],
        help: ArgumentHelp(
            "The workspace: a folder with mooring.yaml, or one below it. Default: the current folder.", valueName: "dir"
        ),
        completion: .directory)
    var directory: String?

    @Option(
        name: [.customShort("e"), .customLong("environment")],
        help: ArgumentHelp("The environment; needed when the workspace has several.", valueName: "env"))
    var environment: String?

    /// The same options again, for a command to type next.
    var text: String {
        (directory.map { " -C \(shellWord($0))" } ?? "") + (environment.map { " -e \(shellWord($0))" } ?? "")
    }
}

/// How a command talks to the nodes.
struct NodeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Requests under way at once, 1 to 256; over the limit of the workspace.", valueName: "n"))
    var concurrency: Int?

    @Flag(name: .shortAndLong, help: "Log each request on standard error: method, path, status, time, bytes.")
    var verbose = false

    @Flag(help: "Count the requests and tell on standard error.")
    var stats = false

    /// The same bounds as `limits.concurrency` has.
    private static let concurrencies = 1...256

    mutating func validate() throws {
        guard concurrency.map(NodeOptions.concurrencies.contains) ?? true else {
            throw ValidationError("'--concurrency' takes a number from 1 to 256.")
        }
    }
}

/// How far a plan may go.
struct ReachOptions: ParsableArguments {
    @Flag(help: "Delete what Mooring owns and no manifest declares any more.")
    var prune = false

    @Flag(help: "Only undo what others changed: what the manifests changed waits, and nothing is deleted.")
    var onlyDrift = false

    @OptionGroup var deletions: DeletionOptions

    func planOptions(_ selection: SelectionOptions) -> PlanOptions {
        var options = selection.planOptions
        options.purpose = onlyDrift ? .heal : .apply
        options.prune = prune ? true : nil
        return options
    }

    /// The same options again, for a command to type next.
    var text: String { (prune ? " --prune" : "") + (onlyDrift ? " --only-drift" : "") + deletions.text }

    var isDefault: Bool { !prune && !onlyDrift && deletions.maxDeletes == nil }

    mutating func validate() throws {
        if prune, onlyDrift { throw ValidationError("'--only-drift' deletes nothing: leave '--prune' out.") }
    }
}

/// How many objects a plan may delete.
struct DeletionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Let so many deletions through, a count or a share as 5%; over the limit of the workspace.",
            valueName: "n"))
    var maxDeletes: Bound?

    var text: String { maxDeletes.map { " --max-deletes \($0.text)" } ?? "" }
}

extension Bound: ExpressibleByArgument {
    /// A manifest's `limits` take no more either.
    private static let counts = 0...1_000_000

    package init?(argument: String) {
        if let share = Bound(percentage: argument) {
            self = share
        } else if let count = Int(argument), Bound.counts.contains(count), "\(count)" == argument {
            self = .count(count)
        } else {
            return nil
        }
    }
}

/// How to deal with the lock.
struct LockOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long to wait for another run to end, as 10m. Default: not at all.", valueName: "duration"))
    var lockTimeout: String?

    var waiting: Duration { lockTimeout.flatMap { Duration(text: $0) } ?? .zero }

    mutating func validate() throws {
        if let lockTimeout, Duration(text: lockTimeout) == nil {
            throw ValidationError("'--lock-timeout' takes a duration as 30s or 10m, not '\(lockTimeout)'.")
        }
    }
}

/// Who agrees to a plan.
struct ApprovalOptions: ParsableArguments {
    @Flag(help: "Do not ask.")
    var autoApprove = false

    @Option(
        help: ArgumentHelp(
            "Carry out the plan with this digest and no other; needed with 'approval: required'.", valueName: "digest"))
    var approve: String?
}

/// Which part of the manifests a plan is about.
struct SelectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only the addresses that match, and what they depend on; may be repeated.", valueName: "glob"))
    var target: [String] = []

    @Option(
        help: ArgumentHelp(
            "Not the addresses that match, nor what depends on them; may be repeated.", valueName: "glob"))
    var exclude: [String] = []

    @Option(help: ArgumentHelp("Only resources with this label; may be repeated.", valueName: "key=value"))
    var selector: [String] = []

    @Flag(help: "Do not read how deployments run; the plan then says 'running state: not checked'.")
    var noHealth = false

    var planOptions: PlanOptions {
        var options = PlanOptions()
        options.targets = target
        options.excludes = exclude
        options.checksHealth = !noHealth
        for text in selector {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            options.selector[String(parts[0])] = String(parts[1])
        }
        return options
    }

    /// The options that leave something out, for a command to type next; empty when the plan is about all.
    private var narrowing: String {
        let words = [("--target", target), ("--exclude", exclude), ("--selector", selector)]
        return words.flatMap { name, values in values.map { " \(name) \(shellWord($0))" } }.joined()
    }

    /// What the plan is about, in the user's own options; nil when it is about all.
    var only: String? { narrowing.isEmpty ? nil : String(narrowing.dropFirst()) }

    /// The same options again, for a command to type next.
    var text: String { narrowing + (noHealth ? " --no-health" : "") }

    var isDefault: Bool { target.isEmpty && exclude.isEmpty && selector.isEmpty && !noHealth }

    mutating func validate() throws {
        for text in selector where !text.dropFirst().contains("=") {
            throw ValidationError("'--selector' takes 'key=value', not '\(text)'.")
        }
    }
}
