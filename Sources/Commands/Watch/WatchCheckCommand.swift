internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import Git
internal import JSON
internal import Reports
internal import Resources
internal import Watching

/// `mooring watch check`
struct WatchCheckCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a watch file, its secrets and its repositories, and says what would be followed.",
        discussion: "Nothing is fetched and nothing is written; the nodes are not asked.")

    @OptionGroup var file: WatchFileArgument

    @Flag(help: "Read the file alone: no secret, no repository.")
    var offline = false

    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let file = try WatchFile(self.file.file, session)
        var problems = file.diagnostics
        if !offline { problems += await WatchCheckCommand.problems(with: file, session) }
        var followed: [Followed] = []
        for repository in file.watch.repositories {
            var entry = Followed(repository: repository)
            if !offline {
                do throws(Failure) { entry.head = try await WatchCheckCommand.lookUp(repository, file, session) } catch
                {
                    problems += error.diagnostics
                }
            }
            followed.append(entry)
        }
        guard !problems.hasErrors else { throw Failure(problems) }
        return Answer(
            text: followed.map(\.text).joined(),
            document: [
                "mooring": .string(mooringVersion), "name": .string(file.watch.name),
                "repositories": .array(followed.map(\.document)), "diagnostics": diagnosticsJSON(problems),
            ], diagnostics: problems)
    }

    /// The secrets of the daemon itself that cannot be had here.
    private static func problems(with file: WatchFile, _ session: Session) async -> [Diagnostic] {
        let secrets = file.secrets(session)
        var problems: [Diagnostic] = []
        for reference in file.watch.ownSecrets {
            if let problem = await secrets.obstacle(to: reference, for: .connection) {
                problems.append(problem.diagnostic)
            }
        }
        return problems
    }

    /// What a repository's server says now.
    private static func lookUp(
        _ repository: WatchedRepository, _ file: WatchFile, _ session: Session
    ) async throws(Failure) -> RemoteHead {
        let secrets = file.secrets(session)
        let remote: Remote
        let scratch: TemporaryFolder
        do throws(FileError) {
            remote = try await Remote(repository, folder: file.folder) { reference throws(FileError) in
                try await secrets.resolve(reference, for: .connection)
            }
            scratch = try TemporaryFolder()
        } catch {
            throw Failure(error)
        }
        defer { scratch.remove() }
        do throws(GitError) {
            return try await Mirror(folder: scratch.path + "/mirror.git", remote: remote).lookUp(repository.ref)
        } catch {
            var problem = error.diagnostic
            problem.mark = problem.mark ?? repository.mark
            throw Failure(problem)
        }
    }
}

/// One repository of a watch file, and what it would be followed as.
private struct Followed {
    let repository: WatchedRepository
    /// Nil: it was not looked up.
    var head: RemoteHead?

    var text: String {
        let place = repository.path == "." ? "" : ", folder \(repository.path)"
        let now = head.map { " is at \($0.id.prefix(10))" } ?? ""
        var text = "\(repository.name)  \(Diagnostic.printable(repository.url))  \(repository.ref.text)\(now)\(place)\n"
        for environment in repository.environments {
            text += "  \(environment.name): apply \(environment.mode.rawValue), drift \(environment.drift.rawValue)\n"
            text += "    deployer  \(Diagnostic.printable(environment.deployer.targetText))\n"
            let designer = environment.designer.map { Diagnostic.printable($0.targetText) }
            text += "    designer  \(designer ?? "none: services, endpoints and packages are only referred to")\n"
        }
        return text
    }

    var document: JSONValue {
        [
            "name": .string(repository.name), "ref": .string(repository.ref.text), "path": .string(repository.path),
            "head": head.map { .string($0.id) } ?? .null,
            "environments": .array(
                repository.environments.map { environment in
                    [
                        "name": .string(environment.name), "apply": .string(environment.mode.rawValue),
                        "drift": .string(environment.drift.rawValue),
                        "deployer": .string(environment.deployer.targetText),
                        "designer": environment.designer.map { .string($0.targetText) } ?? .null,
                    ]
                }),
        ]
    }
}
