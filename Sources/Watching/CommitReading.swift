internal import Diagnostics
internal import Files
internal import Git
internal import Manifests
internal import Resources

/// What a commit declares for each watched environment of its repository, read once for all of them.
struct CommitReading: Sendable {
    let commit: Commit
    let tree: CommitTree
    private let states: [String: (desired: DesiredState, diagnostics: [Diagnostic])]
    /// Why no environment could be made.
    private let diagnostics: [Diagnostic]

    init(
        _ commit: Commit, _ tree: CommitTree, by watch: Watch, _ repository: WatchedRepository,
        zones: TimeZoneDatabase, today: String
    ) {
        self.commit = commit
        self.tree = tree
        let (workspace, problems) = loadWorkspace(tree, isGoverned: true) { zones.problem(with: $0) }
        guard let workspace, !problems.hasErrors else {
            (states, diagnostics) = ([:], problems)
            return
        }
        let (own, refusals) = governed(workspace, by: watch, repository)
        guard let own, !refusals.hasErrors else {
            (states, diagnostics) = ([:], problems + refusals)
            return
        }
        states = loadEachDesired(own, tree: tree, today: today).mapValues { state in
            (state.desired, refusals + state.diagnostics)
        }
        diagnostics = problems + refusals
    }

    /// What should be live, and the warnings of its files.
    func desired(_ environment: String) throws(Setback) -> (desired: DesiredState, warnings: [Diagnostic]) {
        guard let state = states[environment] else { throw Setback(diagnostics) }
        guard !state.diagnostics.hasErrors else { throw Setback(state.diagnostics) }
        return (state.desired, state.diagnostics)
    }
}
