internal import Diagnostics
internal import Files
internal import Git
internal import Manifests
internal import Planning
internal import Resources

/// The base of a branch: what its manifests say, read from git and not from the folder.
struct BranchReading {
    private let name: String
    private let copy: WorkingCopy
    private let base: Commit

    /// So many lines are looked up in git's history: each file of them has to be followed through its commits.
    private static let mostAuthors = 50

    /// Finds the newest commit that led to both `name` and what is checked out; `root` is the workspace's folder.
    init(_ name: String, root: String) throws(Failure) {
        self.name = name
        let found = try BranchReading.told { () throws(GitError) in try WorkingCopy(containing: root) }
        guard let found, let head = found.head else { throw Failure(.noRepository) }
        copy = found
        let base = try BranchReading.told { () throws(GitError) in try found.mergeBase(found.resolve(name), head) }
        guard let base else { throw Failure(.noCommonHistory(name, head)) }
        self.base = base
    }

    private static func told<T>(_ work: () throws(GitError) -> T) throws(Failure) -> T {
        do throws(GitError) { return try work() } catch { throw Failure(error) }
    }

    /// Whether files below a workspace's folder differ from what is checked out; nil where that cannot be told.
    static func hasUncommitted(root: String) -> Bool? {
        guard let copy = try? WorkingCopy(containing: root), copy.head != nil else { return nil }
        return try? copy.isChanged(below: copy.prefix)
    }

    /// Tells in the plan what the branch changes, and who wrote it.
    func compare(_ plan: inout Plan, of head: DesiredState) throws(Failure) {
        plan.hasUncommitted = try BranchReading.told { () throws(GitError) in
            try copy.isChanged(below: copy.prefix)
        }
        let (desired, problem) = try desired(head.environment.name)
        var branch = BranchComparison(of: plan, name: name, base: base.stamp, desired: desired, head: head)
        branch.authors = authors(of: plan, branch)
        branch.problem = problem
        plan.branch = branch
    }

    /// What the base declares; nil where it has no such environment, or none that can be read, which is told.
    private func desired(_ environment: String) throws(Failure) -> (DesiredState?, Diagnostic?) {
        let tree: CommitTree
        do throws(GitError) { tree = try copy.tree(of: base, below: copy.prefix) } catch {
            // The workspace itself is new.
            if error.reason == .missing { return (nil, nil) }
            throw Failure(error)
        }
        let (workspace, problems) = loadWorkspace(tree)
        if problems.contains(where: { $0.code == "no-workspace" }) { return (nil, nil) }
        guard let workspace, !problems.hasErrors else { return (nil, .baseNotValid(name, base, problems)) }
        guard workspace.environment(environment) != nil else { return (nil, nil) }
        let (desired, told) = loadDesired(workspace, environment: environment, tree: tree, today: today())
        if told.contains(where: { $0.severity == .error && $0.code != "no-manifests" }) {
            return (nil, .baseNotValid(name, base, told))
        }
        return (desired, nil)
    }

    /// Who wrote the lines that the causes name, the branch's own first. What git cannot tell is left out: the plan is none
    /// the worse for it.
    private func authors(of plan: Plan, _ branch: BranchComparison) -> [Address: BranchComparison.Author] {
        let changes = BranchComparison.Share.allCases.flatMap { share in
            plan.changes.filter { branch.share(of: $0) == share }
        }
        var known: [SourceMark: BranchComparison.Author] = [:]
        var authors: [Address: BranchComparison.Author] = [:]
        for change in changes {
            let mark = change.cause.mark
            // Of what is declared no more the line is gone.
            guard ![.orphaned, .replaced].contains(change.cause.kind), !mark.file.isEmpty, !leadsOutside(mark.file)
            else { continue }
            if known[mark] == nil {
                guard known.count < BranchReading.mostAuthors else { break }
                let file = resolvePath(mark.file, from: copy.prefix == "." ? "" : copy.prefix)
                do throws(GitError) {
                    known[mark] = try copy.author(of: file, line: mark.line).map { .commit($0.stamp) } ?? .uncommitted
                } catch {
                    break
                }
            }
            authors[change.address] = known[mark]
        }
        return authors
    }
}

extension Diagnostic {
    fileprivate static let noRepository = Diagnostic(
        .error, "no-repository", "the workspace lies in no git repository with a commit",
        hint: "'--base' compares with what a commit declares.")

    fileprivate static func noCommonHistory(_ name: String, _ head: Commit) -> Diagnostic {
        Diagnostic(
            .error, "no-common-history",
            "'\(name)' and \(head.stamp.short), which is checked out, have no commit in common",
            hint: "On a CI runner, fetch the history ('git fetch --unshallow', or 'fetch-depth: 0').")
    }

    fileprivate static func baseNotValid(_ name: String, _ base: Commit, _ problems: [Diagnostic]) -> Diagnostic {
        let first = problems.first { $0.severity == .error }
        let place = first?.mark.map { " (\($0.file):\($0.line))" } ?? ""
        return Diagnostic(
            .warning, "base-not-valid",
            "the manifests of '\(name)', at \(base.stamp.short), have errors: all changes count as this branch's",
            hint: first.map { "The first one: \($0.message)\(place)." })
    }
}
