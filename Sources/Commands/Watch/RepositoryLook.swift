internal import Diagnostics
internal import Files
internal import Git
internal import Manifests
internal import Resources
internal import Watching

/// A look at one repository of a watch file, of which nothing is kept.
struct RepositoryLook {
    let repository: WatchedRepository
    let file: WatchFile
    let session: Session

    /// What its server says now and, with `readsManifests`, what is wrong with the manifests of the newest commit.
    func look(readsManifests: Bool) async throws(Failure) -> (head: RemoteHead, problems: [Diagnostic]) {
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
        let mirror = Mirror(folder: scratch.path + "/mirror.git", remote: remote)
        do throws(GitError) {
            let head = try await mirror.lookUp(repository.ref)
            guard readsManifests else { return (head, []) }
            let commit = try await mirror.fetch(head)
            let problems = problems(with: try await mirror.tree(of: commit, below: repository.path))
            await mirror.close()
            return (head, problems)
        } catch {
            await mirror.close()
            var problem = error.diagnostic
            problem.mark = problem.mark ?? repository.mark
            throw Failure(problem)
        }
    }

    /// What the daemon would say of a commit's manifests before it asks the nodes. Of several repositories, each is named.
    private func problems(with tree: CommitTree) -> [Diagnostic] {
        let zones = TimeZoneDatabase(variables: session.variables)
        let (workspace, problems) = loadWorkspace(tree, isGoverned: true) { zones.problem(with: $0) }
        var told = problems
        if let workspace, !problems.hasErrors {
            let (own, refusals) = governed(workspace, by: file.watch, repository)
            told += refusals
            if let own {
                let states = loadEachDesired(own, tree: tree, today: today())
                for environment in repository.environments {
                    guard let state = states[environment.name] else { continue }
                    // What all environments share is told once.
                    told += state.diagnostics.filter { !told.contains($0) }
                    told += [passedOver(state.desired, by: environment, of: repository)].compactMap(\.self)
                }
            }
        }
        guard file.watch.repositories.count > 1 else { return told }
        return told.map { problem in
            var problem = problem
            problem.message = "\(repository.name): \(problem.message)"
            return problem
        }
    }
}
