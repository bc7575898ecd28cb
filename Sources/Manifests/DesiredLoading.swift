package import Diagnostics
package import Files
internal import JSON
package import Resources
internal import YAML

/// What should be live in one environment, by its manifests and overlays; nil when there is no such environment.
///
/// All that is wrong with any of its files is told, in file order; also environments that want different things of one
/// object on a node of this one. With errors the state holds what could be read,
/// and must not be applied. `today` is a date, as `2026-12-31`: exceptions that end before it are warned of.
package func loadDesired(
    _ workspace: Workspace, environment name: String, tree: some SourceTree, today: String
) -> (desired: DesiredState?, diagnostics: [Diagnostic]) {
    guard let environment = workspace.environment(name) else {
        return (nil, [unknownEnvironment(name, workspace)])
    }
    var set = ManifestSet(workspace, tree: tree, today: today)
    return set.desired(environment)
}

/// What should be live in each environment, by its name, and what is wrong with its own files: as `loadDesired` for one
/// after the other, each file read once.
package func loadEachDesired(
    _ workspace: Workspace, tree: some SourceTree, today: String
) -> [String: (desired: DesiredState, diagnostics: [Diagnostic])] {
    var set = ManifestSet(workspace, tree: tree, today: today)
    var result: [String: (desired: DesiredState, diagnostics: [Diagnostic])] = [:]
    for environment in workspace.environments { result[environment.name] = set.desired(environment) }
    return result
}

extension ManifestSet {
    fileprivate mutating func desired(_ environment: Environment) -> (desired: DesiredState, diagnostics: [Diagnostic])
    {
        forgetProblems()
        let loaded = load(environment)
        let own = problems.diagnostics
        let neighbours = neighbours(of: loaded)
        return (loaded.state(besides: neighbours.declared), (own + neighbours.conflicts).presentable)
    }
}

/// What should be live in each environment, in the order of the workspace; each problem is told once.
///
/// Also told: environments that want different things of one object on one node.
package func loadAllDesired(
    _ workspace: Workspace, tree: some SourceTree, today: String
) -> (desired: [DesiredState], diagnostics: [Diagnostic]) {
    var set = ManifestSet(workspace, tree: tree, today: today)
    let loaded = workspace.environments.map { set.load($0) }
    var problems = set.problems
    if !problems.isFull { problems.add(EnvironmentConflicts.find(loaded)) }
    return (loaded.map(\.state), problems.diagnostics.presentable)
}

/// What to tell who selects an environment that does not exist.
package func unknownEnvironment(_ name: String, _ workspace: Workspace) -> Diagnostic {
    Diagnostic(
        .error, "unknown-environment", "there is no environment '\(name)'",
        hint: environmentHint(name, workspace.environments.map(\.name)))
}
