internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import Git
internal import JSON
internal import Reports
internal import Resources

/// `mooring watch check`
struct WatchCheckCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a watch file, its secrets and its repositories, and says what would be followed.",
        discussion: """
            Nothing is written, and the nodes are not asked. Nothing is fetched either, but with --manifests, and what that \
            fetches is not kept.
            """)

    @OptionGroup var file: WatchFileArgument

    @Flag(help: "Read the file alone: no secret, no repository.")
    var offline = false

    @Flag(help: "Fetch the newest commits, too, and check their manifests under the rule of the file.")
    var manifests = false

    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if offline, manifests {
            throw ValidationError("'--manifests' asks the repositories, and '--offline' does not.")
        }
    }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let file = try WatchFile(self.file.file, session)
        var problems = file.diagnostics
        if !offline { problems += await WatchCheckCommand.problems(with: file, session) }
        var followed: [FollowedRepository] = []
        for repository in file.watch.repositories {
            var entry = FollowedRepository(repository: repository)
            if !offline {
                let look = RepositoryLook(repository: repository, file: file, session: session)
                do throws(Failure) {
                    let (head, told) = try await look.look(readsManifests: manifests)
                    entry.head = head
                    problems += told
                } catch {
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
}

/// One repository of a watch file, and what it would be followed as.
private struct FollowedRepository {
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
