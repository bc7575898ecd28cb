internal import Diagnostics
internal import Files
internal import HTTP
internal import Notifications
internal import Resources
internal import Server
internal import Watching

/// `mooring watch` while it runs: the watcher, its page and its news, together from beginning to end.
struct Daemon: Sendable {
    let ports: DaemonPorts
    let listen: ListenAddress
    let log: DaemonLog
    let readiness: Readiness
    /// Who is logged in, from one reading of the file to the next.
    let memory: ServerMemory
    /// Is told the page's URL once the port answers.
    let announce: @Sendable (String) -> Void
    /// Reads the file again; nil: it cannot be used, which was told.
    let reread: @Sendable () -> WatchFile?

    private var watch: Watch { ports.file.watch }

    /// What ended it.
    enum End {
        /// As asked.
        case stopped
        /// Its file was read again, and this is it now.
        case reload(WatchFile)
        /// Nothing was followed: a secret, the port or the data folder cannot be had.
        case notBegun(Failure)
    }

    /// Runs until a signal says otherwise: what is in flight is finished, locks are given back, what is to be told is told.
    func run(_ signals: DaemonSignals) async throws(Failure) -> End {
        let outbox = self.outbox()
        let (watcher, server): (Watcher, WatchServer)
        do throws(Failure) {
            watcher = try await makeWatcher(outbox)
            server = try await makeServer(watcher, outbox)
        } catch {
            return .notBegun(error)
        }
        // Nothing is followed before the port is ours: where it is not, the daemon ends without having touched anything.
        let (opened, gate) = AsyncStream<Void>.makeStream()
        let ending = await withTaskGroup(of: Ended.self) { group in
            group.addTask {
                await outbox.run()
                return .outbox
            }
            group.addTask {
                defer { gate.finish() }
                do {
                    try await server.run { port in
                        gate.yield()
                        let url = watch.url ?? pageURL(host: listen.host, port: port)
                        readiness.ready()
                        announce(url)
                    }
                    return .server(nil)
                } catch let error as any DiagnosableError {
                    return .server(error.diagnostic)
                } catch {
                    return .server(Diagnostic(.error, "server-failed", "the server ended: \(error)"))
                }
            }
            group.addTask {
                for await _ in opened {
                    await watcher.run()
                    return .watcher
                }
                return .notBegun
            }
            group.addTask { .asked(await signals.next()) }
            return await farewell(&group, watcher, signals)
        }
        return try ending.get()
    }

    private enum Ended {
        case outbox
        case watcher
        /// The port could not be had.
        case notBegun
        case server(Diagnostic?)
        case asked(DaemonSignals.Wish?)
    }

    /// Ends one after the other: first the work, of which the page tells to the last, then the page and the news.
    private func farewell(
        _ group: inout TaskGroup<Ended>, _ watcher: Watcher, _ signals: DaemonSignals
    ) async -> Result<End, Failure> {
        var result: Result<End, Failure>?
        var hasBegun = true
        while let ended = await group.next() {
            switch ended {
            case .asked(.stop):
                readiness.stopping()
                result = result ?? .success(.stopped)
                watcher.stop()
            case .asked(.reload):
                if let file = reread() {
                    log.tell(.info, "reloading")
                    result = result ?? .success(.reload(file))
                    watcher.stop()
                } else {
                    log.tell(.warning, "the watch file has errors: the one that was read before holds on")
                    group.addTask { .asked(await signals.next()) }
                }
            case .server(let problem):
                if let problem { result = result ?? .failure(Failure(problem)) }
                watcher.stop()
            case .watcher:
                let silent = Diagnostic(.error, "watch-ended", "the watcher ended by itself")
                result = result ?? .failure(Failure(silent))
                group.cancelAll()
            case .notBegun:
                hasBegun = false
                watcher.giveUp()
                group.cancelAll()
            case .outbox, .asked(nil): break
            }
        }
        if !hasBegun, case .failure(let failure) = result { return .success(.notBegun(failure)) }
        return result ?? .success(.stopped)
    }

    private func outbox() -> Outbox {
        let (ports, log) = (ports, log)
        let forges = watch.repositories.compactMap { repository in repository.forge.map { (repository.name, $0) } }
        return Outbox(
            watch.notifications, forges: Dictionary(forges) { first, _ in first }, folder: ports.file.folder,
            path: resolvePath(watch.data, from: ports.file.folder) + "/told.json",
            secret: { reference throws(FileError) in try await ports.secret(reference) },
            transport: CurlTransport(TransportConfiguration(userAgent: "mooring/\(mooringVersion)")),
            log: { log.tell(.warning, $0) })
    }

    /// How long a daemon that is on its way out is waited for, and how often one looks. After a reload that is our own.
    private static let patience = Duration.seconds(5)
    private static let glance = Duration.milliseconds(50)

    private func makeWatcher(_ outbox: Outbox) async throws(Failure) -> Watcher {
        let deadline = ContinuousClock.now + Daemon.patience
        while true {
            do throws(WatchError) {
                return try Watcher(
                    watch, folder: ports.file.folder, ports: ports.ports { outbox.post($0) }, version: mooringVersion)
            } catch {
                guard error.reason == .held else { throw Failure(error) }
                guard ContinuousClock.now < deadline else { throw Failure(error, .locked) }
            }
            try? await Task.sleep(for: Daemon.glance)
        }
    }

    private func makeServer(_ watcher: Watcher, _ outbox: Outbox) async throws(Failure) -> WatchServer {
        var hooks: [WatchHook] = []
        var callers: [WatchCaller] = []
        do throws(FileError) {
            for repository in watch.repositories {
                guard let webhook = repository.webhook else { continue }
                hooks.append(
                    WatchHook(
                        repository: repository.name, provider: webhook.provider,
                        secret: try await ports.secret(webhook.secret)))
            }
            for token in watch.tokens {
                callers.append(WatchCaller(name: token.name, secret: try await ports.secret(token.secret)))
            }
        } catch {
            throw Failure(error)
        }
        let log = log
        return WatchServer(
            listen: listen, url: watch.url, desk: watcher.desk(outbox), hooks: hooks, tokens: callers,
            memory: memory, log: { log.tell($0) })
    }
}

/// How a browser on this machine reaches a port; one elsewhere goes by `url` of the watch file.
func pageURL(host: String, port: Int) -> String {
    // A client cannot connect to "any address".
    let name = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
    return "http://\(name.contains(":") ? "[\(name)]" : name):\(port)"
}

extension Watcher {
    /// What the page and the calls ask.
    fileprivate func desk(_ outbox: Outbox) -> WatchDesk {
        WatchDesk(
            snapshot: { self.snapshot() },
            counts: {
                var counts = self.counts()
                counts.notifications = outbox.counts
                return counts
            },
            detail: { await self.detail($0) }, timeline: { await self.timeline($0) }, plan: { await self.plan($0) },
            drift: { await self.drift($0) },
            run: { place, number throws(WatchRefusal) in try await self.run(number, of: place) },
            poke: { self.poke($0) },
            perform: { action, actor throws(WatchRefusal) in try await self.perform(action, actor) },
            isAlive: { self.isAlive })
    }
}
