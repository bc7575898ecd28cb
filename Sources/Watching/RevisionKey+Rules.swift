internal import Diagnostics
internal import Files
internal import Resources

extension RevisionKey {
    /// The key of a tree in an environment, as the watch file has it now.
    init(tree: String, _ environment: WatchedEnvironment, _ watch: Watch) {
        self.init(tree: tree, rules: RevisionKey.digest(of: environment, watch))
    }

    /// The key of the same tree in another environment.
    func of(_ environment: WatchedEnvironment, _ watch: Watch) -> RevisionKey {
        RevisionKey(tree: tree, environment, watch)
    }

    /// What decides with the commit what is applied, and whether. Where it stands in the watch file is no part of it: a line
    /// more above must not have a held commit tried again.
    private static func digest(of environment: WatchedEnvironment, _ watch: Watch) -> String {
        let rules: [Any] = [
            environment.designer as Any, environment.deployer, environment.limits, environment.policy,
            environment.prune, environment.rollsBack,
            environment.dialect.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, watch.secrets,
        ]
        return String(sha256(Array(words(rules).utf8)).prefix(16))
    }

    /// A value with all that it holds, but for places in files.
    private static func words(_ value: Any) -> String {
        if value is SourceMark { return "" }
        let children = Mirror(reflecting: value).children
        // Texts are quoted: none of them can look like two.
        guard !children.isEmpty else { return String(reflecting: value) }
        return "(" + children.map { "\($0.label ?? ""): \(words($0.value))" }.joined(separator: ", ") + ")"
    }
}
