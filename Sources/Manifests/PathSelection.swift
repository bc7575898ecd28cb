internal import Files
internal import Resources

/// Which files the entries of `manifests` and `overlays` name: files, folders, and globs of both.
struct PathSelection {
    private static let endings = [".yaml", ".yml", ".json"]

    /// The manifests that an entry names, in the tree's order. None where nothing lies at it.
    static func files(_ entry: String, in tree: some SourceTree) throws(FileError) -> [String] {
        let path = resolvePath(entry)
        // That an entry leads out of the workspace has been told where it stands.
        guard !leadsOutside(path) else { return [] }
        guard Glob.isPattern(path) else {
            // Why nothing can be had there has been told where the entry stands.
            switch try? tree.entry(at: path) {
            case .file?: return [path]
            case .folder?: return manifests(try tree.files(below: path))
            case nil: return []
            }
        }
        // The names before the first pattern say where to look.
        let fixed = path.split(separator: "/").prefix { !Glob.isPattern(String($0)) }.joined(separator: "/")
        let top = fixed.isEmpty ? "." : fixed
        guard try tree.entry(at: top) == .folder else { return [] }
        return manifests(try tree.files(below: top)).filter { covers(path, $0) }
    }

    /// Whether an entry names a file: itself, a folder above it, or by a pattern of either.
    static func covers(_ entry: String, _ file: String) -> Bool {
        let entry = resolvePath(entry)
        if entry == "." { return true }
        guard Glob.isPattern(entry) else { return file == entry || file.hasPrefix(entry + "/") }
        let glob = Glob(entry)
        var path = file
        while !path.isEmpty {
            if glob.matches(path) { return true }
            path = folder(of: path)
        }
        return false
    }

    /// What may be a manifest: by its ending, and not part of another workspace that lies inside this one.
    private static func manifests(_ files: [String]) -> [String] {
        let inner = files.filter { $0.hasSuffix("/" + workspaceFile) }.map { $0.dropLast(workspaceFile.count) }
        return files.filter { file in
            endings.contains { file.lowercased().hasSuffix($0) } && file != workspaceFile
                && !inner.contains { file.hasPrefix($0) }
        }
    }

    /// The files with manifests of an environment: the workspace's and its own, without overlays and what is
    /// another's own.
    static func manifests(
        of environment: Environment, in workspace: Workspace, tree: some SourceTree
    ) throws(FileError) -> [String] {
        let overlays = workspace.environments.flatMap(\.overlays)
        let others = workspace.environments.filter { $0.name != environment.name }.flatMap(\.manifests)
        var found: Set<String> = []
        for entry in environment.manifests { found.formUnion(try files(entry, in: tree)) }
        for entry in workspace.manifests {
            for file in try files(entry, in: tree) where !others.contains(where: { covers($0, file) }) {
                found.insert(file)
            }
        }
        return found.filter { file in !overlays.contains { covers($0, file) } }.sorted()
    }

    /// The files with overlays of an environment, in the order in which they apply.
    static func overlays(of environment: Environment, tree: some SourceTree) throws(FileError) -> [String] {
        var found: [String] = []
        for entry in environment.overlays {
            for file in try files(entry, in: tree) where !found.contains(file) { found.append(file) }
        }
        return found
    }
}
