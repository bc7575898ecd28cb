internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Reports
internal import Resources
internal import StateStorage

/// `mooring lock`
struct LockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Shows or ends the lock that a run holds.",
        discussion: """
            A run holds the lock of its environment and renews it as it goes. One that was killed loses it at once on its \
            own machine, and after 30 seconds elsewhere: a lock has to be released only when its run hangs.
            """,
        subcommands: [LockStatusCommand.self, LockReleaseCommand.self])
}

/// `mooring lock status`
struct LockStatusCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows who holds the lock, what for and for how long.")

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let open = try OpenWorkspace(workspace, session)
        let name = try open.environmentName(workspace.environment)
        let store = try await open.state(for: .reading, open.secretResolver(session)).store
        let holder = try await told { () async throws(StateError) in try await store.holder(of: name) }
        return Answer(
            text: lockText(holder, environment: name, session.style),
            document: lockJSON(holder, environment: name, version: mooringVersion), diagnostics: open.diagnostics)
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        lockJSON(failed: diagnostics, environment: environment, version: mooringVersion)
    }
}

/// `mooring lock release`
struct LockReleaseCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Takes the lock away from the run that holds it.",
        discussion: "If that run still goes on, its next write is refused, and it ends.")

    @Flag(help: "Do not ask.")
    var autoApprove = false

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let open = try OpenWorkspace(workspace, session)
        let name = try open.environmentName(workspace.environment)
        session.tell(open.diagnostics)
        let store = try await open.state(for: .reading, open.secretResolver(session)).store
        let holder = try await told { () async throws(StateError) in try await store.holder(of: name) }
        guard let holder else { return answer(nil, name, "'\(name)' is not locked: there is nothing to release.\n") }
        if !autoApprove {
            try Request(
                question: "\(holder.text). Take the lock of '\(name)' away?", deed: "release the lock of '\(name)'",
                hint: "Release it with --auto-approve. It is held: \(holder.text).", refusal: "the lock was left"
            ).ask(session)
        }
        let broken = try await told { () async throws(StateError) in try await store.breakLease(of: name) } ?? holder
        return answer(broken, name, "Released the lock of '\(name)', which \(broken.owner) held for \(broken.age).\n")
    }

    private func answer(_ holder: LeaseHolder?, _ environment: String, _ text: String) -> Answer {
        Answer(
            text: text,
            document: [
                "mooring": .string(mooringVersion), "environment": .string(environment),
                "released": lockJSON(holder, environment: environment, version: mooringVersion)["holder"] ?? .null,
                "diagnostics": [],
            ])
    }
}

/// Asks a store; its error ends the command.
func told<T>(_ work: () async throws(StateError) -> T) async throws(Failure) -> T {
    do throws(StateError) { return try await work() } catch { throw Failure(error) }
}
