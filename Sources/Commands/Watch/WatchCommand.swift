internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import JSON
internal import Reports
internal import Resources
internal import Server
internal import Watching

/// `mooring watch`
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follows git repositories and keeps environments at their newest good commit.",
        discussion: """
            Without a subcommand it is a daemon, as 'mooring watch run'. The others check its file, or ask a running one.
            """,
        subcommands: [
            WatchRunCommand.self, WatchCheckCommand.self, WatchStatusCommand.self, WatchPlanCommand.self,
            WatchDriftCommand.self, WatchApproveCommand.self, WatchSuspendCommand.self,
            WatchDeedCommand<ResumeDeed>.self, WatchDeedCommand<RetryDeed>.self, WatchDeedCommand<SyncDeed>.self,
            WatchDeedCommand<HealDeed>.self,
        ], defaultSubcommand: WatchRunCommand.self)
}

/// `mooring watch run`
struct WatchRunCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the daemon.",
        discussion: """
            It looks each repository up, applies what is new as its file allows, and serves a page, whose address it prints \
            when it is ready. Its log goes to standard error.

            SIGTERM and SIGINT end it with status 0 once what is under way is finished; a second one ends it at once, with \
            143 or 130. SIGHUP reads the watch file again: with errors in it, or where what it names cannot be had, the one \
            that was read before holds on. A service manager that sets NOTIFY_SOCKET is told when it is ready.

            With --once it looks everything up, does what is due and ends as 'mooring apply' does: 0 all is live, 1 something \
            failed or a commit is held, 2 changes wait for a window or are only planned, 3 drift, 4 both, 6 locked by another run, \
            7 a plan waits for an approval, 8 applied in part, 9 rolled back. No port is opened.
            """)

    @OptionGroup var file: WatchFileArgument

    @Option(
        help: ArgumentHelp(
            "Listen there instead of where the file says; port 0 takes a free one.", valueName: "host:port"))
    var listen: ListenAddress?

    @Flag(help: "Look everything up, do what is due, and end.")
    var once = false

    @Flag(help: "With --once: try held commits once more.")
    var retryHeld = false

    @Flag(name: .shortAndLong, help: "Log each request to a node: method, path, status, time, bytes.")
    var verbose = false

    @Option(help: ArgumentHelp("How the log is written: text or json.", valueName: "form"))
    var logFormat = DaemonLog.Form.text

    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if retryHeld, !once {
            throw ValidationError("'--retry-held' goes with '--once'; a daemon is asked by 'mooring watch retry'.")
        }
    }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        var file = try WatchFile(self.file.file, session)
        let log = DaemonLog(logFormat)
        let lines = NodeLines(root: file.folder, variables: session.variables)
        if once {
            log.tell(file.diagnostics)
            return try await runOnce(
                DaemonPorts(file, session, lines: lines, log: log, isVerbose: verbose), session)
        }
        let (signals, memory) = (DaemonSignals(), ServerMemory())
        /// What was followed before the file was read again, until what it says now is.
        var former: WatchFile?
        while true {
            log.tell(file.diagnostics)
            let watch = file.watch
            let daemon = Daemon(
                ports: DaemonPorts(file, session, lines: lines, log: log, isVerbose: verbose),
                listen: listen ?? watch.listen, log: log, readiness: Readiness(session.variables),
                memory: memory, announce: { WatchRunCommand.announce($0, watch, session) },
                reread: { [given = self.file.file] in
                    do throws(Failure) { return try WatchFile(given, session) } catch {
                        log.tell(error.diagnostics)
                        return nil
                    }
                })
            switch try await daemon.run(signals) {
            case .stopped: return Answer(isSilent: true)
            case .reload(let newer): (former, file) = (file, newer)
            case .notBegun(let failure):
                guard let before = former else { throw failure }
                log.tell(failure.diagnostics)
                log.tell(.warning, "what the watch file says cannot be had: the one that was read before holds on")
                (former, file) = (nil, before)
            }
        }
    }

    private static func announce(_ url: String, _ watch: Watch, _ session: Session) {
        let names = watch.repositories.map(\.name)
        if session.isJSON {
            let document: JSONValue = [
                "url": .string(url), "repositories": .array(names.map(JSONValue.string)),
            ]
            Console.output.write(document.text(.python) + "\n")
        } else {
            let count = counted(names.count, "repository", "repositories")
            Console.output.write("Following \(count). The page is at \(url)/\nCtrl-C ends it.\n")
        }
    }

    private func runOnce(_ ports: DaemonPorts, _ session: Session) async throws(Failure) -> Answer {
        let watcher: Watcher
        do throws(WatchError) {
            watcher = try Watcher(
                ports.file.watch, folder: ports.file.folder, ports: ports.ports { _ in }, version: mooringVersion)
        } catch {
            throw Failure(error, error.reason == .held ? .locked : .error)
        }
        let stopped = Stopped()
        let signals = SignalWatch { signal in
            stopped.signal = signal
            watcher.stop()
        }
        await watcher.runOnce(retriesHeld: retryHeld)
        signals.end()
        let snapshot = watcher.snapshot()
        let document = statusDocument(snapshot)
        return Answer(
            status: stopped.signal.map { ExitStatus(signal: $0) } ?? ExitStatus(snapshot),
            text: watchStatusText(
                document, advice: .once(command: "mooring watch run --once\(self.file.text)"), session.style),
            document: document)
    }
}

extension DaemonLog.Form: ExpressibleByArgument {}

extension ListenAddress: ExpressibleByArgument {
    /// `127.0.0.1:8080`, `[::1]:8080`.
    package init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...])
        else { return nil }
        var host = argument[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: Int(port))
    }
}
