internal import Diagnostics
internal import Files
internal import Resources

/// Versions that come from another environment.
extension ManifestSet {
    /// The environment that makes the packages of another one: the first with a design node on the way that versions are
    /// promoted; itself where there is none.
    private func maker(of environment: Environment) -> Environment {
        var maker = environment
        // As many steps as there are environments reach the end of every way.
        for _ in workspace.environments where maker.designer == nil {
            guard let origin = maker.promotesFrom.flatMap(workspace.environment) else { break }
            maker = origin
        }
        return maker.designer == nil ? environment : maker
    }

    /// The ids of the packages with `version: auto` that are made in another environment, as that one derives them.
    ///
    /// What is wrong with that one's manifests is told where it is looked at; until it is mended, nobody knows what `auto`
    /// stands for.
    mutating func madeElsewhere(for loaded: Loaded) -> (versions: [Address: String], problem: Diagnostic?) {
        let packages = loaded.resources.filter { $0.kind == .package && AutoVersions.isAuto($0) }
        let maker = maker(of: loaded.environment)
        guard let first = packages.first, maker.name != loaded.environment.name else { return ([:], nil) }
        let (told, origin) = apart { set in set.load(maker) }
        guard !told.hasErrors else {
            let problem = Diagnostic(
                .error, "auto-unknown",
                "'auto' is the id that '\(maker.name)' gives it, and the manifests of '\(maker.name)' have errors",
                at: first.spec["version"]?.mark ?? first.mark,
                hint: "`mooring validate -e \(maker.name)` tells them.", address: first.address.description)
            return ([:], problem)
        }
        var versions: [Address: String] = [:]
        let wanted = Set(packages.map(\.address))
        for resource in origin.resources where wanted.contains(resource.address) && !resource.isExternal {
            versions[resource.address] = resource.spec["version"]?.string
        }
        return (versions, nil)
    }
}
