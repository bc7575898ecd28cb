package import Diagnostics
internal import Files
package import Resources

/// The workspace of a commit under the rule of the watch file: what the daemon may act on.
///
/// Connections, limits, pruning, the dialect, `secrets.allow` and the state are the watch file's, whatever the commit
/// says; its policy holds, and the commit's rules where they are stricter. Manifests, overlays, variables and
/// `promotesFrom` are the commit's. An environment that the watch file does not name is left out. The name is the
/// repository's, since the state is kept by it. Nil when an environment is not as the watch file needs it.
package func governed(
    _ workspace: Workspace, by watch: Watch, _ repository: WatchedRepository
) -> (workspace: Workspace?, diagnostics: [Diagnostic]) {
    var diagnostics: [Diagnostic] = []
    var environments: [Environment] = []
    for watched in repository.environments {
        guard let declared = workspace.environment(watched.name) else {
            diagnostics.append(.notInCommit(watched, workspace))
            continue
        }
        if let origin = declared.promotesFrom, repository.environment(origin) == nil {
            diagnostics.append(.unwatchedOrigin(origin, of: declared, repository))
        }
        environments.append(declared.governed(by: watched))
    }
    guard !diagnostics.hasErrors else { return (nil, diagnostics.presentable) }
    var result = Workspace(
        name: repository.name, manifests: workspace.manifests, secrets: watch.secrets,
        state: watch.state(of: repository),
        environments: environments)
    let unwatched = workspace.environments.map(\.name).filter { repository.environment($0) == nil }
    result.governance = Governance(file: repository.mark.file, secrets: watch.ownSecrets, unwatched: unwatched)
    return (result, [])
}

extension Environment {
    fileprivate func governed(by watched: WatchedEnvironment) -> Environment {
        var environment = self
        environment.designer = watched.designer
        environment.deployer = watched.deployer
        environment.limits = watched.limits
        environment.policy = watched.policy.joined(with: policy)
        // Who must agree is said by the watch file's `apply`.
        environment.approval = .none
        environment.prune = watched.prune
        environment.dialect = watched.dialect
        return environment
    }
}

/// What a commit declares and an environment leaves alone, since the watch file names no design node for it; nil where there
/// is nothing of that kind, or where versions are promoted from another environment, which makes them.
package func passedOver(
    _ desired: DesiredState, by watched: WatchedEnvironment, of repository: WatchedRepository
) -> Diagnostic? {
    guard desired.environment.promotesFrom == nil else { return nil }
    let count = desired.resources.count { $0.isReference(in: desired.environment) }
    return count == 0 ? nil : .onlyReferred(count, watched, repository)
}

extension Watch {
    /// Where a repository's state is kept; a file is relative to the watch file's folder.
    package func state(of repository: WatchedRepository) -> StateSettings {
        state ?? StateSettings(place: .file(resolvePath("state/\(repository.name).db", from: data)))
    }
}

extension Diagnostic {
    fileprivate static func notInCommit(_ watched: WatchedEnvironment, _ workspace: Workspace) -> Diagnostic {
        Diagnostic(
            .error, "unknown-environment", "the commit has no environment '\(watched.name)'", at: watched.mark,
            hint: environmentHint(watched.name, workspace.environments.map(\.name)))
    }

    fileprivate static func onlyReferred(
        _ count: Int, _ watched: WatchedEnvironment, _ repository: WatchedRepository
    ) -> Diagnostic {
        let objects =
            count == 1
            ? "1 declared service, endpoint or package is" : "\(count) declared services, endpoints and packages are"
        return Diagnostic(
            .warning, "only-referred",
            "\(objects) only referred to: '\(watched.name)' of '\(repository.name)' has no 'designer'",
            at: watched.mark,
            hint: "Add 'designer' to the environment, with 'url' and 'apiKey'; of what is made elsewhere, "
                + "say 'external: true' in its metadata.")
    }

    fileprivate static func unwatchedOrigin(
        _ origin: String, of environment: Environment, _ repository: WatchedRepository
    ) -> Diagnostic {
        Diagnostic(
            .error, "unwatched-origin",
            "the environment '\(environment.name)' promotes from '\(origin)', which '\(repository.mark.file)' does not name",
            at: environment.mark,
            hint:
                "Add '\(origin)' to the environments of '\(repository.name)' there: how it is reached is nowhere else.")
    }
}
